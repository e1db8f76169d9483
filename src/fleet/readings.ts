import type { Tree } from '../core/tree.ts';
import { readFleet } from '../nix/hosts/find-hosts.ts';
import { type Reading, readingOf } from './reading.ts';

/** Where readings outlive the process. Both ways may fail in silence: what is not there is read again. */
export interface ReadingStore {
  load(treeId: string): Promise<Reading | null>;
  save(treeId: string, reading: Reading): Promise<void>;
}

/** Readings of repositories by git's id of their top folder: equal ids are equal files, so none is ever out of date. */
export interface Readings {
  of(treeId: string, tree: Tree): Promise<Reading>;
}

/** In paths that all hosts of all kept readings are made of: some hundred bytes each. */
const mostHeld = 400_000;

export function createReadings(store: ReadingStore | null): Readings {
  const kept = new Map<string, { readonly reading: Reading; readonly weight: number }>();
  const running = new Map<string, Promise<Reading>>();

  async function read(treeId: string, tree: Tree): Promise<Reading> {
    const stored = (await store?.load(treeId)) ?? null;
    if (stored !== null) return stored;
    const fresh = readingOf(await readFleet(tree));
    await store?.save(treeId, fresh);
    return fresh;
  }

  function keep(treeId: string, reading: Reading): void {
    kept.set(treeId, { reading, weight: weightOf(reading) });
    let held = 0;
    for (const { weight } of kept.values()) held += weight;
    for (const [oldest, { weight }] of kept) {
      if (held <= mostHeld || oldest === treeId) break;
      kept.delete(oldest);
      held -= weight;
    }
  }

  return {
    async of(treeId, tree) {
      const known = kept.get(treeId);
      if (known !== undefined) {
        // The one that was used last is the last to go.
        kept.delete(treeId);
        kept.set(treeId, known);
        return known.reading;
      }
      const asked = running.get(treeId) ?? read(treeId, tree).finally(() => running.delete(treeId));
      running.set(treeId, asked);
      const reading = await asked;
      keep(treeId, reading);
      return reading;
    },
  };
}

function weightOf({ repository, files }: Reading): number {
  let weight = repository.entries.size;
  for (const { via, folders, listings, options, symbols } of files.values())
    weight += via.size + folders.size + listings.size + options.size + symbols.size;
  return weight;
}
