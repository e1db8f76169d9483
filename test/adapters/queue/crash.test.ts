import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type OpenRedis, openRedis } from '../../../src/adapters/queue/open-redis.ts';
import { bullWorkQueue } from '../../../src/adapters/queue/work-queue.ts';
import { bullWorkSource } from '../../../src/adapters/queue/work-source.ts';
import { journalLog, programFolders, redisKinds, redisProgram, scratchFolder, withoutRedis } from './redis-kinds.ts';
import type { Errand } from './separate-process.ts';
import { compileProcess, gone, isAlive, type StartedProcess, startProcess } from './start-process.ts';

let compiled: Awaited<ReturnType<typeof compileProcess>>;
let temporary: Awaited<ReturnType<typeof scratchFolder>>;
const started: StartedProcess[] = [];

beforeAll(async () => {
  compiled = await compileProcess();
  temporary = await scratchFolder();
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((child) => child.kill()));
});
afterAll(async () => {
  await compiled.remove();
  await temporary.remove();
});

function start(errand: Errand): StartedProcess {
  const child = startProcess(compiled.program, errand, temporary.path);
  started.push(child);
  return child;
}

function consumer(open: OpenRedis, end: 'done' | 'hang'): StartedProcess {
  const place = open.address.kind === 'socket' ? open.address.path : '';
  const redis = { url: `unix://${place}`, kind: 'auto', stateFolder: '/nonexistent', programFolders } as const;
  return start({ kind: 'consume', redis, end });
}

it('says nothing of its own on the standard output of a process, which may be a stream of JSON', async () => {
  const redis = { kind: 'embedded', stateFolder: '/nonexistent', programFolders } as const;
  const child = start({ kind: 'open', redis });
  await child.said('server');
  expect(child.lines).toEqual([expect.stringMatching(/^server \d+$/)]);
});

for (const kind of redisKinds) {
  describe(`crashes of a worker, on Redis ${kind.name}`, () => {
    let open: OpenRedis;
    beforeAll(async () => {
      open = await kind.open();
    });
    afterAll(() => open.close());

    it('hands a job to another process after kill -9 in the middle of it, three times in a row', async () => {
      await bullWorkQueue(open.connect('commands'), 'fleetwright', journalLog()).add('deploy', 'griffin');
      for (let crash = 1; crash <= 3; crash += 1) {
        const victim = consumer(open, 'hang');
        expect(await victim.said('run')).toBe(`run "griffin" attempt ${crash}`);
        await victim.kill();
      }
      const survivor = consumer(open, 'done');
      expect(await survivor.said('run')).toBe('run "griffin" attempt 4');
      await survivor.said('done');
    }, 60_000);

    it('hands a job on that ignored the signal of a stop, when the grace is over', async () => {
      const queue = bullWorkQueue(open.connect('commands'), 'fleetwright', journalLog());
      const source = bullWorkSource({
        connect: () => open.connect('worker'),
        prefix: 'fleetwright',
        log: journalLog(),
        timing: { lockMs: 1_000, lookMs: 250 },
      });
      let began: () => void = () => {};
      const begun = new Promise<void>((resolve) => {
        began = resolve;
      });
      const deaf = source.consume('deploy', () => (began(), new Promise(() => {})), { concurrency: 1 });
      await queue.add('deploy', 'blackjack');
      await begun;
      await deaf.stop(100);
      expect(await consumer(open, 'done').said('run "blackjack"')).toBe('run "blackjack" attempt 2');
      await queue.close();
    });
  });
}

const settingsIn = (stateFolder: string) => ({ kind: 'child', stateFolder, programFolders }) as const;

async function serverOf(child: StartedProcess): Promise<number> {
  return Number((await child.said('server')).slice('server '.length));
}

describe.skipIf(redisProgram === null)(
  `crashes around the private Redis${redisProgram === null ? ` (${withoutRedis})` : ''}`,
  () => {
    let folder: Awaited<ReturnType<typeof scratchFolder>>;
    beforeAll(async () => {
      folder = await scratchFolder();
    });
    afterAll(() => folder.remove());

    it('keeps a job that was added right before both the program and Redis were killed', async () => {
      const state = `${folder.path}/killed`;
      const server = start({ kind: 'open', redis: settingsIn(state) });
      const pid = await serverOf(server);
      const adder = start({ kind: 'add', redis: settingsIn(state), payload: { host: 'anubis' } });
      await adder.said('added');
      process.kill(pid, 'SIGKILL');
      await Promise.all([adder.kill(), server.kill()]);
      const reader = start({ kind: 'consume', redis: settingsIn(state), end: 'done' });
      expect(await reader.said('run')).toBe('run {"host":"anubis"} attempt 1');
    });

    it('ends with the process that started it, also after kill -9', async () => {
      const server = start({ kind: 'open', redis: settingsIn(`${folder.path}/parent`) });
      const pid = await serverOf(server);
      await server.kill();
      await gone(pid);
      expect(await isAlive(pid)).toBe(false);
    });

    it('is one server for any number of processes that start at the same moment', async () => {
      const state = `${folder.path}/together`;
      const processes = Array.from({ length: 4 }, () => start({ kind: 'open', redis: settingsIn(state) }));
      const servers = await Promise.all(processes.map(serverOf));
      expect(new Set(servers).size).toBe(1);
    });

    it('is started again by those who still use it, when the process that started it is killed', async () => {
      const state = `${folder.path}/orphaned`;
      const first = start({ kind: 'open', redis: settingsIn(state) });
      const server = await serverOf(first);
      const open = await openRedis(settingsIn(state), journalLog());
      try {
        const client = open.connect('commands');
        await client.set('kept', 'yes');
        await first.kill();
        await gone(server);
        expect(await client.get('kept')).toBe('yes');
        expect(await client.info('server')).not.toContain(`process_id:${server}\r`);
      } finally {
        await open.close();
      }
    });

    it('comes back with its data after kill -9 of the server itself, and work goes on', async () => {
      const open = await openRedis(settingsIn(`${folder.path}/back`), journalLog());
      const queue = bullWorkQueue(open.connect('commands'), 'fleetwright', journalLog());
      const seen: string[] = [];
      const both = new Promise<void>((resolve) => {
        bullWorkSource({ connect: () => open.connect('worker'), prefix: 'fleetwright', log: journalLog() }).consume(
          'deploy',
          async (payload) => {
            seen.push(String(payload));
            if (seen.length === 2) resolve();
          },
          { concurrency: 1 },
        );
      });
      try {
        await queue.add('deploy', 'delayed over the crash', { delayMs: 500 });
        const info = await open.connect('commands').info('server');
        process.kill(Number(/process_id:(\d+)/.exec(info)?.[1]), 'SIGKILL');
        await queue.add('deploy', 'after the crash');
        await both;
        expect(seen.sort((a, b) => (a < b ? -1 : 1))).toEqual(['after the crash', 'delayed over the crash']);
      } finally {
        await queue.close();
        await open.close();
      }
    });

    it('takes over a server whose process and keeper were both killed, and ends it with the last user', async () => {
      const state = `${folder.path}/adopted`;
      const first = start({ kind: 'open', redis: settingsIn(state) });
      const pid = await serverOf(first);
      // All at once, so that the keeper cannot end the server: what the kernel does when memory runs out.
      process.kill(-(await groupOf(pid)), 'SIGSTOP');
      await first.kill();
      for (const keeper of await othersInGroup(pid)) process.kill(keeper, 'SIGKILL');
      process.kill(pid, 'SIGCONT');
      const one = await openRedis(settingsIn(state), journalLog());
      const two = await openRedis(settingsIn(state), journalLog());
      expect(await one.connect('commands').info('server')).toContain(`process_id:${pid}\r`);
      await one.close();
      expect(await two.connect('commands').ping()).toBe('PONG');
      await two.close();
      await gone(pid);
    });
  },
);

async function groupOf(pid: number): Promise<number> {
  return Number((await ps(['-o', 'pgid=', '-p', String(pid)])).trim());
}

async function othersInGroup(pid: number): Promise<number[]> {
  const group = await groupOf(pid);
  const rows = (await ps(['-eo', 'pid=,pgid='])).trim().split('\n');
  return rows
    .map((row) => row.trim().split(/\s+/).map(Number))
    .filter(([other, itsGroup]) => itsGroup === group && other !== pid)
    .map(([other]) => other ?? 0);
}

async function ps(arguments_: readonly string[]): Promise<string> {
  const { execFile } = await import('node:child_process');
  return new Promise((resolve, reject) => {
    execFile('ps', [...arguments_], (error, stdout) => (error ? reject(error) : resolve(stdout)));
  });
}
