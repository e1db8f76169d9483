import { column } from './column.ts';
import type { Entries } from './entries.ts';
import type { Entry, EntryKind, Problem, Scope } from './syntax.ts';

/** One row, read when it is looked at. */
export class EntryView implements Entry {
  readonly #entries: Entries;
  readonly #row: number;

  constructor(entries: Entries, row: number) {
    this.#entries = entries;
    this.#row = row;
  }

  get kind(): EntryKind {
    return this.#entries.kind(this.#row);
  }
  get line(): number {
    return this.#entries.number(this.#row, column.line);
  }
  get start(): number {
    return this.#entries.number(this.#row, column.start);
  }
  get end(): number {
    return this.#entries.number(this.#row, column.end);
  }
  get ownerAt(): number {
    return this.#entries.number(this.#row, column.ownerAt);
  }
  get ownerEnd(): number {
    return this.#entries.number(this.#row, column.ownerEnd);
  }
  get ttlAt(): number {
    return this.#entries.number(this.#row, column.ttlAt);
  }
  get classAt(): number {
    return this.#entries.number(this.#row, column.classAt);
  }
  get typeAt(): number {
    return this.#entries.number(this.#row, column.typeAt);
  }
  get dataAt(): number {
    return this.#entries.number(this.#row, column.dataAt);
  }
  get wordsEnd(): number {
    return this.#entries.number(this.#row, column.wordsEnd);
  }
  get scope(): Scope {
    return this.#entries.scope(this.#row);
  }
  get owner(): string {
    return this.#entries.owner(this.#row);
  }
  get type(): string {
    return this.#entries.type(this.#row);
  }
  get ttl(): number | null {
    return this.#entries.ttl(this.#row);
  }
  get foreignClass(): boolean {
    return this.#entries.isForeign(this.#row);
  }
  get problem(): Problem | null {
    return this.#entries.problem(this.#row);
  }
}
