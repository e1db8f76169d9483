import { spawn } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { judge } from '../../../src/adapters/queue/configured-redis.ts';
import { findRedisProgram, isNewEnough } from '../../../src/adapters/queue/find-redis-program.ts';
import { openRedis } from '../../../src/adapters/queue/open-redis.ts';
import { Fault } from '../../../src/core/fault.ts';
import { journalLog, programFolders, redisProgram, scratchFolder, withoutRedis } from './redis-kinds.ts';

let folder: Awaited<ReturnType<typeof scratchFolder>>;
beforeEach(async () => {
  folder = await scratchFolder();
});
afterEach(() => folder.remove());

const given = (url: string) => openRedis({ url, kind: 'auto', stateFolder: folder.path, programFolders }, journalLog());

async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function program(name: string, script: string): Promise<string> {
  const file = path.join(folder.path, name);
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}

describe('which Redis is opened', () => {
  it('is the embedded one where no program is found, and its note says that it forgets', async () => {
    const open = await openRedis({ kind: 'auto', stateFolder: folder.path, programFolders: [] }, journalLog());
    expect(open).toMatchObject({ kind: 'embedded', durable: false });
    expect(open.note).toContain('a restart loses');
    await open.close();
  });

  it.skipIf(redisProgram === null)(
    `is the private one where a program is found${redisProgram === null ? ` (${withoutRedis})` : ''}`,
    async () => {
      const open = await openRedis({ kind: 'auto', stateFolder: folder.path, programFolders }, journalLog());
      expect(open).toMatchObject({ kind: 'child', durable: true });
      await open.close();
    },
  );

  it('is a fault that says where was looked, when a child is wanted and no program is there', async () => {
    const opening = openRedis({ kind: 'child', stateFolder: folder.path, programFolders: [folder.path] }, journalLog());
    await expect(opening).rejects.toMatchObject({ code: 'store-unavailable', retry: 'never' });
    await expect(opening).rejects.toThrow(folder.path);
  });
});

describe('a Redis given by REDIS_URL', () => {
  it('is a passing fault that names the place and hides the password when nobody answers', async () => {
    const port = await freePort();
    const opening = given(`redis://user:sesame@127.0.0.1:${port}/0`);
    await expect(opening).rejects.toMatchObject({ code: 'store-unavailable', retry: 'later' });
    await expect(opening).rejects.toThrow(`127.0.0.1:${port}`);
    await expect(opening).rejects.not.toThrow('sesame');
  });

  it('is a passing fault when its socket does not exist', async () => {
    await expect(given(`unix://${folder.path}/none.sock`)).rejects.toMatchObject({ retry: 'later' });
  });

  it.skipIf(redisProgram === null)(
    `is a lasting fault when the password is wrong or missing${redisProgram === null ? ` (${withoutRedis})` : ''}`,
    async () => {
      const port = await freePort();
      const options = { port: String(port), bind: '127.0.0.1', save: '', requirepass: 'right', dir: folder.path };
      const server = spawn(
        redisProgram ?? '',
        Object.entries({ ...options, 'maxmemory-policy': 'allkeys-lru' }).flatMap(([name, value]) => [
          `--${name}`,
          value,
        ]),
      );
      try {
        let open = await given(`redis://:right@127.0.0.1:${port}`).catch(() => null);
        for (; open === null; open = await given(`redis://:right@127.0.0.1:${port}`).catch(() => null)) await sleep(20);
        expect(open).toMatchObject({ kind: 'configured', durable: false });
        expect(open.note).toContain('allkeys-lru');
        expect(open.note).toContain('append-only');
        expect(open.note).not.toContain('right@');
        expect(await open.connect('commands').ping()).toBe('PONG');
        await open.close();
        for (const login of ['', ':wrong@']) {
          const refused = given(`redis://${login}127.0.0.1:${port}`);
          await expect(refused).rejects.toMatchObject({ code: 'store-unavailable', retry: 'never' });
          await expect(refused).rejects.toThrow('refused the login');
        }
      } finally {
        server.kill('SIGKILL');
      }
    },
  );

  it.each([
    [
      'durable and fit',
      'role:master\r\nmaxmemory_policy:noeviction\r\naof_enabled:1\r\n',
      true,
      /^Work is kept in here\.$/,
    ],
    [
      'evicting',
      'role:master\r\nmaxmemory_policy:volatile-lru\r\naof_enabled:1\r\n',
      true,
      /volatile-lru.*set noeviction/,
    ],
    ['forgetful', 'role:master\r\nmaxmemory_policy:noeviction\r\naof_enabled:0\r\n', false, /set appendonly yes/],
    ['silent about itself', '', false, /append-only/],
  ])('is judged %s by its INFO', (_name, info, durable, note) => {
    const judged = judge('here', info);
    expect(judged.durable).toBe(durable);
    expect(judged.note).toMatch(note);
  });

  it.each([
    ['a replica', 'role:slave\r\n', 'read-only replica'],
    ['a cluster', 'role:master\r\ncluster_enabled:1\r\n', 'Redis Cluster'],
  ])('is refused when it is %s', (_name, info, words) => {
    expect(() => judge('here', info)).toThrow(Fault);
    expect(() => judge('here', info)).toThrow(words);
  });
});

describe('the program for the private Redis', () => {
  it.each([
    ['Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=ae4d7c971a948f0', true],
    ['Valkey server v=8.1.0 sha=00000000:0 malloc=libc bits=64 build=0', true],
    ['Redis server v=6.2.0 sha=0', true],
    ['Redis server v=10.0.0 sha=0', true],
    ['Redis server v=6.0.16 sha=0', false],
    ['Redis server v=5.9.9 sha=0', false],
    ['redis-server: command not found', false],
    ['', false],
  ])('by its version line %j: %s', (line, fit) => {
    expect(isNewEnough(line)).toBe(fit);
  });

  it('is passed over when it does not run, is too old, or is no program', async () => {
    await program('valkey-server', 'exit 127');
    await program('redis-server', 'echo "Redis server v=5.0.1 sha=0"');
    expect(await findRedisProgram([folder.path], false)).toBeNull();
    await chmod(path.join(folder.path, 'redis-server'), 0o644);
    expect(await findRedisProgram([folder.path, '/nonexistent'], false)).toBeNull();
  });

  it('is found in the first folder that has a fit one', async () => {
    const found = await program('redis-server', 'echo "Redis server v=7.2.4 sha=0"');
    expect(await findRedisProgram(['/nonexistent', folder.path], true)).toBe(found);
  });
});
