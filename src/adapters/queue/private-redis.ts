import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, readFile, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { Fault } from '../../core/fault.ts';
import { endKept, type KeptChild, spawnKept } from './kept-child.ts';
import type { RedisLog } from './redis-log.ts';
import { withStartLock } from './start-lock.ts';

/** A Redis of our own on a unix socket, shared by every process that uses the same state folder. */
export interface PrivateRedis {
  readonly socketPath: string;
  close(): Promise<void>;
}

export interface PrivateRedisSettings {
  /** The full path of `redis-server` or `valkey-server`. */
  readonly program: string;
  readonly stateFolder: string;
  readonly log: RedisLog;
}

const stage = 'starting the private Redis';
/** An append-only file of gigabytes takes its time to load. */
const startDeadlineMs = 60_000;
/** Seen in CLIENT LIST: one per process that relies on this server. */
const keeperName = 'fleetwright-keeper';

/** Starts the server of this state folder, or joins the one that runs there already, and keeps one running. */
export async function openPrivateRedis(settings: PrivateRedisSettings): Promise<PrivateRedis> {
  const folder = path.join(settings.stateFolder, 'redis');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const socketPath = await socketPathFor(await realpath(folder));
  let child = await ensureRunning(settings, folder, socketPath);
  let closing = false;
  let restarting: Promise<void> = Promise.resolve();

  const keeper = keeperOf(socketPath);
  keeper.on('close', () => {
    if (closing) return;
    restarting = restarting.then(async () => {
      if (closing || (await answers(socketPath))) return;
      settings.log.warn({ socketPath }, 'the private Redis went away; starting it again');
      if (child !== null) await endKept(child);
      try {
        child = await ensureRunning(settings, folder, socketPath);
      } catch (error) {
        // The keeper goes on trying to connect, and each try that fails comes back here.
        settings.log.error({ err: error }, 'the private Redis could not be started again');
      }
    });
  });
  return {
    socketPath,
    async close() {
      closing = true;
      await restarting;
      keeper.disconnect();
      await (child === null ? endIfUnused(socketPath) : endKept(child));
    },
  };
}

function keeperOf(socketPath: string): Redis {
  const keeper = new Redis({
    path: socketPath,
    connectionName: keeperName,
    maxRetriesPerRequest: null,
    retryStrategy: (times: number) => Math.min(50 * times, 1_000),
  });
  // Each error is followed by `close`, where it is dealt with.
  keeper.on('error', () => {});
  return keeper;
}

/** Our child, or null where another process's server runs here. */
async function ensureRunning(
  settings: PrivateRedisSettings,
  folder: string,
  socketPath: string,
): Promise<KeptChild | null> {
  const deadline = Date.now() + startDeadlineMs;
  while (Date.now() < deadline) {
    if (await answers(socketPath)) return null;
    const started = await withStartLock(path.join(folder, 'starting.lock'), async () =>
      (await answers(socketPath)) ? 'joined' : start(settings, folder, socketPath, deadline),
    );
    if (started === 'joined') return null;
    if (started !== 'busy') return started;
    await sleep(50);
  }
  throw new Fault('store-unavailable', stage, 'later', { detail: `nothing answers on ${socketPath}` });
}

async function start(
  settings: PrivateRedisSettings,
  folder: string,
  socketPath: string,
  deadline: number,
): Promise<KeptChild> {
  const output = path.join(folder, 'start.log');
  const child = await spawnKept(settings.program, serverArguments(folder, socketPath), output);
  while (child.shell.exitCode === null && Date.now() < deadline) {
    const pid = await serverPid(socketPath);
    if (pid === child.pid) return child;
    if (pid !== null) {
      // Another server took the socket of this folder: ours has served nobody and must not write beside it.
      await endKept(child);
      throw new Fault('store-unavailable', stage, 'later', { detail: `process ${pid} serves ${socketPath}` });
    }
    await sleep(10);
  }
  await endKept(child);
  const said = await lastLines(output, path.join(folder, 'redis.log'));
  throw new Fault('store-unavailable', stage, 'never', { detail: `${settings.program} did not start: ${said}` });
}

/**
 * `appendfsync always`: a command is answered when it is on the disk, so that `add` resolved means durable also across
 * a power cut; commands of one turn of the server's loop share one fsync. (`everysec` answers up to two seconds before.)
 */
function serverArguments(folder: string, socketPath: string): string[] {
  return Object.entries({
    port: '0',
    unixsocket: socketPath,
    unixsocketperm: '700',
    dir: folder,
    logfile: path.join(folder, 'redis.log'),
    loglevel: 'warning',
    save: '',
    appendonly: 'yes',
    appendfsync: 'always',
    'maxmemory-policy': 'noeviction',
    daemonize: 'no',
    databases: '1',
  }).flatMap(([name, value]) => [`--${name}`, value]);
}

/** Ends a server that outlived its process, unless somebody else relies on it. Our own keeper is gone by now. */
async function endIfUnused(socketPath: string): Promise<void> {
  await askOnce(socketPath, async (client) => {
    const clients = String(await client.client('LIST'));
    if (!clients.includes(` name=${keeperName} `)) await client.shutdown();
  });
}

/** Whether a server answers here. One that still loads its file does not yet. */
async function answers(socketPath: string): Promise<boolean> {
  return (await serverPid(socketPath)) !== null;
}

function serverPid(socketPath: string): Promise<number | null> {
  return askOnce(socketPath, async (client) => {
    await client.ping();
    const pid = /^process_id:(\d+)/m.exec(await client.info('server'))?.[1];
    return pid === undefined ? null : Number(pid);
  });
}

/** One question over a connection of its own that is never tried again: a repeated SHUTDOWN would end the next server. */
async function askOnce<T>(socketPath: string, ask: (client: Redis) => Promise<T>): Promise<T | null> {
  const client = new Redis({
    path: socketPath,
    lazyConnect: true,
    retryStrategy: () => null,
    enableReadyCheck: false,
    commandTimeout: 5_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return await ask(client);
  } catch {
    return null;
  } finally {
    client.disconnect();
  }
}

/** The socket lies beside its data where the path fits `sun_path` (104 bytes on macOS), and else in a folder of ours. */
async function socketPathFor(folder: string): Promise<string> {
  const beside = path.join(folder, 'redis.sock');
  if (Buffer.byteLength(beside) <= 100) return beside;
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  const uid = process.getuid?.() ?? 0;
  const elsewhere = path.join(Buffer.byteLength(tmpdir()) > 40 ? '/tmp' : tmpdir(), `fleetwright-${uid}-${name}`);
  await mkdir(elsewhere, { mode: 0o700 }).catch(() => {});
  const found = await lstat(elsewhere);
  // Somebody else's folder of that name could hold somebody else's server.
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o077) !== 0) {
    throw new Fault('store-unavailable', stage, 'never', { detail: `${elsewhere} is not this user's own folder` });
  }
  return path.join(elsewhere, 'redis.sock');
}

async function lastLines(...files: readonly string[]): Promise<string> {
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  return (
    texts
      .flatMap((text) => text.trim().split('\n').slice(-3))
      .join(' ')
      .trim() || 'it said nothing'
  );
}
