import type { FleetConfig } from '../config/fleet-config.ts';
import type { Edit } from '../core/edit.ts';
import { isRefusal } from '../core/refusal.ts';
import { textAt, type Tree } from '../core/tree.ts';
import { changedEntries } from '../core/tree-diff.ts';
import { mergeLines, mergeSerial } from '../dns/serial-merge.ts';
import { zoneSources, zoneTexts } from './zone-texts.ts';

export interface ThreeTrees {
  /** Where the branch left the default branch. */
  readonly base: Tree;
  readonly ours: Tree;
  /** The default branch as it is now. */
  readonly theirs: Tree;
}

export type BaseMerge =
  /** No zone was changed on both sides: git merges it, or a person does. */
  | { readonly kind: 'not-needed' }
  /** The files as the branch wants them, over those of the default branch. */
  | { readonly kind: 'merged'; readonly edits: readonly Edit[]; readonly zones: readonly string[] }
  /** More than serials is between the two. */
  | { readonly kind: 'by-hand'; readonly files: readonly string[] };

/**
 * Merges the default branch into a branch of ours where both changed a zone: they always meet on its serial, and where
 * both wrote the same number git would even take it, though it is not newer than the default branch's.
 */
export async function mergeBase(trees: ThreeTrees, config: FleetConfig, now: number): Promise<BaseMerge> {
  const [ours, theirs] = await Promise.all([
    changedEntries(trees.base, trees.ours),
    changedEntries(trees.base, trees.theirs),
  ]);
  const moved = new Map(theirs.map((entry) => [entry.path, entry]));
  const both = ours.filter((entry) => moved.has(entry.path)).map(({ path }) => path);
  const sources = new Map(zoneSources(config).map((source) => [source.file, source]));
  const included = new Set((await zoneTexts(trees.theirs, config)).keys());
  if (!both.some((path) => sources.has(path) || included.has(path))) return { kind: 'not-needed' };
  const edits: Edit[] = [];
  const byHand: string[] = [];
  for (const { path, after } of ours) {
    const [old, mine, other] = await Promise.all([
      textAt(trees.base, path),
      textAt(trees.ours, path),
      textAt(trees.theirs, path),
    ]);
    if (!moved.has(path)) {
      if (after !== null && mine === null) byHand.push(path);
      else edits.push({ path, before: other, after: mine });
      continue;
    }
    const source = sources.get(path);
    const texts = old === null || mine === null || other === null ? null : { base: old, ours: mine, theirs: other };
    const merged =
      texts === null
        ? null
        : source !== undefined
          ? mergedZone(mergeSerial(source, texts, now))
          : included.has(path)
            ? mergeLines(texts.base, texts.ours, texts.theirs)
            : null;
    if (merged === null) byHand.push(path);
    else edits.push({ path, before: other, after: merged });
  }
  if (byHand.length > 0) return { kind: 'by-hand', files: byHand };
  return { kind: 'merged', edits, zones: both.flatMap((path) => sources.get(path)?.zone ?? []) };
}

function mergedZone(merged: ReturnType<typeof mergeSerial>): string | null {
  return isRefusal(merged) ? null : merged.text;
}
