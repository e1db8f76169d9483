import { typeNamed } from '../record-types.ts';

/** The types of a file, as it writes them and as the model has them: a zone has few, and each row has a number. */
export class TypeTable {
  readonly #text: string;
  readonly #written: string[] = [];
  readonly #types: string[] = [];
  #last = 0;

  constructor(text: string, like?: TypeTable) {
    this.#text = text;
    if (like === undefined) return;
    this.#written.push(...like.#written);
    this.#types.push(...like.#types);
  }

  /** The number of the type that stands at `[at, end)` of the text. */
  numberAt(at: number, end: number): number {
    // Lines of one type stand together: most often it is that of the line before.
    if (this.#isWritten(this.#last, at, end)) return this.#last;
    for (let number = 0; number < this.#written.length; number += 1) {
      if (!this.#isWritten(number, at, end)) continue;
      this.#last = number;
      return number;
    }
    return this.#numberOf(this.#text.slice(at, end));
  }

  /** By the numbers of another table, those of this one. */
  numbersOf(other: TypeTable): readonly number[] {
    return other.#written.map((written) => this.#numberOf(written));
  }

  named(number: number): string {
    return this.#types[number] ?? '';
  }

  #isWritten(number: number, at: number, end: number): boolean {
    const known = this.#written[number] ?? '';
    return known.length === end - at && this.#text.startsWith(known, at);
  }

  #numberOf(written: string): number {
    const known = this.#written.indexOf(written);
    if (known >= 0) return known;
    this.#types.push(typeNamed(written));
    return this.#written.push(written) - 1;
  }
}
