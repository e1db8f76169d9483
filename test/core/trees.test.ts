import { describe, expect, test } from 'vitest';
import { overlay } from '../../src/core/edit.ts';
import { decodeText, entryAt, textAt } from '../../src/core/tree.ts';
import { changedEntries } from '../../src/core/tree-diff.ts';
import { treeOf } from '../fakes/tree.ts';

const base = treeOf({ 'a.nix': 'a', 'executable:bin/run': 'run', 'hosts/griffin.nix': 'g', 'symlink:link': 'a.nix' });

describe('edits laid over a tree', () => {
  const edited = overlay(base, [
    { path: 'a.nix', before: 'a', after: 'A' },
    { path: 'bin/run', before: 'run', after: 'walk' },
    { path: 'hosts/griffin.nix', before: 'g', after: null },
    { path: 'b.nix', before: null, after: 'b' },
    { path: 'gone.nix', before: null, after: null },
  ]);

  test('are what is listed, sorted, with the modes that were there', async () => {
    expect((await edited.list()).map(({ path, mode }) => `${mode} ${path}`)).toEqual([
      'file a.nix',
      'file b.nix',
      'executable bin/run',
      'symlink link',
    ]);
  });

  test('are what is read, and the rest is as it was', async () => {
    expect([await textAt(edited, 'a.nix'), await textAt(edited, 'b.nix'), await textAt(edited, 'bin/run')]).toEqual([
      'A',
      'b',
      'walk',
    ]);
    expect(await textAt(edited, 'hosts/griffin.nix')).toBeNull();
    expect(await textAt(base, 'a.nix')).toBe('a');
  });

  test('lie over one another', async () => {
    const twice = overlay(edited, [{ path: 'b.nix', before: 'b', after: 'bb' }]);
    expect([await textAt(twice, 'a.nix'), await textAt(twice, 'b.nix')]).toEqual(['A', 'bb']);
  });
});

describe('what differs between two trees', () => {
  test('is named with both sides, sorted by path', async () => {
    const after = treeOf({ 'z.nix': 'new', 'a.nix': 'changed', 'bin/run': 'run', 'symlink:link': 'a.nix' });
    const changed = await changedEntries(base, after);
    expect(changed.map(({ path, before, after: now }) => [path, before?.mode ?? null, now?.mode ?? null])).toEqual([
      ['a.nix', 'file', 'file'],
      ['bin/run', 'executable', 'file'],
      ['hosts/griffin.nix', 'file', null],
      ['z.nix', null, 'file'],
    ]);
  });

  test('is nothing where nothing differs', async () => {
    expect(await changedEntries(base, base)).toEqual([]);
  });
});

describe('a text in a tree', () => {
  test('is null for a link, a missing file and bytes that are not UTF-8', async () => {
    const tree = treeOf({ 'symlink:link': 'a', secret: new Uint8Array([0xff, 0xfe, 0x00]), empty: '' });
    expect([
      await textAt(tree, 'link'),
      await textAt(tree, 'none'),
      await textAt(tree, 'secret'),
      await textAt(tree, 'empty'),
    ]).toEqual([null, null, null, '']);
    expect(await entryAt(tree, 'none')).toBeNull();
  });

  test('keeps its byte-order mark, because what is printed must be what was read', () => {
    expect(decodeText(new Uint8Array([0xef, 0xbb, 0xbf, 0x61]))).toBe('\uFEFFa');
  });
});
