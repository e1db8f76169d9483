import { isWithin } from '../name.ts';
import type { Entry, Scope, ZoneFileDocument } from './syntax.ts';
import { dataWordsOf } from './words.ts';

/** Where a new record goes and whom it takes after. */
export interface Place {
  /** Offset into the text, at the start of a line or at the end of the file. */
  readonly at: number;
  /** Whose columns the new line takes; null where the file has no one-line record to take after. */
  readonly sibling: Entry | null;
  /** The lines around it, for columns and habits. */
  readonly neighbours: readonly Entry[];
  readonly scope: Scope;
  /** The owner is left blank, as the line before has it. */
  readonly blankOwner: boolean;
}

/** Lines of one owner that stand together: none may come between them, because blank owners look up. */
interface Run {
  readonly owner: string;
  readonly entries: readonly Entry[];
}

/** Where a record of this owner and type belongs, and the end of the file as the last resort. */
export function* placesFor(document: ZoneFileDocument, owner: string, type: string, data: string): Generator<Place> {
  const blocks = blocksOf(document);
  const found = besideOwner(document, blocks, owner, type) ?? besideType(document, blocks, owner, type, data);
  if (found !== null) yield found;
  yield atEnd(document, blocks, owner);
}

/** Blocks are runs that touch: a blank line, a comment or a directive parts them. */
function blocksOf(document: ZoneFileDocument): readonly (readonly Run[])[] {
  const blocks: Run[][] = [];
  let block: Run[] = [];
  let run: { owner: string; entries: Entry[] } | null = null;
  let gap = false;
  for (const entry of document.entries) {
    const record = entry.kind === 'record' || (entry.kind === 'unreadable' && entry.owner !== '');
    if (!record) {
      gap = true;
      continue;
    }
    const continues: boolean = run !== null && run.owner === entry.owner && (entry.ownerAt < 0 || !gap);
    if (continues && run !== null) run.entries.push(entry);
    else {
      run = { owner: entry.owner, entries: [entry] };
      if (gap && block.length > 0) {
        blocks.push(block);
        block = [];
      }
      block.push(run);
    }
    gap = false;
  }
  if (block.length > 0) blocks.push(block);
  return blocks;
}

/** The owner has records: after the last of the same type, else after the last of the owner. */
function besideOwner(
  document: ZoneFileDocument,
  blocks: readonly (readonly Run[])[],
  owner: string,
  type: string,
): Place | null {
  const runs = blocks.flatMap((block) => block.filter((run) => run.owner === owner).map((run) => ({ block, run })));
  if (runs.length === 0) return null;
  const withType = runs.findLast(({ run }) => run.entries.some((entry) => entry.type === type));
  const chosen = withType ?? runs.at(-1);
  if (chosen === undefined) return null;
  const after = chosen.run.entries.findLast((entry) => entry.type === type) ?? chosen.run.entries.at(-1);
  if (after === undefined) return null;
  const near = oneLiners(
    document,
    chosen.block.flatMap((run) => run.entries),
  );
  const own = oneLiners(document, chosen.run.entries);
  const all = near.length > 0 ? near : oneLiners(document, document.entries).slice(0, 20);
  const sibling = own.findLast((entry) => entry.type === type) ?? own.at(-1) ?? nearest(all, after.start);
  return {
    at: after.end,
    sibling,
    neighbours: all,
    scope: after.scope,
    blankOwner: leavesOwnerBlank(document, chosen.run, after),
  };
}

/** As the run does; where it has one line only, as the file does in its other runs. */
function leavesOwnerBlank(document: ZoneFileDocument, run: Run, after: Entry): boolean {
  if (run.entries.length > 1)
    return after.ownerAt < 0 || (run.entries[0] === after && (run.entries[1]?.ownerAt ?? 0) < 0);
  let blank = 0;
  let repeated = 0;
  let before: Entry | null = null;
  for (const entry of document.entries) {
    if (entry.kind !== 'record') continue;
    if (entry.ownerAt < 0) blank += 1;
    else if (before !== null && before.owner === entry.owner) repeated += 1;
    before = entry;
  }
  return blank > repeated;
}

/** No records of the owner yet: into the block that holds its like. */
function besideType(
  document: ZoneFileDocument,
  blocks: readonly (readonly Run[])[],
  owner: string,
  type: string,
  data: string,
): Place | null {
  let best: { block: readonly Run[]; score: number } | null = null;
  for (const block of blocks) {
    const score = likeness(document, block, owner, type, data);
    // Of two that suit alike the later one wins: files grow downwards.
    if (score !== null && (best === null || score >= best.score)) best = { block, score };
  }
  if (best === null) return null;
  const fitting = best.block.filter((run) => fitsBlock(run, owner, type));
  const runs = fitting.length > 0 ? fitting : best.block;
  const before = sortedPlace(document, runs, owner, type, data);
  const after = before === 0 ? null : (runs[before - 1] ?? null);
  const first = runs[before];
  const at = after === null ? (first?.entries[0]?.start ?? 0) : (after.entries.at(-1)?.end ?? 0);
  // Neighbours are what stands near: a large block need not be looked through to its ends.
  const entries = oneLiners(
    document,
    runs.slice(Math.max(0, before - 100), before + 100).flatMap((run) => run.entries),
  );
  const alike = entries.filter((entry) => entry.type === type);
  const anchor = after?.entries[0] ?? first?.entries[0];
  if (anchor === undefined) return null;
  const near = alike.length > 0 ? alike : entries;
  return {
    at,
    sibling:
      nearest(
        near.filter((entry) => entry.ownerAt >= 0),
        anchor.start,
      ) ?? nearest(near, anchor.start),
    neighbours: entries.slice(0, 200),
    scope: (after?.entries.at(-1) ?? anchor).scope,
    blankOwner: false,
  };
}

const kin: Readonly<Record<string, readonly string[]>> = {
  A: ['AAAA', 'CNAME'],
  AAAA: ['A', 'CNAME'],
  CNAME: ['A', 'AAAA'],
};

function fitsBlock(run: Run, owner: string, type: string): boolean {
  return run.entries.some((entry) => entry.type === type) && isWithin(owner, run.entries[0]?.scope.origin ?? '.');
}

/** How well a block suits a record; null where it must not go there. */
function likeness(
  document: ZoneFileDocument,
  block: readonly Run[],
  owner: string,
  type: string,
  data: string,
): number | null {
  const net = type === 'A' ? data.slice(0, data.lastIndexOf('.') + 1) : null;
  let types = 0;
  let origin = -1;
  let holding = 0;
  let near = false;
  for (const run of block) {
    let holds = false;
    for (const entry of run.entries) {
      if (entry.kind !== 'record' || entry.foreignClass) continue;
      if (isWithin(owner, entry.scope.origin)) origin = Math.max(origin, entry.scope.origin.length);
      types = Math.max(types, kinship(document, entry, type));
      if (entry.type !== type) continue;
      holds = true;
      near ||= net !== null && document.text.startsWith(net, entry.dataAt);
    }
    if (holds) holding += 1;
  }
  if (origin < 0 || types === 0) return null;
  // A block of names with one address among them is no block of addresses.
  const share = holding / block.length;
  const fit = near && share >= 0.5 ? 20 : 0;
  return origin * 1_000_000 + types * 100_000 + (fit + Math.floor(share * 9)) * 1000 + Math.min(holding, 999);
}

/** 3: the same type; 2: a type that people keep in one list with it; 1: the same type at the top of the zone. */
function kinship(document: ZoneFileDocument, entry: Entry, type: string): number {
  if (entry.type === type) return entry.owner === document.zone ? 1 : 3;
  return kin[type]?.includes(entry.type) === true && entry.owner !== document.zone ? 2 : 0;
}

/** The index in a sorted list of runs; after the last one where they are in no order that we know. */
function sortedPlace(
  document: ZoneFileDocument,
  runs: readonly Run[],
  owner: string,
  type: string,
  data: string,
): number {
  if (runs.length < 3) return runs.length;
  const byOwner = (one: string, other: string): number => naturalOrder(one, other);
  const owners = runs.map((run) => run.owner);
  if (isSorted(owners, byOwner)) return placeIn(owners, owner, byOwner);
  const byText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
  if (isSorted(owners, byText)) return placeIn(owners, owner, byText);
  if (type !== 'A') return runs.length;
  const addresses = runs.map((run) => {
    const entry = run.entries.find((candidate) => candidate.type === 'A');
    return entry === undefined ? '' : (dataWordsOf(document.text, entry)[0]?.text ?? '');
  });
  return isSorted(addresses, naturalOrder) ? placeIn(addresses, data, naturalOrder) : runs.length;
}

/** Digits compare as numbers, so that `host9` comes before `host10` and `9.10.in-addr.arpa.` before `10.10.…`. */
function naturalOrder(one: string, other: string): number {
  const a = one.match(/\d+|\D+/g) ?? [];
  const b = other.match(/\d+|\D+/g) ?? [];
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const left = a[at] ?? '';
    const right = b[at] ?? '';
    if (left === right) continue;
    if (/^\d/.test(left) && /^\d/.test(right) && Number(left) !== Number(right)) return Number(left) - Number(right);
    return left < right ? -1 : 1;
  }
  return 0;
}

function isSorted(values: readonly string[], order: (one: string, other: string) => number): boolean {
  return values.every((value, at) => at === 0 || order(values[at - 1] ?? '', value) < 0);
}

function placeIn(values: readonly string[], value: string, order: (one: string, other: string) => number): number {
  const at = values.findIndex((candidate) => order(candidate, value) > 0);
  return at < 0 ? values.length : at;
}

/** After the last record whose origin suits, or at the end of the file. */
function atEnd(document: ZoneFileDocument, blocks: readonly (readonly Run[])[], owner: string): Place {
  const all = oneLiners(document, document.entries).filter((entry) => entry.type !== 'SOA');
  const last = document.entries.at(-1);
  const run = blocks.flat().findLast((candidate) => isWithin(owner, candidate.entries[0]?.scope.origin ?? '.'));
  const entry = run?.entries.at(-1) ?? last;
  const scope = entry?.kind === 'record' || entry === undefined ? (entry?.scope ?? document.start) : document.start;
  return { at: entry?.end ?? 0, sibling: all.at(-1) ?? null, neighbours: all.slice(-20), scope, blankOwner: false };
}

/** Records that take one line: only these have columns to take after. */
function oneLiners(document: ZoneFileDocument, entries: readonly Entry[]): readonly Entry[] {
  return entries.filter((entry) => {
    if (entry.kind !== 'record' || entry.foreignClass || entry.type === 'SOA') return false;
    const newline = document.text.indexOf('\n', entry.start);
    return newline < 0 || newline >= entry.end - 1;
  });
}

function nearest(entries: readonly Entry[], at: number): Entry | null {
  let best: Entry | null = null;
  for (const entry of entries) {
    if (best === null || Math.abs(entry.start - at) < Math.abs(best.start - at)) best = entry;
  }
  return best;
}
