import { readdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withStartLock } from '../../../src/adapters/queue/start-lock.ts';
import { scratchFolder } from './redis-kinds.ts';

describe('start lock', () => {
  let folder: Awaited<ReturnType<typeof scratchFolder>>;
  let file: string;
  beforeEach(async () => {
    folder = await scratchFolder();
    file = path.join(folder.path, 'starting.lock');
  });
  afterEach(() => folder.remove());

  it('lets one of many in at a time', async () => {
    let inside = 0;
    let most = 0;
    const answers = await Promise.all(
      Array.from({ length: 30 }, () =>
        withStartLock(file, async () => {
          inside += 1;
          most = Math.max(most, inside);
          await new Promise((resolve) => setImmediate(resolve));
          inside -= 1;
          return 'in';
        }),
      ),
    );
    expect(most).toBe(1);
    expect(answers).toContain('in');
  });

  it('is free again after work that failed, and leaves no file', async () => {
    await expect(withStartLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withStartLock(file, async () => 'in')).toBe('in');
    expect(await readdir(folder.path)).toEqual([]);
  });

  it.each([
    ['whose process is gone', '99999999 x', new Date()],
    ['of a living process that is older than any start', `${process.pid} x`, new Date(Date.now() - 600_000)],
  ])('takes over a lock %s', async (_why, owner, written) => {
    await writeFile(file, owner);
    await utimes(file, written, written);
    expect(await withStartLock(file, async () => 'in')).toBe('busy');
    expect(await withStartLock(file, async () => 'in')).toBe('in');
  });

  it('leaves the lock of a living process alone', async () => {
    await writeFile(file, `${process.pid} x`);
    for (let turn = 0; turn < 3; turn += 1) expect(await withStartLock(file, async () => 'in')).toBe('busy');
    expect(await readdir(folder.path)).toEqual(['starting.lock']);
  });
});
