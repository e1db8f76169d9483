import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { Probot, Server } from 'probot';
import { findRedisProgram } from '../src/adapters/queue/find-redis-program.ts';
import { type OpenRedis, openRedis } from '../src/adapters/queue/open-redis.ts';
import { type BullWorkQueue, bullWorkQueue } from '../src/adapters/queue/work-queue.ts';
import { freePort, startWeb } from '../src/app.ts';
import { settingsOfProcess } from '../src/config/settings.ts';
import { type Bench, interleave, rounded } from './bench.ts';
import { withEachRedis } from './redis-for-bench.ts';

const secret = 'bench';
const silent = { info: () => {}, warn: () => {}, error: () => {} };
const log = pino({ level: 'fatal' });
const clock = {
  now: () => Date.now(),
  sleep: (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(new Error('aborted'));
      });
    }),
};

/**
 * A signed webhook until its 2xx, ours with its durable add over a bare Probot app whose handler does nothing.
 * Judged on a Redis as `docker-compose.yml` runs it: append-only, synced every second. The private child syncs before it
 * answers, so there the figure is the disk's; it is shown beside.
 */
export const webhook: Bench = {
  name: 'webhook',
  run: () =>
    withEachRedis(async (kinds) => {
      const shown: Record<string, number> = {};
      for (const [name, redis] of Object.entries(kinds)) shown[name] = (await measure(redis, 5)).ratio;
      const served = await withServedRedis((redis) => measure(redis, 15));
      if (served !== null) return { ...served, ratioByKind: shown };
      const embedded = kinds['embedded'];
      if (embedded === undefined) throw new Error('no Redis to measure');
      return { ...(await measure(embedded, 15)), ratioByKind: shown };
    }),
};

/** A server as somebody else would run it, in a scratch folder; null where this machine has no program for it. */
async function withServedRedis<T>(work: (redis: OpenRedis) => Promise<T>): Promise<T | null> {
  const parsed = settingsOfProcess();
  const programFolders = parsed.kind === 'settings' ? parsed.settings.programFolders : [];
  const program = await findRedisProgram(programFolders, false);
  if (program === null) return null;
  const folder = await mkdtemp(path.join(tmpdir(), 'fleetwright-bench-'));
  const socket = path.join(folder, 'redis.sock');
  const keeping = [
    '--save',
    '',
    '--appendonly',
    'yes',
    '--appendfsync',
    'everysec',
    '--maxmemory-policy',
    'noeviction',
  ];
  const server = spawn(program, ['--port', '0', '--unixsocket', socket, '--dir', folder, ...keeping], {
    stdio: 'ignore',
  });
  try {
    for (let waited = 0; !existsSync(socket) && waited < 5_000; waited += 20) await clock.sleep(20);
    const url = `unix://${socket}`;
    const redis = await openRedis({ url, kind: 'auto', stateFolder: folder, programFolders }, silent);
    try {
      return await work(redis);
    } finally {
      await redis.close();
    }
  } finally {
    server.kill();
    await once(server, 'exit');
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(redis: OpenRedis, rounds: number) {
  const queue = bullWorkQueue(redis.connect('commands'), 'fleetwright-bench', silent);
  const common = { host: '127.0.0.1', appId: 1, privateKey: 'not used', baseUrl: 'http://127.0.0.1:9' };
  const ours = await startWeb({ settings: { ...common, port: 0, webhookSecret: secret }, queue, clock, log });
  const bare = await bareProbot(await freePort('127.0.0.1'));
  try {
    const round = 400;
    const times = await interleave(
      { ours: () => storm(ours.port, round, 16), bare: () => storm(bare.port, round, 16) },
      rounds,
    );
    const waits = await storm(ours.port, 1_000, 200);
    const stored = await copiesStored(queue, ours.port, 100);
    if (stored !== 1) throw new Error(`100 copies of one delivery made ${stored} jobs`);
    return {
      ratio: rounded(times.bare / times.ours),
      limit: 0.6,
      bound: 'at-least' as const,
      judgedOn: redis.kind,
      requestsASecond: {
        ours: rounded((round / times.ours) * 1_000),
        bare: rounded((round / times.bare) * 1_000),
      },
      stormOf1000: { p50Ms: rounded(percentile(waits, 0.5)), p99Ms: rounded(percentile(waits, 0.99)) },
      jobsOf100Copies: stored,
    };
  } finally {
    await Promise.all([ours.stop(), bare.stop()]);
    await queue.close();
  }
}

async function bareProbot(port: number): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const server = new Server({
    Probot: Probot.defaults({ appId: 1, privateKey: 'not used', secret, log }),
    host: '127.0.0.1',
    port,
    log,
  });
  await server.load((app) => {
    app.on('issues', async () => {});
  });
  const http = await server.start();
  return {
    port: server.port,
    async stop() {
      http.closeAllConnections();
      await server.stop();
    },
  };
}

async function copiesStored(queue: BullWorkQueue, port: number, copies: number): Promise<number> {
  const before = await queue.depths('inbox');
  const request = requestOf(nextBody());
  await Promise.all(Array.from({ length: copies }, () => send(port, [request])));
  return (await queue.depths('inbox')).waiting - before.waiting;
}

let bodies = 0;
function nextBody(): string {
  bodies += 1;
  const issue = { number: bodies, title: 'An ask', body: 'x'.repeat(8_000) };
  return JSON.stringify({ action: 'opened', issue, installation: { id: 1 }, repository: { full_name: 'a/b' } });
}

function requestOf(body: string): Buffer {
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  const head = [
    'POST /api/github/webhooks HTTP/1.1',
    'host: bench',
    'content-type: application/json',
    'x-github-event: issues',
    `x-github-delivery: ${bodies}`,
    `x-hub-signature-256: sha256=${signature}`,
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** Sends so many different deliveries over so many connections; resolves to how long each waited, in milliseconds. */
async function storm(port: number, count: number, connections: number): Promise<number[]> {
  const requests = Array.from({ length: count }, () => requestOf(nextBody()));
  const lanes = Array.from({ length: connections }, (_, lane) =>
    requests.filter((_one, at) => at % connections === lane),
  );
  return (await Promise.all(lanes.map((lane) => send(port, lane)))).flat();
}

/** One connection, one request after another. Bare sockets: an HTTP client would cost as much as the server. */
async function send(port: number, requests: readonly Buffer[]): Promise<number[]> {
  const socket = connect(port, '127.0.0.1').setNoDelay(true);
  const waits: number[] = [];
  try {
    for (const request of requests) {
      const began = performance.now();
      await answerTo(socket, request);
      waits.push(performance.now() - began);
    }
    return waits;
  } finally {
    socket.destroy();
  }
}

function answerTo(socket: Socket, request: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    const settle = (end: () => void) => {
      socket.off('data', onData).off('error', onError).off('close', onClose);
      end();
    };
    const onData = (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (!isWhole(text)) return;
      const good = text.startsWith('HTTP/1.1 2');
      settle(good ? resolve : () => reject(new Error(`answered ${text.slice(0, 40)}`)));
    };
    const onError = (error: Error) => settle(() => reject(error));
    const onClose = () => settle(() => reject(new Error('closed before the answer')));
    socket.on('data', onData).on('error', onError).on('close', onClose);
    socket.write(request);
  });
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, end))?.[1];
  return length === undefined ? text.endsWith('0\r\n\r\n') : text.length >= end + 4 + Number(length);
}

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * part), sorted.length - 1)] ?? 0;
}
