import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { keptFiles } from '../../../src/adapters/files/kept-files.ts';
import { programDigest } from '../../../src/adapters/files/program-digest.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetwright-kept-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const shape = z.object({ answer: z.number() });
const kept = (more: { readonly maker?: string; readonly most?: number; readonly at?: string } = {}) =>
  keptFiles({
    folder: more.at ?? folder,
    maker: more.maker ?? 'one',
    parse: (content) => shape.parse(content),
    most: more.most ?? 10,
  });

async function onlyFile(): Promise<string> {
  const [own = ''] = await readdir(folder);
  const [name = ''] = await readdir(join(folder, own));
  return join(folder, own, name);
}

describe('answers in files', () => {
  test('are there for the next process, under their own question', async () => {
    await kept().save(['a', 'b'], { answer: 1 });
    expect(await kept().load(['a', 'b'])).toEqual({ answer: 1 });
    expect(await kept().load(['ab'])).toBeNull();
    expect(await kept().load(['b', 'a'])).toBeNull();
  });

  test.each([
    ['that end in their middle', (text: string) => text.slice(0, -3)],
    ['that are empty', () => ''],
    ['that somebody wrote something else into', () => '{"answer":"seven"}'],
  ])('%s count as missing, and are written anew', async (_, spoil) => {
    await kept().save(['q'], { answer: 1 });
    const file = await onlyFile();
    await writeFile(file, spoil(await readFile(file, 'utf8')));
    expect(await kept().load(['q'])).toBeNull();
    await kept().save(['q'], { answer: 2 });
    expect(await kept().load(['q'])).toEqual({ answer: 2 });
  });

  test('of other code are not read, and go', async () => {
    await kept().save(['q'], { answer: 1 });
    expect(await kept({ maker: 'two' }).load(['q'])).toBeNull();
    await kept({ maker: 'two' }).save(['q'], { answer: 2 });
    expect(await readdir(folder)).toHaveLength(1);
    expect(await kept().load(['q'])).toBeNull();
  });

  test('are bounded: those that nobody asked for longest go', async () => {
    const first = kept();
    await first.save(['old'], { answer: 1 });
    const old = await onlyFile();
    await utimes(old, new Date(0), new Date(0));
    await first.save(['new'], { answer: 2 });
    await kept({ most: 2 }).save(['newest'], { answer: 3 });
    expect([await kept().load(['old']), await kept().load(['new']), await kept().load(['newest'])]).toEqual([
      null,
      { answer: 2 },
      { answer: 3 },
    ]);
  });

  test('that cannot be written anywhere are simply not kept', async () => {
    await writeFile(join(folder, 'file'), '');
    const nowhere = kept({ at: join(folder, 'file') });
    await nowhere.save(['q'], { answer: 1 });
    expect(await nowhere.load(['q'])).toBeNull();
  });
});

test('the digest of the reading code is the same for the same code', async () => {
  expect(await programDigest()).toMatch(/^[0-9a-f]{64}$/);
  expect(await programDigest()).toBe(await programDigest());
});
