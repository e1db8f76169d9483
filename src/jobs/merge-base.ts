import type { FleetConfig } from '../config/fleet-config.ts';
import type { Edit } from '../core/edit.ts';
import { isRefusal } from '../core/refusal.ts';
import { textAt, type Tree } from '../core/tree.ts';
import { changedEntries } from '../core/tree-diff.ts';
import { canonicalName } from '../dns/name.ts';
import type { KnownServers, ServerWitnesses } from '../dns/serial-evidence.ts';
import { mergeLines, mergeSerial, type ThreeSides } from '../dns/serial-merge.ts';
import { serialOf } from '../dns/serial-reading.ts';
import { type OpenZone, openZone, type ZoneSource } from '../dns/zone.ts';
import { zoneSources, zoneTexts } from './zone-texts.ts';

/** `base`: where the branch left the default branch. `theirs`: the default branch as it is now. */
export type ThreeTrees = ThreeSides<Tree>;

export type BaseMerge =
  /** No zone was changed on both sides: git merges it, or a person does. */
  | { readonly kind: 'not-needed' }
  /** The files as the branch wants them, over those of the default branch. */
  | { readonly kind: 'merged'; readonly edits: readonly Edit[]; readonly zones: readonly string[] }
  /** More than serials is between the two. */
  | { readonly kind: 'by-hand'; readonly files: readonly string[] };

export interface MergedBy {
  readonly now: number;
  knownServers(zones: readonly OpenZone[], neighbours: ServerWitnesses['neighbours']): Promise<KnownServers>;
}

/**
 * Merges the default branch into a branch of ours where both changed a zone: they always meet on its serial, and where
 * both wrote the same number git would even take it, though it is not newer than the default branch's. The serial may
 * stand in a file that the zone takes in, which other zones share.
 */
export async function mergeBase(trees: ThreeTrees, config: FleetConfig, by: MergedBy): Promise<BaseMerge> {
  const [ours, theirs] = await Promise.all([
    changedEntries(trees.base, trees.ours),
    changedEntries(trees.base, trees.theirs),
  ]);
  const moved = new Set(theirs.map(({ path }) => path));
  const both = ours.filter(({ path }) => moved.has(path)).map(({ path }) => path);
  if (both.length === 0) return { kind: 'not-needed' };
  const sources = zoneSources(config);
  const newest = await zoneTexts(trees.theirs, config);
  const isOfZone = (path: string) => newest.has(path) || sources.some(({ file }) => file === path);
  if (!both.some(isOfZone)) return { kind: 'not-needed' };
  const zones = await meetingZones(trees, { config, sources, newest }, both, by);
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
    const texts = old === null || mine === null || other === null ? null : { base: old, ours: mine, theirs: other };
    const merged = texts === null || !newest.has(path) ? null : mergedText(path, texts, zones, by.now);
    if (merged === null) byHand.push(path);
    else edits.push({ path, before: other, after: merged });
  }
  if (byHand.length > 0) return { kind: 'by-hand', files: byHand };
  return { kind: 'merged', edits, zones: zones.meeting.map(({ zone }) => zone) };
}

interface MeetingZones {
  /** Those that have a file which both sides changed. */
  readonly meeting: readonly ZoneSource[];
  /** For each file that holds a serial, one of the zones that it is the serial of. */
  readonly serials: ReadonlyMap<string, ZoneSource>;
  readonly sides: ThreeSides;
  readonly known: KnownServers;
}

async function meetingZones(
  trees: ThreeTrees,
  there: {
    readonly config: FleetConfig;
    readonly sources: readonly ZoneSource[];
    readonly newest: ReadonlyMap<string, string>;
  },
  both: readonly string[],
  by: MergedBy,
): Promise<MeetingZones> {
  const { config, sources, newest } = there;
  const [base, ours] = await Promise.all([zoneTexts(trees.base, config), zoneTexts(trees.ours, config)]);
  const opened = sources.flatMap((source) => {
    const zone = openZone(source, newest);
    return isRefusal(zone) ? [] : [{ source, zone }];
  });
  const meeting = opened.filter(({ zone }) => zone.documents.some(({ path }) => both.includes(path)));
  const serials = new Map<string, ZoneSource>();
  for (const { source, zone } of meeting) {
    const path = serialOf(zone)?.document.path;
    if (path !== undefined && !serials.has(path)) serials.set(path, source);
  }
  const known = await by.knownServers(
    meeting.map(({ zone }) => zone),
    async () => opened.map(({ zone }) => zone),
  );
  return { meeting: meeting.map(({ source }) => source), serials, sides: { base, ours, theirs: newest }, known };
}

function mergedText(
  path: string,
  texts: ThreeSides<string>,
  { serials, sides, known }: MeetingZones,
  now: number,
): string | null {
  const source = serials.get(path);
  if (source === undefined) return mergeLines(texts.base, texts.ours, texts.theirs);
  const own = known.serials.get(canonicalName(source.zone));
  const merged = mergeSerial(source, path, sides, { now, ...(own === undefined ? {} : { known: own }) });
  return isRefusal(merged) ? null : merged.text;
}
