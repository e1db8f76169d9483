import { isWithin } from '../name.ts';
import { column } from './column.ts';
import type { Entries } from './entries.ts';
import { lastOneLiners, nearest, oneLiners } from './one-liners.ts';
import { type Block, blocksOf, type Run } from './runs.ts';
import { sortedPlace } from './sorted-place.ts';
import type { Entry, Scope, ZoneFileDocument } from './syntax.ts';

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

/** The record that a place is looked for. */
export interface Placed {
  readonly owner: string;
  readonly type: string;
  readonly data: string;
  /** The owner has records already. */
  readonly joins: boolean;
}

/** Where a record of this owner and type belongs, and the end of the file as the last resort. */
export function* placesFor(document: ZoneFileDocument, { owner, type, data, joins }: Placed): Generator<Place> {
  const blocks = blocksOf(document.entries);
  const own = joins ? besideOwner(document, blocks, owner, type) : null;
  const found = own ?? besideType(document, blocks, owner, type, data);
  if (found !== null) yield found;
  yield atEnd(document, blocks, owner);
}

/** The owner has records: after the last of the same type, else after the last of the owner. */
function besideOwner(document: ZoneFileDocument, blocks: readonly Block[], owner: string, type: string): Place | null {
  const runs = runsOwnedBy(document, blocks, owner);
  if (runs.length === 0) return null;
  const withType = runs.findLast(({ run }) => run.has(type));
  const chosen = withType ?? runs.at(-1);
  if (chosen === undefined) return null;
  const after = chosen.run.entries.findLast((entry) => entry.type === type) ?? chosen.run.entries.at(-1);
  if (after === undefined) return null;
  const beside = chosen.block.near(chosen.index);
  const near = oneLiners(
    document,
    beside.flatMap((run) => run.entries),
  );
  const own = oneLiners(document, chosen.run.entries);
  const all = near.length > 0 ? near : oneLiners(document, document.entries, 20);
  const sibling = own.findLast((entry) => entry.type === type) ?? own.at(-1) ?? nearest(all, after.start);
  return {
    at: after.end,
    sibling,
    neighbours: all,
    scope: after.scope,
    blankOwner: leavesOwnerBlank(document, chosen.run, after),
  };
}

interface FoundRun {
  readonly block: Block;
  readonly index: number;
  readonly run: Run;
}

function runsOwnedBy(document: ZoneFileDocument, blocks: readonly Block[], owner: string): readonly FoundRun[] {
  const found: FoundRun[] = [];
  for (const block of blocks) {
    for (let index = 0; index < block.length; index += 1) {
      if (!document.entries.isOwnedBy(block.from(index), owner)) continue;
      const run = block.at(index);
      if (run !== undefined) found.push({ block, index, run });
    }
  }
  return found;
}

/** As the run does; where it has one line only, as the file does in its other runs. */
function leavesOwnerBlank(document: ZoneFileDocument, run: Run, after: Entry): boolean {
  const [first, second] = run.entries;
  if (second !== undefined) return after.ownerAt < 0 || (first?.start === after.start && second.ownerAt < 0);
  let blank = 0;
  let repeated = 0;
  let before = -1;
  const { entries } = document;
  for (let row = 0; row < entries.length; row += 1) {
    if (entries.kind(row) !== 'record') continue;
    if (entries.number(row, column.ownerAt) < 0) blank += 1;
    else if (before >= 0 && entries.isOwnedAlike(before, row)) repeated += 1;
    before = row;
  }
  return blank > repeated;
}

/** No records of the owner yet: into the block that holds its like. */
function besideType(
  document: ZoneFileDocument,
  blocks: readonly Block[],
  owner: string,
  type: string,
  data: string,
): Place | null {
  let best: { block: Block; score: number } | null = null;
  for (const block of blocks) {
    const score = likeness(document, block, owner, type, data);
    // Of two that suit alike the later one wins: files grow downwards.
    if (score !== null && (best === null || score >= best.score)) best = { block, score };
  }
  if (best === null) return null;
  const fitting = best.block.only(fitsBlock(document.entries, owner, type));
  const runs = fitting.length > 0 ? fitting : best.block;
  const before = sortedPlace(document, runs, owner, type, data);
  const after = before === 0 ? undefined : runs.at(before - 1);
  const first = runs.at(before);
  const at = after === undefined ? (first?.entries[0]?.start ?? 0) : (after.entries.at(-1)?.end ?? 0);
  const entries = oneLiners(
    document,
    runs.near(before).flatMap((run) => run.entries),
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

/** True of runs that hold the type and stand where the owner's name can be written. */
function fitsBlock(entries: Entries, owner: string, type: string): (from: number, to: number) => boolean {
  let known: Scope | null = null;
  let within = false;
  return (from, to) => {
    const scope = entries.scope(from);
    if (scope !== known) within = isWithin(owner, scope.origin);
    known = scope;
    for (let row = from; within && row < to; row += 1) if (entries.type(row) === type) return true;
    return false;
  };
}

/** How well a block suits a record; null where it must not go there. */
function likeness(document: ZoneFileDocument, block: Block, owner: string, type: string, data: string): number | null {
  const { entries } = document;
  const net = type === 'A' ? data.slice(0, data.lastIndexOf('.') + 1) : null;
  const kinds = kin[type] ?? [];
  let known: Scope | null = null;
  let types = 0;
  let origin = -1;
  let holding = 0;
  let near = false;
  for (let index = 0; index < block.length; index += 1) {
    let holds = false;
    for (let row = block.from(index); row < block.to(index); row += 1) {
      if (entries.kind(row) !== 'record' || entries.isForeign(row)) continue;
      const scope = entries.scope(row);
      if (scope !== known && isWithin(owner, scope.origin)) origin = Math.max(origin, scope.origin.length);
      known = scope;
      const own = entries.type(row);
      // 3: the same type; 2: a type that people keep in one list with it; 1: the same type at the top of the zone.
      if (own === type) types = Math.max(types, types === 3 || !entries.isOwnedBy(row, document.zone) ? 3 : 1);
      else if (types < 2 && kinds.includes(own) && !entries.isOwnedBy(row, document.zone)) types = 2;
      if (own !== type) continue;
      holds = true;
      near ||= net !== null && document.text.startsWith(net, entries.number(row, column.dataAt));
    }
    if (holds) holding += 1;
  }
  if (origin < 0 || types === 0) return null;
  // A block of names with one address among them is no block of addresses.
  const share = holding / block.length;
  const fit = near && share >= 0.5 ? 20 : 0;
  return origin * 1_000_000 + types * 100_000 + (fit + Math.floor(share * 9)) * 1000 + Math.min(holding, 999);
}

/** After the last record whose origin suits, or at the end of the file. */
function atEnd(document: ZoneFileDocument, blocks: readonly Block[], owner: string): Place {
  const all = lastOneLiners(document, 20);
  const last = document.entries.at(-1);
  const run = lastWithin(blocks, owner);
  const entry = run?.entries.at(-1) ?? last;
  const scope = entry?.kind === 'record' || entry === undefined ? (entry?.scope ?? document.start) : document.start;
  return { at: entry?.end ?? 0, sibling: all.at(-1) ?? null, neighbours: all, scope, blankOwner: false };
}

function lastWithin(blocks: readonly Block[], owner: string): Run | undefined {
  for (const block of blocks.toReversed()) {
    for (let index = block.length - 1; index >= 0; index -= 1) {
      const run = block.at(index);
      if (run !== undefined && isWithin(owner, run.scope.origin)) return run;
    }
  }
  return undefined;
}
