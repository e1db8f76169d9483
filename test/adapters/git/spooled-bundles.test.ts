import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { spooledBundles } from '../../../src/adapters/git/spooled-bundles.ts';
import { Fault } from '../../../src/core/fault.ts';
import { type CommitSha, parseCommitSha } from '../../../src/core/names.ts';
import type { Bundle, BundleSource } from '../../../src/host/bundle-source.ts';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'fleetwright-spool-')), 'bundles');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const sha = (digit: string): CommitSha => {
  const parsed = parseCommitSha(digit.repeat(40));
  if (parsed === null) throw new Error('a commit id');
  return parsed;
};

/** A source that writes down what it was asked for. `knows`: the bases on which it can build. */
function sourceOf(knows: readonly CommitSha[], failure?: Fault): BundleSource & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async bundle(commit, base) {
      asked.push(`${commit.slice(0, 1)} on ${base?.slice(0, 1) ?? 'nothing'}`);
      const incremental = base !== null && knows.includes(base);
      const bytes = (async function* () {
        yield Buffer.from(`${commit} `);
        await new Promise((resolve) => setTimeout(resolve, 5));
        if (failure !== undefined) throw failure;
        yield Buffer.from(incremental ? base : 'full');
      })();
      return { incremental, bytes };
    },
  };
}

async function textOf({ bytes }: Bundle): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('spooled bundles', () => {
  it('are made once for all hosts that ask at the same moment, and for those that ask later', async () => {
    const source = sourceOf([sha('a')]);
    const bundles = spooledBundles(source, folder);
    const together = await Promise.all(Array.from({ length: 50 }, () => bundles.bundle(sha('b'), sha('a'))));
    for (const bundle of [...together, await bundles.bundle(sha('b'), sha('a'))]) {
      expect(bundle.incremental).toBe(true);
      expect(await textOf(bundle)).toBe(`${sha('b')} ${sha('a')}`);
    }
    expect(source.asked).toEqual(['b on a']);
  });

  it('are shared with another process that uses the same folder', async () => {
    await spooledBundles(sourceOf([]), folder).bundle(sha('b'), null);
    const other = sourceOf([]);
    expect(await textOf(await spooledBundles(other, folder).bundle(sha('b'), null))).toBe(`${sha('b')} full`);
    expect(other.asked).toEqual([]);
  });

  it('differ for each base and each commit', async () => {
    const bundles = spooledBundles(sourceOf([sha('a'), sha('c')]), folder);
    expect(await textOf(await bundles.bundle(sha('b'), sha('a')))).toBe(`${sha('b')} ${sha('a')}`);
    expect(await textOf(await bundles.bundle(sha('b'), sha('c')))).toBe(`${sha('b')} ${sha('c')}`);
    expect(await textOf(await bundles.bundle(sha('d'), sha('c')))).toBe(`${sha('d')} ${sha('c')}`);
  });

  it('say that they are full where the source cannot build on the base, also the second time', async () => {
    const bundles = spooledBundles(sourceOf([]), folder);
    for (const _ of [1, 2]) {
      const bundle = await bundles.bundle(sha('b'), sha('e'));
      expect(bundle.incremental).toBe(false);
      expect(await textOf(bundle)).toBe(`${sha('b')} full`);
    }
  });

  it('leave nothing behind when git fails in the middle, and are made anew when asked again', async () => {
    const broken = new Fault('git-failed', 'bundling', 'later');
    await expect(spooledBundles(sourceOf([], broken), folder).bundle(sha('b'), null)).rejects.toBe(broken);
    expect(readdirSync(folder)).toEqual([]);
    expect(await textOf(await spooledBundles(sourceOf([]), folder).bundle(sha('b'), null))).toBe(`${sha('b')} full`);
  });

  it('keep the newest files, and remove what a process that died left unfinished', async () => {
    mkdirSync(folder, { recursive: true });
    const longAgo = new Date(Date.now() - 7_200_000);
    for (let index = 0; index < 40; index += 1) {
      const file = join(folder, `${index}.bundle`);
      writeFileSync(file, '');
      utimesSync(file, longAgo, new Date(longAgo.getTime() + index));
    }
    for (const name of ['dead.part', 'alive.part']) writeFileSync(join(folder, name), '');
    utimesSync(join(folder, 'dead.part'), longAgo, longAgo);
    await spooledBundles(sourceOf([]), folder).bundle(sha('b'), null);
    const left = readdirSync(folder);
    expect(left).toHaveLength(32 + 1);
    expect(left).toEqual(expect.arrayContaining([`${sha('b')}-full.bundle`, '39.bundle', '9.bundle', 'alive.part']));
    expect(left).not.toContain('8.bundle');
  });

  it('that were removed before they were read are a fault that may be tried again', async () => {
    const bundle = await spooledBundles(sourceOf([]), folder).bundle(sha('b'), null);
    rmSync(folder, { recursive: true });
    await expect(textOf(bundle)).rejects.toMatchObject({ code: 'git-failed', retry: 'later' });
  });
});
