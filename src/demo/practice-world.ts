import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Logger } from 'pino';
import { parseDocument } from 'yaml';
import { startWeb } from '../app.ts';
import { fleetConfigPath } from '../config/fleet-config.ts';
import type { Settings } from '../config/settings.ts';
import { assert } from '../core/bug.ts';
import { parseRepositoryName } from '../core/names.ts';
import type { StoryEvent } from '../core/story.ts';
import { type Wired, wire } from '../wiring.ts';
import { type PracticeForge, startPracticeForge } from './forge/practice-forge.ts';
import { practiceConfig } from './hosts/practice-config.ts';
import { type PracticeHosts, startPracticeHosts } from './hosts/start-practice-hosts.ts';
import { ownGround, sampleGround } from './practice-ground.ts';
import { scriptedModelName, startScriptedModel } from './model/scripted-model.ts';
import { consulConversation } from './model/consul-conversation.ts';

/** The practice repository and the people in it. */
export const practiceRepository = 'homelab/fleet';
export const people = { owner: 'ann', reviewer: 'ben', outsider: 'eve' } as const;

export interface PracticeWorldOptions {
  /** The ports that are taken if they are free; any others else. */
  readonly forgePort: number;
  readonly webPort: number;
  /** Repositories that they name are served beside the practice one; whoever names them puts them on the forge. */
  readonly settings: Settings;
  readonly logger: Logger;
  readonly listen: (event: StoryEvent) => void;
  /** How long each command on a host takes; a demo that people watch is not instant. */
  readonly latencyMs?: number;
  readonly model: boolean;
  /** A checkout of somebody's own, of which a clone is served instead of the sample fleet. */
  readonly repository?: string;
}

/** GitHub, five hosts and a model, all played on loopback around the real bot. */
export interface PracticeWorld {
  readonly forge: PracticeForge;
  readonly hosts: PracticeHosts;
  readonly wired: Wired;
  /** Where the bot takes its webhooks. */
  readonly webhookUrl: string;
  /** Hosts of somebody's own repository that cannot be played, and why. */
  readonly leftOut: readonly string[];
  close(): Promise<void>;
}

/** Starts everything. What was started is stopped again when a later part does not start. */
export async function startPracticeWorld(options: PracticeWorldOptions): Promise<PracticeWorld> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fleetwright-practice-'));
  const undo: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    return await build(options, folder, undo, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function build(
  options: PracticeWorldOptions,
  folder: string,
  undo: (() => Promise<unknown>)[],
  close: () => Promise<void>,
): Promise<PracticeWorld> {
  const ground = await (options.repository === undefined
    ? sampleGround(path.join(folder, 'example'), people.owner)
    : ownGround(path.join(folder, 'own'), options.repository));
  const webhookSecret = randomBytes(24).toString('hex');
  const forge = await onFreePort(options.forgePort, (port) =>
    startPracticeForge({ host: '127.0.0.1', port, stateFolder: path.join(folder, 'forge'), webhookSecret }),
  );
  undo.push(() => forge.close());
  await forge.addRepository(practiceRepository, { gitFolder: ground.gitFolder });
  forge.setPermission(practiceRepository, people.owner, 'admin');
  forge.setPermission(practiceRepository, people.reviewer, 'write');
  forge.setPermission(practiceRepository, people.outsider, 'read');

  const hosts = await startPracticeHosts({
    hosts: ground.hosts,
    stateFolder: path.join(folder, 'hosts'),
    initial: { repository: ground.gitFolder, sha: ground.sha },
    latencyMs: options.latencyMs ?? 0,
  });
  undo.push(() => hosts.close());
  const config = quick(await practiceConfig(hosts.all, ground.config));
  await forge.push(
    practiceRepository,
    'main',
    { [fleetConfigPath]: config },
    { login: people.owner, message: 'Name the practice hosts' },
  );

  const settings = await practiceSettings(options, { folder, forge, hosts, undo });
  const app = { appId: forge.app.id, privateKey: forge.app.privateKeyPem, webhookSecret };
  const wired = await wire(settings, app, {
    logger: options.logger,
    listen: options.listen,
    // People watch: the pace that GitHub asks for would only make them wait.
    pace: { writes: { burst: 1000, perSecond: 1000 }, notices: { burst: 1000, perSecond: 1000 } },
    progressEveryMs: 200,
    scriptedModel: options.model,
  });
  undo.push(() => wired.close());
  const work = await wired.startWorkers();
  undo.push(() => work.stop(5000));
  const web = await onFreePort(options.webPort, (port) =>
    startWeb({
      settings: { ...app, host: '127.0.0.1', port, baseUrl: settings.GITHUB_API_URL },
      queue: wired.queue,
      clock: wired.bot.clock,
      log: options.logger,
    }),
  );
  undo.push(() => web.stop());
  const webhookUrl = `http://127.0.0.1:${web.port}/api/github/webhooks`;
  forge.webhooksTo(webhookUrl);
  return { forge, hosts, wired, webhookUrl, leftOut: ground.leftOut, close };
}

interface Grounds {
  readonly folder: string;
  readonly forge: PracticeForge;
  readonly hosts: PracticeHosts;
  readonly undo: (() => Promise<unknown>)[];
}

/** The settings as an operator would give them, pointing at what is played here. */
async function practiceSettings(
  options: PracticeWorldOptions,
  { folder, forge, hosts, undo }: Grounds,
): Promise<Settings> {
  const repository = parseRepositoryName(practiceRepository);
  assert(repository !== null, 'the practice repository to have a name');
  const keys = path.join(folder, 'ssh');
  await mkdir(keys, { mode: 0o700 });
  await writeFile(path.join(keys, repository.replace('/', '__')), hosts.clientKey?.private ?? '', { mode: 0o600 });
  const model = options.model
    ? await startScriptedModel({ conversations: [consulConversation], host: '127.0.0.1', port: 0 })
    : null;
  if (model !== null) undo.push(() => model.close());
  return {
    ...options.settings,
    GITHUB_API_URL: forge.url,
    FLEETWRIGHT_REPOSITORIES: [repository, ...options.settings.FLEETWRIGHT_REPOSITORIES],
    FLEETWRIGHT_STATE: path.join(folder, 'state'),
    FLEETWRIGHT_SSH_KEYS: keys,
    FLEETWRIGHT_POLL: false,
    ...(model === null
      ? {}
      : { ANTHROPIC_API_KEY: 'scripted-key', ANTHROPIC_BASE_URL: model.url, FLEETWRIGHT_MODEL: scriptedModelName }),
  };
}

/** Practice hosts settle at once, so nobody has to wait as long as for real ones. */
function quick(config: string): string {
  const document = parseDocument(config);
  document.setIn(['deploy', 'reach_seconds'], 2);
  document.setIn(['deploy', 'settle_seconds'], 0);
  document.setIn(['deploy', 'flap_seconds'], 0);
  document.setIn(['deploy', 'probe_seconds'], 3);
  document.setIn(['deploy', 'parallel'], 10);
  return document.toString({ lineWidth: 0 });
}

/** Takes the wanted port, or any free one where somebody has it already. */
async function onFreePort<Started>(wanted: number, start: (port: number) => Promise<Started>): Promise<Started> {
  try {
    return await start(wanted);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return start(0);
    throw error;
  }
}
