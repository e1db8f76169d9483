import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Redis } from 'ioredis';
import { stringify } from 'yaml';
import { openRedis, type OpenRedis } from '../src/adapters/queue/open-redis.ts';
import { redisRecords } from '../src/adapters/queue/redis-records.ts';
import { freePort } from '../src/app.ts';
import { settingsOfProcess } from '../src/config/settings.ts';
import { type PracticeForge, startPracticeForge } from '../src/demo/forge/practice-forge.ts';
import { createRollouts } from '../src/rollout/rollouts.ts';
import type { Rollout } from '../src/rollout/rollout.ts';
import { type Bench, type Measured, rounded } from './bench.ts';
import { type BenchFleet, changedCommon, known, makeBenchFleet } from './bench-fleet.ts';
import type { HostsAsked, HostsStarted, HostsTold } from './hosts-process.ts';
import type { RawAsked } from './raw-process.ts';

/** What the bench plays. A smaller one is for whoever works on the engine. */
export interface ThousandHostsSize {
  readonly hosts: number;
  readonly workers: readonly number[];
  /** The most hosts that deploy at once; the bare arm keeps to it too. */
  readonly parallel: number;
  readonly latencyMs: number;
}

/**
 * One merge that reaches a thousand practice hosts, worked off by the bot's own processes on a real Redis, over the
 * very lines that it sent to each host, sent again by ssh2 alone from as many processes. The hosts are played by a
 * third process, whose work weighs on both arms alike.
 */
export const thousandHosts: Bench = {
  name: 'thousand-hosts',
  run: () => runThousandHosts({ hosts: 1000, workers: [1, 4], parallel: 200, latencyMs: 50 }),
};

export async function runThousandHosts(size: ThousandHostsSize): Promise<Measured> {
  const scratch = mkdtempSync(join(tmpdir(), 'fleetwright-bench-thousand-'));
  try {
    const fleet = makeBenchFleet(scratch, size.hosts);
    const arms: Record<string, Arm> = {};
    for (const workers of size.workers) arms[`workers${workers}`] = await playBoth(scratch, fleet, size, workers);
    const ratio = Math.max(...Object.values(arms).map((arm) => arm.ratio));
    return { ratio, limit: 1.3, bound: 'at-most', hosts: size.hosts, ...arms };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** What one number of workers took, beside as many bare ones. */
interface Arm extends Spent {
  readonly ratio: number;
  readonly bareMs: number;
  readonly bareCpuMsPerHost: number;
}

interface Spent {
  readonly ms: number;
  readonly cpuMsPerHost: number;
  /** The most resident memory of all workers together, and how much of it the hosts brought. */
  readonly residentMiB: number;
  readonly memoryKiBPerHost: number;
  readonly redisPerHost: number;
  readonly redisMost: Readonly<Record<string, number>>;
  readonly commandsPerHost: number;
  /** From the rollout's end until the comment says so. */
  readonly toldAfterMs: number;
}

async function playBoth(scratch: string, fleet: BenchFleet, size: ThousandHostsSize, workers: number): Promise<Arm> {
  const folder = join(scratch, `workers${workers}`);
  mkdirSync(folder);
  const linesFile = join(folder, 'lines.json');
  const forge = await startPracticeForge({
    host: '127.0.0.1',
    stateFolder: join(folder, 'forge'),
    webhookSecret: secret,
  });
  try {
    await forge.addRepository(repositoryName, { gitFolder: join(fleet.repository, '.git') });
    forge.setPermission(repositoryName, 'ann', 'admin');
    const gitFolder = gitFolderIn(join(folder, 'forge'));
    const ask = (name: string): HostsAsked => ({
      names: fleet.names,
      repository: gitFolder,
      initial: fleet.first,
      latencyMs: size.latencyMs,
      stateFolder: join(folder, name),
    });
    const ours = await withHosts(ask('ours'), (hosts, tell) =>
      rollOut({ folder, forge, fleet, size, workers, hosts, told: () => tell(linesFile) }),
    );
    const bare = await withHosts(ask('bare'), (hosts, tell) =>
      replay({ folder, fleet, size, workers, hosts, linesFile, told: () => tell(join(folder, 'bare.json')) }),
    );
    return {
      ratio: rounded(ours.ms / bare.ms),
      bareMs: rounded(bare.ms),
      bareCpuMsPerHost: rounded(bare.cpuMs / size.hosts),
      ...ours,
    };
  } finally {
    await forge.close();
  }
}

const repositoryName = 'homelab/fleet';
const secret = 'a secret between the forge and the bot';

/** Where the forge keeps the repository, for hosts that read a commit without a git of their own. */
function gitFolderIn(stateFolder: string): string {
  const [own = ''] = readdirSync(stateFolder);
  return join(stateFolder, own, 'repositories', `${repositoryName}.git`);
}

type Tell = (linesFile: string) => Promise<HostsTold>;

async function withHosts<Result>(
  asked: HostsAsked,
  work: (hosts: HostsStarted, tell: Tell) => Promise<Result>,
): Promise<Result> {
  const child = fork(fileURLToPath(new URL('./hosts-process.js', import.meta.url)));
  try {
    const started = await answer<HostsStarted>(child, asked);
    return await work(started, (file) => answer<HostsTold>(child, file));
  } finally {
    await ended(child);
  }
}

function answer<Told>(child: ChildProcess, asked: object | string): Promise<Told> {
  const told = new Promise<Told>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Told));
    child.once('exit', (code) => reject(new Error(`a process of the bench ended with ${code}`)));
  });
  child.send(asked);
  return told;
}

async function ended(child: ChildProcess, signal?: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  if (signal === undefined) child.disconnect();
  else child.kill(signal);
  await gone;
}

interface Playing {
  readonly folder: string;
  readonly fleet: BenchFleet;
  readonly size: ThousandHostsSize;
  readonly workers: number;
  readonly hosts: HostsStarted;
  readonly told: () => Promise<HostsTold>;
}

async function rollOut(playing: Playing & { readonly forge: PracticeForge }): Promise<Spent> {
  const { folder, forge, size, workers, hosts } = playing;
  const redis = await someonesRedis(join(folder, 'redis'));
  const programs: ChildProcess[] = [];
  try {
    const client = redis.connect('commands');
    const by = { login: 'ann', message: 'Name the hosts' };
    await forge.push(repositoryName, 'main', { '.github/fleetwright.yml': configOf(hosts, size) }, by);
    const environment = await environmentOf(playing, redis);
    const web = await started('web', environment, folder);
    programs.push(web);
    forge.webhooksTo(`http://127.0.0.1:${environment['PORT']}/api/github/webhooks`);
    const jobs = await Promise.all(Array.from({ length: workers }, () => started('jobs', environment, folder)));
    programs.push(...jobs);
    const pids = jobs.map((child) => known(child.pid));
    await forge.push(repositoryName, 'change', { 'common.nix': changedCommon }, by);
    const pull = { login: 'ann', head: 'change', title: 'Change every host' };
    const number = await forge.openPullRequest(repositoryName, pull);
    await comes(forge, number, '### Plan');
    const before = { cpuMs: cpuOf(pids), resident: residentOf(pids), redis: await commandsOf(client) };
    await forge.merge(repositoryName, number, 'ann');
    const rollout = await rolloutOver(redis);
    const after = { cpuMs: cpuOf(pids), resident: residentOf(pids), redis: await commandsOf(client) };
    await comes(forge, number, '\n\nDone');
    const toldAt = Date.now();
    const told = await playing.told();
    if (told.deployed !== size.hosts || told.violations.length > 0)
      throw new Error(`${told.deployed} of ${size.hosts} hosts were deployed; ${told.violations.join('; ')}`);
    const asked = [...after.redis].map(([name, calls]) => [name, calls - (before.redis.get(name) ?? 0)] as const);
    const most = asked.sort(([, a], [, b]) => b - a).slice(0, 8);
    return {
      ms: known(rollout.endedAt) - rollout.startedAt,
      cpuMsPerHost: rounded((after.cpuMs - before.cpuMs) / size.hosts),
      residentMiB: rounded(after.resident / 1024),
      memoryKiBPerHost: rounded((after.resident - before.resident) / size.hosts),
      redisPerHost: rounded(asked.reduce((sum, [, calls]) => sum + calls, 0) / size.hosts),
      redisMost: Object.fromEntries(most.map(([name, calls]) => [name, rounded(calls / size.hosts)])),
      commandsPerHost: rounded(told.commands / size.hosts),
      toldAfterMs: toldAt - known(rollout.endedAt),
    };
  } finally {
    await Promise.all(programs.map((child) => ended(child, 'SIGKILL')));
    await redis.close();
  }
}

/** A server that is not the bot's, as an operator with several workers has it. */
async function someonesRedis(stateFolder: string): Promise<OpenRedis> {
  const parsed = settingsOfProcess();
  if (parsed.kind === 'invalid') throw new Error(parsed.mistakes.join('\n'));
  const { programFolders } = parsed.settings;
  const silent = { info: () => {}, warn: () => {}, error: () => {} };
  return openRedis({ kind: 'child', stateFolder, programFolders }, silent);
}

async function environmentOf(
  { folder, forge, hosts }: Playing & { readonly forge: PracticeForge },
  { address }: OpenRedis,
): Promise<Record<string, string>> {
  if (address.kind !== 'socket') throw new Error('a child listens on a socket');
  const keys = join(folder, 'ssh');
  mkdirSync(keys, { mode: 0o700 });
  writeFileSync(join(keys, repositoryName.replace('/', '__')), hosts.privateKey, { mode: 0o600 });
  writeFileSync(join(folder, 'app.pem'), forge.app.privateKeyPem, { mode: 0o600 });
  return {
    PATH: known(process.env['PATH']),
    APP_ID: String(forge.app.id),
    PRIVATE_KEY_PATH: join(folder, 'app.pem'),
    WEBHOOK_SECRET: secret,
    GITHUB_API_URL: forge.url,
    FLEETWRIGHT_REPOSITORIES: repositoryName,
    FLEETWRIGHT_STATE: join(folder, 'state'),
    FLEETWRIGHT_SSH_KEYS: keys,
    PORT: String(await freePort('127.0.0.1')),
    REDIS_URL: `unix://${address.path}`,
  };
}

function configOf({ hosts }: HostsStarted, { parallel }: ThousandHostsSize): string {
  return stringify({
    hosts: Object.fromEntries(
      hosts.map(({ name, address, port, hostKey }) => [name, { address, port, host_key: hostKey }]),
    ),
    deploy: { parallel, settle_seconds: 0, flap_seconds: 0 },
  });
}

/** Starts one of the programs that operators start, and waits until it works. */
async function started(
  entry: 'web' | 'jobs',
  environment: Readonly<Record<string, string>>,
  folder: string,
): Promise<ChildProcess> {
  const program = fileURLToPath(new URL(`../workers/${entry}.js`, import.meta.url));
  const child = spawn(process.execPath, [program], {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      if (said.includes('the bot runs')) return;
      said += chunk.toString();
      if (said.includes('the bot runs')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`${entry} ended with ${code}: ${said}`)));
  });
  return child;
}

async function comes(forge: PracticeForge, number: number, text: string): Promise<void> {
  const there = (): boolean =>
    forge.seen.conversation(repositoryName, number)?.comments.some(({ body }) => body.includes(text)) === true;
  for (const end = Date.now() + 600_000; !there(); await sleep(50))
    if (Date.now() > end) throw new Error(`nothing says ${JSON.stringify(text)}`);
}

async function rolloutOver(redis: OpenRedis): Promise<Rollout> {
  const rollouts = createRollouts(redisRecords(redis.connect('commands'), 'fleetwright'));
  let id: string | null = null;
  for (const end = Date.now() + 1_200_000; Date.now() < end; await sleep(500)) {
    id ??= (await rollouts.running())[0]?.id ?? null;
    const rollout = id === null ? null : await rollouts.read(id);
    if (rollout !== null && rollout.endedAt !== null) return rollout;
  }
  throw new Error('the rollout does not end');
}

/** How often each command of Redis was called since it was started. */
async function commandsOf(client: Redis): Promise<ReadonlyMap<string, number>> {
  const told = await client.info('commandstats');
  return new Map(
    [...told.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)].map(([, name = '', calls]) => [name, Number(calls)]),
  );
}

/** Processor time of processes so far, in milliseconds, by Linux's own count (proc(5): utime and stime, 100 a second). */
function cpuOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return sum + (Number(fields[11]) + Number(fields[12])) * 10;
  }, 0);
}

/** The most resident memory that processes had so far, in KiB. */
function residentOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const [, most = '0'] = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return sum + Number(most);
  }, 0);
}

async function replay(
  playing: Playing & { readonly linesFile: string },
): Promise<{ readonly ms: number; readonly cpuMs: number }> {
  const { folder, fleet, size, workers, hosts, linesFile } = playing;
  const bundleFile = join(folder, 'commit.bundle');
  writeFileSync(bundleFile, fleet.bundle);
  const children = Array.from({ length: workers }, () =>
    fork(fileURLToPath(new URL('./raw-process.js', import.meta.url))),
  );
  try {
    await Promise.all(
      children.map((child, index) => {
        const asked: RawAsked = {
          targets: hosts.hosts,
          privateKey: hosts.privateKey,
          linesFile,
          share: hosts.hosts.flatMap((_, host) => (host % workers === index ? [host] : [])),
          bundleFile,
          parallel: Math.ceil(size.parallel / workers),
        };
        return answer(child, asked);
      }),
    );
    const pids = children.map((child) => known(child.pid));
    const cpu = cpuOf(pids);
    const began = performance.now();
    await Promise.all(children.map((child) => answer(child, 'go')));
    const ms = performance.now() - began;
    const spent = { ms, cpuMs: cpuOf(pids) - cpu };
    const told = await playing.told();
    // It waits for nothing but the answers, so a few activations may come before their build is through.
    if (told.deployed < size.hosts * 0.9)
      throw new Error(`the bare arm deployed ${told.deployed} of ${size.hosts} hosts`);
    return spent;
  } finally {
    await Promise.all(children.map((child) => ended(child)));
  }
}
