import { createHash } from 'node:crypto';
import type { Tree } from '../core/tree.ts';
import type { KeyedTree } from './readings.ts';

/** A tree that git has no id of (a checkout as it lies there, a folder of one), keyed by what is in it. */
export async function keyedTree(tree: Tree): Promise<KeyedTree> {
  const hash = createHash('sha256');
  for (const { path, mode, blob } of await tree.list()) hash.update(`${mode} ${blob} ${path}\0`);
  return { treeId: hash.digest('hex'), tree };
}
