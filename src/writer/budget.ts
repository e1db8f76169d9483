import type { Usage } from './model.ts';

/** Dollars per million tokens. */
interface Prices {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

/**
 * List prices of November 2026 (platform.claude.com, model pages). A model that is not listed counts as the dearest
 * one, so that an unknown name never makes a limit looser.
 */
const prices: Readonly<Record<string, Prices>> = {
  'claude-opus-5-5': { input: 4, output: 20, cacheRead: 0.4, cacheWrite: 5 },
  'claude-sonnet-5-5': { input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2.5 },
  'claude-fable-5-1': { input: 10, output: 50, cacheRead: 1, cacheWrite: 12.5 },
};
const dearest: Prices = { input: 10, output: 50, cacheRead: 1, cacheWrite: 12.5 };

export interface Limits {
  readonly turns: number;
  readonly dollars: number;
  readonly wallMs: number;
}

export interface Spent {
  readonly turns: number;
  readonly dollars: number;
  /** Tokens that came from the cache, of all that were sent. */
  readonly cachedShare: number;
}

export type Limit = 'turns' | 'dollars' | 'time';

/** Counts what a run costs. Counting comes before everything else that follows a turn, so nothing is ever free. */
export class Ledger {
  readonly #prices: Prices;
  readonly #limits: Limits;
  readonly #startedAt: number;
  #turns = 0;
  #dollars = 0;
  #sent = 0;
  #cached = 0;

  constructor(model: string, limits: Limits, startedAt: number) {
    this.#prices = prices[model] ?? dearest;
    this.#limits = limits;
    this.#startedAt = startedAt;
  }

  count(usage: Usage): void {
    this.#turns += 1;
    this.#sent += usage.input + usage.cacheRead + usage.cacheWrite;
    this.#cached += usage.cacheRead;
    const { input, output, cacheRead, cacheWrite } = this.#prices;
    const millionths =
      usage.input * input + usage.output * output + usage.cacheRead * cacheRead + usage.cacheWrite * cacheWrite;
    this.#dollars += millionths / 1_000_000;
  }

  /** The limit that another turn would break, or null. A turn is assumed to fill its answer: the worst case. */
  exhausted(now: number, maxTokens: number): Limit | null {
    if (this.#turns >= this.#limits.turns) return 'turns';
    if (now - this.#startedAt >= this.#limits.wallMs) return 'time';
    const worst = (maxTokens * this.#prices.output) / 1_000_000;
    return this.#dollars + worst > this.#limits.dollars ? 'dollars' : null;
  }

  /** True once four fifths of a limit are gone: the model is told, so that it finishes instead of being cut off. */
  get nearlySpent(): boolean {
    return this.#turns >= this.#limits.turns * 0.8 || this.#dollars >= this.#limits.dollars * 0.8;
  }

  get spent(): Spent {
    return {
      turns: this.#turns,
      dollars: this.#dollars,
      cachedShare: this.#sent === 0 ? 0 : this.#cached / this.#sent,
    };
  }
}
