import { folderOf, type Repository } from '../repository.ts';
import { declaredInputs } from './declared-inputs.ts';
import { changedRootInputs, lockGraph } from './lock-graph.ts';

/** The flake beside which a lock file stands; null for any other file. */
export function flakeOfLock(path: string): string | null {
  return /(?:^|\/)flake\.lock$/.test(path) ? path.replace(/lock$/, 'nix') : null;
}

/**
 * The inputs of a flake that differ between two readings: by what its lock file holds of each and of what that leads
 * to, and by how the flake asks for it, which counts where somebody forgot to lock it again. Null where that cannot be
 * told: then every input may differ.
 */
export function changedInputs(flake: string, before: Repository, after: Repository): ReadonlySet<string> | null {
  const declared = [before, after].map((repository) => {
    const tree = repository.parsed(flake);
    return tree === null ? null : declaredInputs(tree);
  });
  const [old, fresh] = declared;
  if (!old || !fresh) return null;
  const asked = [...new Set([...old.keys(), ...fresh.keys()])].filter((name) => old.get(name) !== fresh.get(name));
  const locked = changedLock(flake, before, after);
  // An input that is written nowhere comes from a registry; how a host comes to it is not followed.
  if (locked === null || [...locked].some((name) => !old.has(name) && !fresh.has(name))) return null;
  return new Set([...asked, ...locked]);
}

function changedLock(flake: string, before: Repository, after: Repository): ReadonlySet<string> | null {
  const path = folderOf(flake) === '' ? 'flake.lock' : `${folderOf(flake)}/flake.lock`;
  const [old, fresh] = [before.texts.get(path), after.texts.get(path)];
  // Without a lock file everybody gets what is newest when they ask.
  if (old === fresh && before.entries.has(path) === after.entries.has(path)) return new Set();
  const graphs = [old, fresh].map((text) => (text === undefined ? null : lockGraph(text)));
  return graphs[0] && graphs[1] ? changedRootInputs(graphs[0], graphs[1]) : null;
}
