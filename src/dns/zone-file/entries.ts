import { absoluteName } from '../name.ts';
import { type Column, column, rowWidth as width } from './column.ts';
import { EntryView } from './entry-view.ts';
import type { Entry, EntryKind, Problem, Scope } from './syntax.ts';
import { TypeTable } from './type-table.ts';
import { beginsOtherwise, compareWritten, isPlainName } from './written-name.ts';

/** An entry as the reader hands it in: its owner by the number of the entry that names it, -1 where none does. */
export interface ReadEntry extends Omit<Entry, 'owner' | 'type'> {
  readonly ownerEntry: number;
  /** Where its type ends; -1 where it has none. */
  readonly typeEnd: number;
}

/** By their numbers; records first, because nearly every row is one. */
const kinds: readonly EntryKind[] = ['record', 'blank', 'origin', 'ttl', 'include', 'generate', 'unreadable'];

const foreignBit = 8;
const ttlBit = 16;

/**
 * The entries of a file as rows of numbers. As objects with strings of their names, those of a hundred thousand records
 * would be most of the memory: here both are made for the entries that somebody looks at.
 */
export class Entries implements Iterable<Entry> {
  readonly text: string;
  readonly #scopes: Scope[] = [];
  readonly #problems = new Map<number, Problem>();
  #types: TypeTable;
  #cells: Int32Array;
  #length = 0;

  /** `rows`: about how many there will be. */
  constructor(text: string, rows: number) {
    this.text = text;
    this.#types = new TypeTable(text);
    this.#cells = new Int32Array(width * (rows + 16));
  }

  get length(): number {
    return this.#length;
  }

  push(entry: ReadEntry): void {
    const at = this.#length * width;
    if (at + width > this.#cells.length) this.#grow(this.#length >> 1);
    if (this.#scopes[this.#scopes.length - 1] !== entry.scope) this.#scopes.push(entry.scope);
    const cells = this.#cells;
    cells[at] = kinds.indexOf(entry.kind) | (entry.foreignClass ? foreignBit : 0) | (entry.ttl === null ? 0 : ttlBit);
    cells[at + column.start] = entry.start;
    cells[at + column.end] = entry.end;
    cells[at + column.line] = entry.line;
    cells[at + column.ownerAt] = entry.ownerAt;
    cells[at + column.ownerEnd] = entry.ownerEnd;
    cells[at + column.ttlAt] = entry.ttlAt;
    cells[at + column.classAt] = entry.classAt;
    cells[at + column.typeAt] = entry.typeAt;
    cells[at + column.dataAt] = entry.dataAt;
    cells[at + column.wordsEnd] = entry.wordsEnd;
    cells[at + column.ownerEntry] = entry.ownerEntry;
    cells[at + column.ttl] = entry.ttl ?? 0;
    cells[at + column.scope] = this.#scopes.length - 1;
    cells[at + column.type] = entry.typeAt < 0 ? -1 : this.#types.numberAt(entry.typeAt, entry.typeEnd);
    if (entry.problem !== null) this.#problems.set(this.#length, entry.problem);
    this.#length += 1;
  }

  /** A reading of another text that begins with the first `rows` of this one, as they are, and may have `most` of them. */
  beginning(rows: number, text: string, most: number): Entries {
    const copy = new Entries(text, most);
    for (const scope of this.#scopes) copy.#scopes.push(scope);
    copy.#types = new TypeTable(text, this.#types);
    copy.#cells.set(this.#cells.subarray(0, rows * width));
    for (const [row, problem] of this.#problems) if (row < rows) copy.#problems.set(row, problem);
    copy.#length = rows;
    return copy;
  }

  /** The rows from `from` on of another reading, whose text moved by `by` characters and `lines` lines. */
  // oxlint-disable-next-line max-params
  take(other: Entries, from: number, by: number, lines: number, ownerEntry: number): void {
    const rows = other.#length - from;
    if ((this.#length + rows) * width > this.#cells.length) this.#grow(rows);
    const at = this.#length * width;
    const moved = this.#length - from;
    const scopes = this.#scopes.length;
    const types = this.#types.numbersOf(other.#types);
    for (const scope of other.#scopes) this.#scopes.push(scope);
    this.#cells.set(other.#cells.subarray(from * width, other.#length * width), at);
    const cells = this.#cells;
    for (let row = at; row < at + rows * width; row += width) {
      // Start, end and line; then the places, of which a row may lack some.
      cells[row + column.line] = (cells[row + column.line] ?? 0) + lines;
      for (let cell = row + column.start; cell <= row + column.wordsEnd; cell += 1) {
        const place = cells[cell] ?? -1;
        if (place >= 0 && cell !== row + column.line) cells[cell] = place + by;
      }
      const names = cells[row + column.ownerEntry] ?? -1;
      if (names >= 0) cells[row + column.ownerEntry] = names >= from ? names + moved : ownerEntry;
      cells[row + column.scope] = (cells[row + column.scope] ?? 0) + scopes;
      cells[row + column.type] = types[cells[row + column.type] ?? -1] ?? -1;
    }
    for (const [row, problem] of other.#problems)
      if (row >= from) this.#problems.set(row + moved, { ...problem, at: problem.at + by });
    this.#length += rows;
  }

  at(index: number): Entry | undefined {
    const row = index < 0 ? this.#length + index : index;
    return row < 0 || row >= this.#length ? undefined : new EntryView(this, row);
  }

  *[Symbol.iterator](): Generator<Entry> {
    for (let row = 0; row < this.#length; row += 1) yield new EntryView(this, row);
  }

  /** The entries `[from, to)`. */
  *range(from: number, to: number): Generator<Entry> {
    for (let row = from; row < to; row += 1) yield new EntryView(this, row);
  }

  find(wanted: (entry: Entry) => boolean): Entry | undefined {
    const row = this.findIndex(wanted);
    return row < 0 ? undefined : new EntryView(this, row);
  }

  findIndex(wanted: (entry: Entry) => boolean): number {
    for (let row = 0; row < this.#length; row += 1) if (wanted(new EntryView(this, row))) return row;
    return -1;
  }

  /** The last that is wanted of those before `index`. */
  findLast(wanted: (entry: Entry) => boolean, index = this.#length): Entry | undefined {
    for (let row = index - 1; row >= 0; row -= 1) {
      const entry = new EntryView(this, row);
      if (wanted(entry)) return entry;
    }
    return undefined;
  }

  number(row: number, cell: Column): number {
    return this.#cells[row * width + cell] ?? 0;
  }

  kind(row: number): EntryKind {
    return kinds[this.number(row, column.state) & 7] ?? 'unreadable';
  }

  ttl(row: number): number | null {
    return (this.number(row, column.state) & ttlBit) === 0 ? null : this.number(row, column.ttl) >>> 0;
  }

  isForeign(row: number): boolean {
    return (this.number(row, column.state) & foreignBit) !== 0;
  }

  scope(row: number): Scope {
    const scope = this.#scopes[this.number(row, column.scope)];
    if (scope === undefined) throw new Error('bug: expected a scope for every entry');
    return scope;
  }

  problem(row: number): Problem | null {
    if (this.kind(row) !== 'unreadable') return null;
    return this.#problems.get(row) ?? null;
  }

  /** True where both rows are read alike: what the lines around them hand down is the same. Texts are not compared. */
  isAlike(row: number, other: Entries, there: number): boolean {
    if (this.number(row, column.state) !== other.number(there, column.state)) return false;
    if (this.number(row, column.ttl) !== other.number(there, column.ttl)) return false;
    const scope = this.scope(row);
    const otherScope = other.scope(there);
    if (scope.origin !== otherScope.origin || scope.defaultTtl !== otherScope.defaultTtl) return false;
    // A name that both say themselves is in the text; one that is handed down may come from lines that differ.
    if (this.number(row, column.ownerEntry) === row && other.number(there, column.ownerEntry) === there) return true;
    return this.owner(row) === other.owner(there);
  }

  /** The row of which `at` is a part; rows touch, so it is the last that starts no later. */
  rowAt(at: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.number(middle, column.start) <= at) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  owner(row: number): string {
    const names = this.number(row, column.ownerEntry);
    if (names < 0) return '';
    return absoluteName(
      this.text.slice(this.number(names, column.ownerAt), this.number(names, column.ownerEnd)),
      this.scope(names).origin,
    );
  }

  type(row: number): string {
    return this.#types.named(this.number(row, column.type));
  }

  /** True where the row is about this name. Most names are told apart without making a string of them. */
  isOwnedBy(row: number, name: string): boolean {
    const names = this.number(row, column.ownerEntry);
    if (names < 0) return false;
    const from = this.number(names, column.ownerAt);
    if (beginsOtherwise(this.text, from, name)) return false;
    const end = this.number(names, column.ownerEnd);
    const length = end - from;
    const { origin } = this.scope(names);
    const under = origin === '.' ? 0 : origin.length;
    const fits = length === name.length || length + 1 + under === name.length || length === 1;
    return (fits || !isPlainName(this.text, from, end)) && this.owner(row) === name;
  }

  /** True where both rows are about one name. */
  isOwnedAlike(row: number, other: number): boolean {
    const one = this.number(row, column.ownerEntry);
    const two = this.number(other, column.ownerEntry);
    if (one === two || one < 0 || two < 0) return one === two;
    const written = compareWritten(
      this.text,
      this.number(one, column.ownerAt),
      this.number(one, column.ownerEnd),
      this.number(two, column.ownerAt),
      this.number(two, column.ownerEnd),
    );
    if (written === 'different') return false;
    return (written === 'alike' && this.scope(one) === this.scope(two)) || this.owner(row) === this.owner(other);
  }

  #grow(rows: number): void {
    const larger = new Int32Array(width * (this.#length + rows + 16));
    larger.set(this.#cells);
    this.#cells = larger;
  }
}
