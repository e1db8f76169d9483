import { randomInt } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Redis } from 'ioredis';
import { inject } from 'vitest';
import { stringify } from 'yaml';
import { openRedis } from '../../../src/adapters/queue/open-redis.ts';
import { type PracticeForge, startPracticeForge } from '../../../src/demo/forge/practice-forge.ts';
import type { DeployStepName } from '../../../src/report/deploy-report.ts';
import { journalLog, programFolders } from '../../adapters/queue/redis-kinds.ts';
import { type BotProcess, type Entry, programsIn } from '../../e2e/bot-processes.ts';
import { until } from '../../e2e/bot-world.ts';
import type { FleetHost } from './fleet-host.ts';
import { extraFile, firstCommit } from './fleet-repository.ts';

export const repository = 'homelab/fleet';
const webhookSecret = 'a secret between the forge and the bot';

export interface BotOptions {
  /** Over the settings of `deploy:` that tests use. */
  readonly deploy?: Readonly<Record<string, unknown>>;
  /** More of a host's part of the config. */
  readonly hosts?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** More of the config: zones, limits. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Where the forge listens; only this machine reaches it where nothing is said. */
  readonly forgeAt?: string;
}

export interface Merged {
  readonly pull: number;
  readonly sha: string;
}

export interface Deployed extends Merged {
  readonly report: string;
}

/** The server that the workers of a bot share. It outlives them, and is itself killed, emptied, and begun again. */
export interface FleetRedis {
  readonly url: string;
  readonly path: string;
  client(): Redis;
  close(): Promise<void>;
}

/** A bot as it is run in earnest, in processes that can be killed, between a practice forge and real hosts. */
export class FleetBot {
  readonly forge: PracticeForge;
  readonly folder: string;
  readonly redis: FleetRedis;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #started: BotProcess[] = [];
  readonly #watch: StepWatch;
  readonly #hosts: readonly string[];
  #changes = 0;

  constructor(parts: {
    readonly forge: PracticeForge;
    readonly folder: string;
    readonly redis: FleetRedis;
    readonly environment: Readonly<Record<string, string>>;
    readonly watch: StepWatch;
    readonly hosts: readonly string[];
  }) {
    this.forge = parts.forge;
    this.folder = parts.folder;
    this.redis = parts.redis;
    this.#environment = parts.environment;
    this.#watch = parts.watch;
    this.#hosts = parts.hosts;
  }

  /** What stands in the environment of every process of it. */
  get environment(): Readonly<Record<string, string>> {
    return this.#environment;
  }

  /** Starts a process of the bot: `all` serves webhooks and works, `jobs` only works. */
  start(entry: Entry = 'all', more: Readonly<Record<string, string>> = {}): BotProcess {
    const started = programsIn(inject('programs')).start(entry, { ...this.#environment, ...more }, this.folder);
    this.#started.push(started);
    return started;
  }

  /** Starts it and waits until it works. */
  async running(entry: Entry = 'all', more: Readonly<Record<string, string>> = {}): Promise<BotProcess> {
    const started = this.start(entry, more);
    await started.said('the bot runs');
    return started;
  }

  /** Merges a change: by host, what its `extra.nix` shall say; a name with a slash is a file of the repository. */
  async merge(changes: Readonly<Record<string, string>>): Promise<Merged> {
    this.#changes += 1;
    const branch = `change-${this.#changes}`;
    const files = Object.fromEntries(
      Object.entries(changes).map(([name, text]) => [name.includes('/') ? name : extraFile(name), `${text}\n`]),
    );
    await this.forge.push(repository, branch, files, { login: 'ann', message: `Change ${branch}` });
    const request = { login: 'ann', head: branch, title: `Change ${branch}` };
    const pull = await this.forge.openPullRequest(repository, request);
    return { pull, sha: await this.forge.merge(repository, pull, 'ann') };
  }

  /** Merges a change and waits for the end of its rollout, which must be this. A worker must run. */
  async deploy(changes: Readonly<Record<string, string>>, outcomes: readonly string[]): Promise<Deployed> {
    const merged = await this.merge(changes);
    return { ...merged, report: await this.over(merged.pull, outcomes) };
  }

  /** Says something on a pull request, as a person with every right. */
  async say(pull: number, body: string): Promise<void> {
    await this.forge.comment(repository, pull, 'ann', body);
  }

  /** Waits for the report of a rollout that is over. Where it is not these outcomes it throws with all that was said. */
  async over(pull: number, outcomes: readonly string[], patienceMs = 240_000): Promise<string> {
    const isOver = () => this.comments(pull, '### Deploy of').find((body) => /\n\nDone\b/.test(body));
    const report = await this.#patiently(() => until(`the report on #${pull}`, isOver, patienceMs));
    const seen = outcomesIn(report);
    if (JSON.stringify([...seen].sort()) === JSON.stringify([...outcomes].sort())) return report;
    throw new Error(`expected ${outcomes.join(', ')} and not ${seen.join(', ')}\n${report}\n${this.said()}`);
  }

  /** Resolves the moment that a step became the next one of a host's deploy, also where that is past already. */
  async step(host: string, step: DeployStepName, patienceMs = 120_000): Promise<void> {
    await this.#patiently(() =>
      until(`the step ${step} of ${host}`, () => (this.#watch.steps(host).includes(step) ? true : null), patienceMs),
    );
  }

  /** Milliseconds from a moment until its workers next stored something of a host's deploy: how long a resume took. */
  async resumedAfter(host: string, since: number): Promise<number> {
    const at = await until(`a word of ${host}`, () => this.#watch.wrote(host).find((one) => one > since));
    return at - since;
  }

  /** The steps of a host's deploys so far, in order. */
  steps(host: string): readonly string[] {
    return this.#watch.steps(host);
  }

  /** The bot's comments on a pull request that hold the text. */
  comments(pull: number, text: string): readonly string[] {
    const found = this.forge.seen.conversation(repository, pull)?.comments ?? [];
    return found
      .filter(({ author, body }) => author === `${this.forge.app.slug}[bot]` && body.includes(text))
      .map(({ body }) => body);
  }

  /** Deployments that the forge shows as going on, by environment. */
  openDeployments(): readonly string[] {
    const all = this.forge.seen.deployments(repository);
    return all
      .filter(({ states }) => ['none', 'queued', 'in_progress', 'pending'].includes(states.at(-1)?.state ?? 'none'))
      .map(({ environment }) => environment);
  }

  /** Locks on hosts that somebody still has. */
  async locks(): Promise<readonly string[]> {
    const client = this.redis.client();
    try {
      return await client.keys('fleetwright:host-lock:*');
    } finally {
      client.disconnect();
    }
  }

  /** Everything that its processes said, for a failed test. */
  said(): string {
    const short = (line: string) => line.replace(/"(level|time|at|sha)":"?[^",]*"?,/g, '').slice(0, 400);
    return this.#started
      .flatMap(({ pid, lines }) =>
        lines.filter((line) => !line.includes('"name":"http"')).map((line) => `${pid} ${short(line)}`),
      )
      .join('\n');
  }

  async close(): Promise<void> {
    await Promise.all(this.#started.map((one) => one.kill()));
    this.#watch.close();
    await this.forge.close();
    await this.redis.close();
  }

  async #patiently<Found>(wait: () => Promise<Found>): Promise<Found> {
    try {
      return await wait();
    } catch (error) {
      const steps = this.#hosts.map((host) => `${host}: ${this.steps(host).join(' ')}`).join('\n');
      throw new Error(`${String(error)}\n${steps}\n${this.said()}`, { cause: error });
    }
  }
}

export async function openBot(parts: {
  readonly folder: string;
  readonly hosts: readonly FleetHost[];
  readonly clientKey: string;
  readonly options: BotOptions;
}): Promise<FleetBot> {
  const { folder, hosts, options } = parts;
  const names = hosts.map(({ name }) => name);
  const port = randomInt(12_000, 20_000);
  const git = path.join(folder, 'first');
  await firstCommit(git, { '.github/fleetwright.yml': configOf(hosts, options) });
  const forge = await startPracticeForge({
    host: options.forgeAt ?? '127.0.0.1',
    stateFolder: path.join(folder, 'forge'),
    webhookSecret,
    webhookUrl: `http://127.0.0.1:${port}/api/github/webhooks`,
  });
  await forge.addRepository(repository, { gitFolder: path.join(git, '.git') });
  forge.setPermission(repository, 'ann', 'admin');
  await mkdir(path.join(folder, 'ssh'), { mode: 0o700 });
  await writeFile(path.join(folder, 'ssh/homelab__fleet'), parts.clientKey, { mode: 0o600 });
  await writeFile(path.join(folder, 'app.pem'), forge.app.privateKeyPem, { mode: 0o600 });
  const redis = await sharedRedis(path.join(folder, 'redis'));
  const environment = {
    APP_ID: String(forge.app.id),
    PRIVATE_KEY_PATH: path.join(folder, 'app.pem'),
    WEBHOOK_SECRET: webhookSecret,
    GITHUB_API_URL: forge.url,
    FLEETWRIGHT_REPOSITORIES: repository,
    FLEETWRIGHT_STATE: path.join(folder, 'state'),
    FLEETWRIGHT_SSH_KEYS: path.join(folder, 'ssh'),
    PORT: String(port),
    REDIS_URL: redis.url,
    ...options.environment,
  };
  return new FleetBot({ forge, folder, redis, environment, watch: new StepWatch(redis.client()), hosts: names });
}

/** What a report says of each host, as `host outcome`. */
function outcomesIn(report: string): readonly string[] {
  return [...report.matchAll(/^\| `([^`]+)` \| \S+ ([a-z-]+) \|/gm)].map(([, host, outcome]) => `${host} ${outcome}`);
}

function configOf(hosts: readonly FleetHost[], options: BotOptions): string {
  return stringify({
    hosts: Object.fromEntries(
      hosts.map(({ name, address, hostKey }) => [name, { address, host_key: hostKey, ...options.hosts?.[name] }]),
    ),
    deploy: { settle_seconds: 0, flap_seconds: 1, probe_seconds: 5, reach_seconds: 20, ...options.deploy },
    ...options.config,
  });
}

async function sharedRedis(stateFolder: string): Promise<FleetRedis> {
  const open = await openRedis({ kind: 'child', stateFolder, programFolders }, journalLog());
  if (open.address.kind !== 'socket') throw new Error('a child listens on a socket');
  const { path: socket } = open.address;
  return {
    url: `unix://${socket}`,
    path: socket,
    client: () => new Redis({ path: socket }),
    close: () => open.close(),
  };
}

/** Reads along what is written to Redis, to know of a step the moment that it is stored. */
class StepWatch {
  readonly #client: Redis;
  readonly #steps = new Map<string, string[]>();
  readonly #wrote = new Map<string, number[]>();
  #monitor: Redis | null = null;

  constructor(client: Redis) {
    this.#client = client;
    client.on('error', () => undefined);
    void client.monitor().then((monitor) => {
      this.#monitor = monitor;
      monitor.on('error', () => undefined);
      monitor.on('monitor', (_time: string, words: readonly string[]) => this.#read(words));
    });
  }

  steps(host: string): readonly string[] {
    return this.#steps.get(host) ?? [];
  }

  wrote(host: string): readonly number[] {
    return this.#wrote.get(host) ?? [];
  }

  close(): void {
    this.#monitor?.disconnect();
    this.#client.disconnect();
  }

  #read(words: readonly string[]): void {
    const [command = '', key = ''] = words;
    const host = /:record:deploy:.*:([^:]+)$/.exec(key)?.[1];
    if (command.toUpperCase() !== 'HSET' || host === undefined) return;
    const step = /"step":"([a-z-]+)"/.exec(words.join(' '))?.[1] ?? '';
    const ended = /"outcome":"([a-z-]+)"/.exec(words.join(' '))?.[1];
    this.#wrote.set(host, [...this.wrote(host), Date.now()]);
    const known = this.#steps.get(host) ?? [];
    const now = ended === undefined ? step : `= ${ended}`;
    if (known.at(-1) !== now) this.#steps.set(host, [...known, now]);
  }
}
