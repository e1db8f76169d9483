import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Logger } from 'pino';
import { parse, parseDocument } from 'yaml';
import { startWeb } from '../app.ts';
import { fleetConfigPath } from '../config/fleet-config.ts';
import type { Settings } from '../config/settings.ts';
import { assert } from '../core/bug.ts';
import { parseCommitSha, parseRepositoryName } from '../core/names.ts';
import type { StoryEvent } from '../core/story.ts';
import { type Wired, wire } from '../wiring.ts';
import { filesOfFolder, programFolder } from './files-of-folder.ts';
import { type PracticeForge, startPracticeForge } from './forge/practice-forge.ts';
import { practiceConfig } from './hosts/practice-config.ts';
import { type PracticeHosts, startPracticeHosts } from './hosts/start-practice-hosts.ts';
import { scriptedModelName, startScriptedModel } from './model/scripted-model.ts';
import { consulConversation } from './model/consul-conversation.ts';

const run = promisify(execFile);

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
}

/** GitHub, five hosts and a model, all played on loopback around the real bot. */
export interface PracticeWorld {
  readonly forge: PracticeForge;
  readonly hosts: PracticeHosts;
  readonly wired: Wired;
  /** Where the bot takes its webhooks. */
  readonly webhookUrl: string;
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
  const git = await gitFolderOfExample(path.join(folder, 'example'));
  const webhookSecret = randomBytes(24).toString('hex');
  const forge = await onFreePort(options.forgePort, (port) =>
    startPracticeForge({ host: '127.0.0.1', port, stateFolder: path.join(folder, 'forge'), webhookSecret }),
  );
  undo.push(() => forge.close());
  await forge.addRepository(practiceRepository, { gitFolder: git.folder });
  forge.setPermission(practiceRepository, people.owner, 'admin');
  forge.setPermission(practiceRepository, people.reviewer, 'write');
  forge.setPermission(practiceRepository, people.outsider, 'read');

  const hosts = await startPracticeHosts({
    hosts: hostSpecs(git.config),
    stateFolder: path.join(folder, 'hosts'),
    initial: { repository: git.folder, sha: git.sha },
    latencyMs: options.latencyMs ?? 0,
  });
  undo.push(() => hosts.close());
  const config = quick(await practiceConfig(hosts.all, git.config));
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
    scriptedModel: true,
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
  return { forge, hosts, wired, webhookUrl, close };
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

async function gitFolderOfExample(folder: string) {
  const files = await filesOfFolder(path.join(programFolder(), 'examples', 'fleet'));
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), bytes);
  }
  const git = async (...words: string[]): Promise<string> => {
    const author = ['-c', `user.name=${people.owner}`, '-c', `user.email=${people.owner}@practice.invalid`];
    return (await run('git', ['-C', folder, ...author, '-c', 'commit.gpgsign=false', ...words])).stdout.trim();
  };
  await git('init', '--quiet', '-b', 'main');
  await git('add', '--all');
  await git('commit', '--quiet', '-m', 'Describe the fleet');
  const sha = parseCommitSha(await git('rev-parse', 'HEAD'));
  assert(sha !== null, 'git to print a commit id');
  return { folder: path.join(folder, '.git'), sha, config: new TextDecoder().decode(files[fleetConfigPath]) };
}

/** Every host of the config with all the addresses that its own section speaks of. */
function hostSpecs(config: string): { readonly name: string; readonly addresses: readonly string[] }[] {
  const { hosts } = parse(config) as { readonly hosts: Readonly<Record<string, unknown>> };
  return Object.entries(hosts).map(([name, section]) => ({
    name,
    addresses: [...new Set(JSON.stringify(section).match(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g) ?? [])],
  }));
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
