import type { Word } from './sentences.ts';

/** A walk over words that only goes forward. */
export class Walk {
  readonly words: readonly Word[];
  at = 0;
  constructor(words: readonly Word[]) {
    this.words = words;
  }
  get here(): Word | undefined {
    return this.words[this.at];
  }
  get rest(): readonly Word[] {
    return this.words.slice(this.at);
  }
  /** Steps over one of the given words. */
  skip(...options: readonly string[]): boolean {
    if (!options.includes(this.here?.low ?? '') || this.here?.quoted === true) return false;
    this.at += 1;
    return true;
  }
  /** Steps over a phrase, all of it or nothing. */
  phrase(...phrase: readonly string[]): boolean {
    if (!phrase.every((low, index) => this.words[this.at + index]?.low === low)) return false;
    this.at += phrase.length;
    return true;
  }
}
