import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { settingsOfProcess } from '../../../src/config/settings.ts';
import { type OpenRedis, openRedis } from '../../../src/adapters/queue/open-redis.ts';
import { findRedisProgram } from '../../../src/adapters/queue/find-redis-program.ts';
import type { RedisLog } from '../../../src/adapters/queue/redis-log.ts';

/** What a test saw in the log. */
export function journalLog(): RedisLog & { readonly lines: string[] } {
  const lines: string[] = [];
  const write = (_facts: object, text: string): void => {
    lines.push(text);
  };
  return { lines, info: write, warn: write, error: write };
}

const parsed = settingsOfProcess();

/** Where this machine keeps its programs. */
export const programFolders = parsed.kind === 'settings' ? parsed.settings.programFolders : [];

/** The program for the private kind, or null: then its tests are passed over, and say so in their names. */
export const redisProgram = await findRedisProgram(programFolders, false);

export const withoutRedis = 'passed over: no redis-server or valkey-server on this machine';

export async function scratchFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fleetwright-test-'));
  return { path: folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

export interface KindUnderTest {
  readonly name: string;
  open(): Promise<OpenRedis>;
}

/** Every kind of Redis that this machine can have, each opened afresh and leaving nothing behind. */
export const redisKinds: readonly KindUnderTest[] = [
  { name: 'embedded', open: () => openKind('embedded') },
  ...(redisProgram === null
    ? []
    : [
        { name: 'private child', open: () => openKind('child') },
        { name: 'given by REDIS_URL', open: openGiven },
      ]),
];

async function openKind(kind: 'child' | 'embedded'): Promise<OpenRedis> {
  const folder = await scratchFolder();
  const open = await openRedis({ kind, stateFolder: folder.path, programFolders }, journalLog());
  return {
    ...open,
    async close() {
      await open.close();
      await folder.remove();
    },
  };
}

/** A server that somebody else runs, addressed by a URL. */
async function openGiven(): Promise<OpenRedis> {
  const server = await openKind('child');
  const place = server.address.kind === 'socket' ? server.address.path : '';
  const open = await openRedis(
    { url: `unix://${place}`, kind: 'auto', stateFolder: '/nonexistent', programFolders },
    journalLog(),
  );
  return {
    ...open,
    async close() {
      await open.close();
      await server.close();
    },
  };
}
