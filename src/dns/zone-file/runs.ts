import { column } from './column.ts';
import type { Entries } from './entries.ts';
import type { Entry, Scope } from './syntax.ts';

/** Lines of one owner that stand together: none may come between them, because blank owners look up. */
export class Run {
  readonly #entries: Entries;
  readonly from: number;
  readonly to: number;

  constructor(entries: Entries, from: number, to: number) {
    this.#entries = entries;
    this.from = from;
    this.to = to;
  }

  get owner(): string {
    return this.#entries.owner(this.from);
  }

  get scope(): Scope {
    return this.#entries.scope(this.from);
  }

  /** Blank lines and comments may stand between those that are of the run. */
  get entries(): readonly Entry[] {
    return [...this.#entries.range(this.from, this.to)].filter(({ owner }) => owner !== '');
  }

  has(type: string): boolean {
    for (let row = this.from; row < this.to; row += 1) if (this.#entries.type(row) === type) return true;
    return false;
  }
}

/**
 * Runs that touch: a blank line, a comment or a directive parts them from others. Kept as the numbers of their rows,
 * because a large zone is one block of as many runs as it has names; a `Run` is made for one that somebody looks at.
 */
export class Block {
  readonly #entries: Entries;
  /** Of each run the first row and the row after its last. */
  readonly #rows: Int32Array;

  constructor(entries: Entries, rows: Int32Array) {
    this.#entries = entries;
    this.#rows = rows;
  }

  get length(): number {
    return this.#rows.length / 2;
  }

  from(index: number): number {
    return this.#rows[index * 2] ?? 0;
  }

  to(index: number): number {
    return this.#rows[index * 2 + 1] ?? 0;
  }

  at(index: number): Run | undefined {
    return index < 0 || index >= this.length ? undefined : new Run(this.#entries, this.from(index), this.to(index));
  }

  /** The runs around one, as many as a hundred to each side: a large block need not be looked through to its ends. */
  near(index: number): readonly Run[] {
    const runs: Run[] = [];
    for (let at = Math.max(0, index - 100); at < Math.min(this.length, index + 100); at += 1)
      runs.push(new Run(this.#entries, this.from(at), this.to(at)));
    return runs;
  }

  /** The block without the runs that are not wanted. */
  only(wanted: (from: number, to: number) => boolean): Block {
    const rows = new Int32Array(this.#rows.length);
    let kept = 0;
    for (let index = 0; index < this.length; index += 1) {
      if (!wanted(this.from(index), this.to(index))) continue;
      rows[kept] = this.from(index);
      rows[kept + 1] = this.to(index);
      kept += 2;
    }
    return new Block(this.#entries, rows.subarray(0, kept));
  }
}

/** The blocks of a file, from its beginning on. */
export function blocksOf(entries: Entries): readonly Block[] {
  // A run has a row at least, so that the rows of all of them fit.
  const rows = new Int32Array(entries.length * 2);
  const blocks: Block[] = [];
  let blockAt = 0;
  let next = 0;
  let gap = false;
  for (let row = 0; row < entries.length; row += 1) {
    const kind = entries.kind(row);
    const names = entries.number(row, column.ownerEntry);
    if (kind !== 'record' && (kind !== 'unreadable' || names < 0)) {
      gap = true;
      continue;
    }
    if (next > 0 && (names !== row || !gap) && entries.isOwnedAlike(rows[next - 2] ?? 0, row)) rows[next - 1] = row + 1;
    else {
      if (gap && next > blockAt) {
        blocks.push(new Block(entries, rows.subarray(blockAt, next)));
        blockAt = next;
      }
      rows[next] = row;
      rows[next + 1] = row + 1;
      next += 2;
    }
    gap = false;
  }
  if (next > blockAt) blocks.push(new Block(entries, rows.subarray(blockAt, next)));
  return blocks;
}
