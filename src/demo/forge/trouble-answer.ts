import type { Trouble } from './inject.ts';
import type { Answer } from './route.ts';

/** The answer that GitHub gives in such trouble; null: none, the connection is cut. */
export function answerFor(trouble: Trouble, now: Date): Answer | null {
  const docs = 'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api';
  switch (trouble.kind) {
    case 'primary-limit': {
      const reset = Math.ceil(now.getTime() / 1000) + trouble.resetInSeconds;
      const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) };
      return {
        status: 403,
        headers,
        body: { message: 'API rate limit exceeded for installation.', documentation_url: docs },
      };
    }
    case 'secondary-limit': {
      const message = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
      return {
        status: 403,
        headers: { 'retry-after': String(trouble.retryAfterSeconds) },
        body: { message, documentation_url: docs },
      };
    }
    case 'status': {
      const after = trouble.retryAfterSeconds;
      const headers = after === undefined ? {} : { 'retry-after': String(after) };
      return {
        status: trouble.status,
        headers,
        body: { message: trouble.message ?? 'Server Error', documentation_url: docs },
      };
    }
    case 'cut':
    case 'latency':
      return null;
  }
}
