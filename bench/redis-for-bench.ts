import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findRedisProgram } from '../src/adapters/queue/find-redis-program.ts';
import { type OpenRedis, openRedis } from '../src/adapters/queue/open-redis.ts';
import { settingsOfProcess } from '../src/config/settings.ts';

const silent = { info: () => {}, warn: () => {}, error: () => {} };

/**
 * Each kind of Redis that this machine can have, opened for one bench and closed after it: the embedded one always, a
 * child where a program for it is found, and the operator's own where REDIS_URL is set.
 */
export async function withEachRedis<T>(work: (redis: Readonly<Record<string, OpenRedis>>) => Promise<T>): Promise<T> {
  const parsed = settingsOfProcess();
  if (parsed.kind === 'invalid') throw new Error(parsed.mistakes.join('\n'));
  const { programFolders, REDIS_URL: url } = parsed.settings;
  const stateFolder = await mkdtemp(path.join(tmpdir(), 'fleetwright-bench-'));
  const redis: Record<string, OpenRedis> = {};
  try {
    redis['embedded'] = await openRedis({ kind: 'embedded', stateFolder, programFolders }, silent);
    if ((await findRedisProgram(programFolders, false)) !== null) {
      redis['child'] = await openRedis({ kind: 'child', stateFolder, programFolders }, silent);
    }
    if (url !== undefined) {
      redis['configured'] = await openRedis({ url, kind: 'auto', stateFolder, programFolders }, silent);
    }
    return await work(redis);
  } finally {
    await Promise.all(Object.values(redis).map((open) => open.close()));
    await rm(stateFolder, { recursive: true, force: true });
  }
}
