import { createHash } from 'node:crypto';
import { assert } from '../../core/bug.ts';
import { parseStorePath, type StorePath } from '../../core/names.ts';

const alphabet = '0123456789abcdfghijklmnpqrsvwxyz';

/** A store path that is the same exactly where the name and the inputs are the same. */
export function practiceStorePath(attribute: string, inputs: ReadonlyMap<string, string>): StorePath {
  const hash = createHash('sha256').update(`${attribute}\0`);
  for (const [path, text] of [...inputs].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${path}\0${Buffer.byteLength(text)}\0`).update(text);
  }
  const digest = [...hash.digest()].map((byte) => alphabet[byte % 32]).join('');
  const path = parseStorePath(`/nix/store/${digest}-nixos-system-${attribute}-26.05.20261114.6d3c9f2`);
  assert(path !== null, 'a store path from an attribute name');
  return path;
}
