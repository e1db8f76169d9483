import { createForgeTrees } from '../../../src/adapters/github/forge-tree.ts';
import { createGitHub } from '../../../src/adapters/github/github-client.ts';
import { createGitHubReader } from '../../../src/adapters/github/github-reader.ts';
import { createGitHubWriter } from '../../../src/adapters/github/github-writer.ts';
import { type CommitSha, parseCommitSha, parseRepositoryName } from '../../../src/core/names.ts';
import { type PracticeForge, startPracticeForge } from '../../../src/demo/forge/practice-forge.ts';
import type { RepositoryRef } from '../../../src/jobs/forge.ts';
import { scratchFolder } from '../queue/redis-kinds.ts';

export const clock = {
  now: () => Date.now(),
  sleep: (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
      });
    }),
};

export const webhookSecret = 'a secret between us';

/** The files that the tests start from. */
export const firstFiles = {
  'README.md': '# fleet\n',
  'hosts/griffin/default.nix': '{ }\n',
  'bin/check': '#!/bin/sh\n',
};

/** A practice forge with one repository, and our adapter on it. */
export async function openPractice(): Promise<Practice> {
  const folder = await scratchFolder();
  const forge = await startPracticeForge({ host: '127.0.0.1', stateFolder: folder.path, webhookSecret });
  await forge.addRepository('operator/fleet', firstFiles, { executable: ['bin/check'] });
  const settings = { appId: forge.app.id, privateKey: forge.app.privateKeyPem, baseUrl: forge.url, timeoutMs: 5_000 };
  const github = createGitHub(settings, clock);
  const trees = createForgeTrees(github);
  const reader = createGitHubReader(github, trees, clock);
  // The installation's number is what a webhook tells; here the forge's own record of what it sent.
  await forge.openIssue('operator/fleet', { login: 'operator', title: 'first' });
  const installation = forge.deliveries().at(-1)?.installation ?? 0;
  const repository: RepositoryRef = { name: nameOf('operator/fleet'), installation };
  return {
    forge,
    github,
    trees,
    reader,
    writer: createGitHubWriter(github, reader, trees),
    repository,
    async close() {
      await forge.close();
      await folder.remove();
    },
  };
}

export interface Practice {
  readonly forge: PracticeForge;
  readonly github: ReturnType<typeof createGitHub>;
  readonly trees: ReturnType<typeof createForgeTrees>;
  readonly reader: ReturnType<typeof createGitHubReader>;
  readonly writer: ReturnType<typeof createGitHubWriter>;
  readonly repository: RepositoryRef;
  close(): Promise<void>;
}

export function shaFrom(text: string | null | undefined): CommitSha {
  const sha = parseCommitSha(text ?? '');
  if (sha === null) throw new Error(`not a commit id: ${text}`);
  return sha;
}

function nameOf(text: string) {
  const name = parseRepositoryName(text);
  if (name === null) throw new Error(`not a repository name: ${text}`);
  return name;
}
