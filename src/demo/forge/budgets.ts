import type { Caller } from './caller.ts';
import type { Answer } from './route.ts';

/** What a caller has used in its current hour. */
interface Spent {
  used: number;
  resetAt: number;
}

const hourMs = 60 * 60 * 1000;

/** The primary rate limit: so many requests an hour for each installation, for the App itself, and for everybody else. */
export class Budgets {
  readonly #perHour: number;
  readonly #now: () => Date;
  readonly #spent = new Map<string, Spent>();

  constructor(perHour: number, now: () => Date) {
    this.#perHour = perHour;
    this.#now = now;
  }

  /** Counts a request. What is returned is the refusal, where nothing is left. */
  spend(caller: Caller): Answer | null {
    const spent = this.#of(caller);
    if (spent.used >= this.#perHour) {
      const message = `API rate limit exceeded for ${keyOf(caller)}.`;
      const documentation = 'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api';
      return { status: 403, body: { message, documentation_url: documentation } };
    }
    spent.used += 1;
    return null;
  }

  refund(caller: Caller): void {
    const spent = this.#of(caller);
    spent.used = Math.max(0, spent.used - 1);
  }

  rate(caller: Caller): { limit: number; used: number; remaining: number; reset: number } {
    const spent = this.#of(caller);
    return {
      limit: this.#perHour,
      used: spent.used,
      remaining: this.#perHour - spent.used,
      reset: Math.ceil(spent.resetAt / 1000),
    };
  }

  headers(caller: Caller): Record<string, string> {
    const rate = this.rate(caller);
    return {
      'x-ratelimit-limit': String(rate.limit),
      'x-ratelimit-remaining': String(rate.remaining),
      'x-ratelimit-used': String(rate.used),
      'x-ratelimit-reset': String(rate.reset),
      'x-ratelimit-resource': 'core',
    };
  }

  #of(caller: Caller): Spent {
    const now = this.#now().getTime();
    const key = keyOf(caller);
    const known = this.#spent.get(key);
    if (known !== undefined && known.resetAt > now) return known;
    const fresh = { used: 0, resetAt: now + hourMs };
    this.#spent.set(key, fresh);
    return fresh;
  }
}

function keyOf(caller: Caller): string {
  return caller.kind === 'installation' ? `installation ID ${caller.token.installation.id}` : caller.kind;
}
