import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { type CommitSha, parseCommitSha } from '../../src/core/names.ts';
import type { DeploymentSeen } from '../../src/demo/forge/onlooker.ts';
import { type PracticeForge, startPracticeForge } from '../../src/demo/forge/practice-forge.ts';
import { type PracticeHosts, startPracticeHosts } from '../../src/demo/hosts/start-practice-hosts.ts';
import { openRedis } from '../../src/adapters/queue/open-redis.ts';
import { journalLog, programFolders, scratchFolder } from '../adapters/queue/redis-kinds.ts';
import type { BotProcess, Entry, Programs } from './bot-processes.ts';

export const fleetRepository = 'homelab/fleet';
const webhookSecret = 'a secret between the forge and the bot';

export interface WorldOptions {
  readonly hosts: number;
  readonly redis: 'configured' | 'child' | 'embedded';
  readonly deploy?: Readonly<Record<string, number | boolean>>;
  /** What more stands in the environment of every process. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A practice forge and practice hosts in this process, and the bot in processes of its own that can be killed. */
export class BotWorld {
  readonly names: readonly string[];
  readonly forge: PracticeForge;
  readonly hosts: PracticeHosts;
  readonly folder: string;
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly #programs: Programs;
  readonly #started: BotProcess[] = [];
  readonly #close: () => Promise<void>;

  constructor(parts: {
    readonly forge: PracticeForge;
    readonly hosts: PracticeHosts;
    readonly folder: string;
    readonly port: number;
    readonly environment: Readonly<Record<string, string>>;
    readonly programs: Programs;
    readonly close: () => Promise<void>;
  }) {
    this.forge = parts.forge;
    this.hosts = parts.hosts;
    this.names = parts.hosts.all.map(({ name }) => name);
    this.folder = parts.folder;
    this.port = parts.port;
    this.environment = parts.environment;
    this.#programs = parts.programs;
    this.#close = parts.close;
  }

  start(entry: Entry, more: Readonly<Record<string, string>> = {}): BotProcess {
    const started = this.#programs.start(entry, { ...this.environment, ...more }, this.folder);
    this.#started.push(started);
    return started;
  }

  /** Starts it and waits until it works. */
  async running(entry: Entry, more: Readonly<Record<string, string>> = {}): Promise<BotProcess> {
    const started = this.start(entry, more);
    await started.said('the bot runs');
    return started;
  }

  /** A person's change to every host, proposed; the number of the pull request. */
  async propose(files: Readonly<Record<string, string>>, branch = 'change'): Promise<number> {
    await this.forge.push(fleetRepository, branch, files, { login: 'ann', message: `Change ${branch}` });
    return this.forge.openPullRequest(fleetRepository, { login: 'ann', head: branch, title: `Change ${branch}` });
  }

  /** A change that touches every host, merged; the pull request's number and the commit. */
  async merge(branch = 'change'): Promise<{ readonly pull: number; readonly sha: string }> {
    const common = `{ services.openssh.enable = true; services.chrony.enable = true; environment.etc."${branch}".text = ""; }\n`;
    const pull = await this.propose({ 'common.nix': common }, branch);
    return { pull, sha: await this.forge.merge(fleetRepository, pull, 'ann') };
  }

  /** The bot's comments on a pull request that hold the text. */
  comments(pull: number, text: string): readonly string[] {
    const found = this.forge.seen.conversation(fleetRepository, pull)?.comments ?? [];
    return found
      .filter(({ author, body }) => author === `${this.forge.app.slug}[bot]` && body.includes(text))
      .map(({ body }) => body);
  }

  /** The report of the rollout once it is over. */
  report(pull: number): Promise<string> {
    return until(`the report on #${pull}`, () =>
      this.comments(pull, '### Deploy of').find((body) => body.includes('\n\nDone')),
    );
  }

  deployments(host: string): readonly DeploymentSeen[] {
    return this.forge.seen.deployments(fleetRepository).filter(({ environment }) => environment === host);
  }

  /** Resolves when the newest deployment of each host is told to be in this state, and no other is open. */
  async deploymentsAre(state: string): Promise<void> {
    for (const name of this.names) {
      await until(`the deployment of ${name} as ${state}`, () => {
        const all = this.deployments(name);
        const open = all.slice(0, -1).filter(({ states }) => ['queued', 'in_progress'].includes(last(states)));
        return open.length === 0 && last(all.at(-1)?.states ?? []) === state ? true : null;
      });
    }
  }

  /** How often the host itself began an activation; asking again for one that exists begins none. */
  activations(host: string): number {
    return this.hosts.host(host).journal.filter(({ kind }) => kind === 'activation').length;
  }

  /** How often a host was asked something that holds the text. */
  asked(host: string, text: string): number {
    return this.hosts.host(host).journal.filter((entry) => entry.text.includes(text)).length;
  }

  truth(host: string) {
    return this.hosts.host(host).truth();
  }

  async close(): Promise<void> {
    await Promise.all(this.#started.map((one) => one.kill()));
    const violations = this.hosts.violations();
    await this.#close();
    if (violations.length > 0) throw new Error(`outside the closed set: ${violations.join('; ')}`);
  }

  /** Everything that every process said, for a failed test. */
  said(): string {
    const short = (line: string) => line.replace(/"(level|time|at|sha)":"?[^",]*"?,/g, '').slice(0, 400);
    return this.#started
      .flatMap(({ pid, lines }) =>
        lines.filter((line) => !line.includes('"name":"http"')).map((line) => `${pid} ${short(line)}`),
      )
      .join('\n');
  }
}

function last(states: DeploymentSeen['states']): string {
  return states.at(-1)?.state ?? 'none';
}

export async function until<Found>(
  what: string,
  look: () => Found | null | undefined,
  patienceMs = 100_000,
): Promise<Found> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const found = look();
    if (found !== null && found !== undefined) return found;
    if (Date.now() > end) throw new Error(`this did not come: ${what}`);
    await sleep(5);
  }
}

/**
 * A free port that stays free until a process of the test takes it, perhaps much later: below the range from which the
 * system serves whoever asks for any port (ip_local_port_range begins at 32768), so other tests do not get it meanwhile.
 */
async function quietPort(): Promise<number> {
  for (;;) {
    const port = randomInt(12_000, 20_000);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!free) continue;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    return port;
  }
}

export async function openWorld(programs: Programs, options: WorldOptions): Promise<BotWorld> {
  const scratch = await scratchFolder();
  const undo: (() => Promise<unknown>)[] = [
    // A private Redis outlives a killed bot by a moment, in which it still writes.
    () => rm(scratch.path, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 }),
  ];
  const close = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const names = Array.from({ length: options.hosts }, (_, index) => `h${String(index).padStart(2, '0')}`);
    const git = firstCommit(path.join(scratch.path, 'fleet'), names);
    const port = await quietPort();
    const forge = await startPracticeForge({
      host: '127.0.0.1',
      stateFolder: path.join(scratch.path, 'forge'),
      webhookSecret,
      webhookUrl: `http://127.0.0.1:${port}/api/github/webhooks`,
    });
    undo.push(() => forge.close());
    await forge.addRepository(fleetRepository, { gitFolder: git.folder });
    forge.setPermission(fleetRepository, 'ann', 'admin');
    const hosts = await startPracticeHosts({
      hosts: names.map((name) => ({ name })),
      stateFolder: path.join(scratch.path, 'hosts'),
      initial: { repository: git.folder, sha: git.sha },
    });
    undo.push(() => hosts.close());
    const config = configOf(hosts, options.deploy ?? {});
    const by = { login: 'ann', message: 'Name the hosts' };
    await forge.push(fleetRepository, 'main', { '.github/fleetwright.yml': config }, by);
    const bot = path.join(scratch.path, 'bot');
    mkdirSync(path.join(bot, 'ssh'), { recursive: true, mode: 0o700 });
    writeFileSync(path.join(bot, 'ssh', 'homelab__fleet'), hosts.clientKey?.private ?? '', { mode: 0o600 });
    writeFileSync(path.join(bot, 'app.pem'), forge.app.privateKeyPem, { mode: 0o600 });
    const redis = options.redis === 'configured' ? await redisOfSomebody(path.join(scratch.path, 'redis')) : null;
    if (redis !== null) undo.push(() => redis.close());
    const environment = {
      APP_ID: String(forge.app.id),
      PRIVATE_KEY_PATH: path.join(bot, 'app.pem'),
      WEBHOOK_SECRET: webhookSecret,
      GITHUB_API_URL: forge.url,
      FLEETWRIGHT_REPOSITORIES: fleetRepository,
      FLEETWRIGHT_STATE: path.join(bot, 'state'),
      FLEETWRIGHT_SSH_KEYS: path.join(bot, 'ssh'),
      PORT: String(port),
      ...(redis === null ? { REDIS_KIND: options.redis } : { REDIS_URL: redis.url }),
      ...options.environment,
    };
    return new BotWorld({ forge, hosts, folder: bot, port, environment, programs, close });
  } catch (error) {
    await close();
    throw error;
  }
}

/** A server that is not the bot's: it outlives every process of it. */
async function redisOfSomebody(stateFolder: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const open = await openRedis({ kind: 'child', stateFolder, programFolders }, journalLog());
  if (open.address.kind !== 'socket') throw new Error('a child listens on a socket');
  return { url: `unix://${open.address.path}`, close: () => open.close() };
}

function firstCommit(folder: string, names: readonly string[]): { readonly folder: string; readonly sha: CommitSha } {
  const systems = names.map(
    (name) => `    ${name} = nixpkgs.lib.nixosSystem { modules = [ ./common.nix ./hosts/${name} ]; };\n`,
  );
  const files: Record<string, string> = {
    'flake.nix': `{\n  outputs = { nixpkgs, ... }: {\n    nixosConfigurations = {\n${systems.join('')}    };\n  };\n}\n`,
    'common.nix': '{ services.openssh.enable = true; }\n',
  };
  for (const name of names) files[`hosts/${name}/default.nix`] = `{ networking.hostName = "${name}"; }\n`;
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  const identity = ['-c', 'user.name=ann', '-c', 'user.email=ann@fleet.invalid', '-c', 'commit.gpgsign=false'];
  const git = (...words: string[]) =>
    execFileSync('git', ['-C', folder, ...identity, ...words])
      .toString()
      .trim();
  git('init', '--quiet', '-b', 'main');
  git('add', '--all');
  git('commit', '--quiet', '-m', 'Describe the fleet');
  const sha = parseCommitSha(git('rev-parse', 'HEAD'));
  if (sha === null) throw new Error('git names no commit');
  return { folder: path.join(folder, '.git'), sha };
}

function configOf(hosts: PracticeHosts, deploy: Readonly<Record<string, number | boolean>>): string {
  return stringify({
    hosts: Object.fromEntries(
      hosts.all.map(({ name, address, port, hostKey }) => [name, { address, port, host_key: hostKey }]),
    ),
    deploy: { settle_seconds: 0, flap_seconds: 0, probe_seconds: 3, parallel: 20, ...deploy },
  });
}
