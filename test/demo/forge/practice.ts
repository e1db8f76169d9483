import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  startPracticeForge,
  type PracticeForge,
  type PracticeForgeOptions,
} from '../../../src/demo/forge/practice-forge.ts';

/** A forge with one repository, `acme/fleet`, where ada may write and rob may read. */
export interface Practice {
  readonly forge: PracticeForge;
  /** GitHub's own client, as the App. */
  readonly app: Octokit;
  /** The same, as the installation. */
  readonly bot: Octokit;
  readonly installation: number;
  token(narrowed?: {
    readonly permissions?: Record<string, string>;
    readonly repositories?: string[];
  }): Promise<string>;
  /** A plain request with a bearer credential; redirects and errors come back as they are. */
  ask(
    path: string,
    options?: { credential?: string; method?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<Response>;
  close(): Promise<void>;
}

export const at = { owner: 'acme', repo: 'fleet' } as const;

export async function practice(options: Partial<PracticeForgeOptions> = {}): Promise<Practice> {
  const stateFolder = await mkdtemp(join(tmpdir(), 'practice-forge-test-'));
  const forge = await startPracticeForge({ host: '127.0.0.1', stateFolder, webhookSecret: 'secret', ...options });
  await forge.addRepository('acme/fleet', { 'zones/fleet.lan': 'one\n', 'README.md': '# Fleet\n' });
  forge.setPermission('acme/fleet', 'ada', 'write');
  forge.setPermission('acme/fleet', 'rob', 'read');
  const key = { appId: forge.app.id, privateKey: forge.app.privateKeyPem };
  // Retries and waits would hide what the forge answers.
  const quiet = { log: { debug() {}, info() {}, warn() {}, error() {} }, baseUrl: forge.url };
  const app = new Octokit({ ...quiet, authStrategy: createAppAuth, auth: key });
  const installation = (await app.rest.apps.getRepoInstallation(at)).data.id;
  const bot = new Octokit({ ...quiet, authStrategy: createAppAuth, auth: { ...key, installationId: installation } });
  return {
    forge,
    app,
    bot,
    installation,
    token: async (narrowed = {}) =>
      (
        await app.request('POST /app/installations/{installation_id}/access_tokens', {
          installation_id: installation,
          ...narrowed,
        })
      ).data.token,
    ask: (path, { credential, method = 'GET', body, headers = {} } = {}) =>
      fetch(`${forge.url}${path}`, {
        method,
        headers: { ...(credential === undefined ? {} : { authorization: `Bearer ${credential}` }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    close: async () => {
      await forge.close();
      await rm(stateFolder, { recursive: true, force: true });
    },
  };
}

/** The status and message with which a call by Octokit was refused. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error && 'status' in error)
      return `${String(error.status)} ${error.message.split(' - ')[0] ?? ''}`;
    throw error;
  }
  return 'no refusal';
}
