import { Fault } from '../../core/fault.ts';

/** What octokit throws (`RequestError`), recognised by its shape: a second copy of the package has another class. */
interface HttpError extends Error {
  readonly status: number;
  readonly response?: {
    readonly headers: Readonly<Record<string, string | number | undefined>>;
    readonly data: unknown;
  };
}

/** The HTTP status of an answer that was not a success, or null where there was no answer. */
export function answerStatus(error: unknown): number | null {
  return isHttpError(error) && error.response !== undefined ? error.status : null;
}

/** What went wrong on the way to GitHub, as the one error that leaves this folder. */
export function faultOf(error: unknown, stage: string, now: number): Fault {
  if (error instanceof Fault) return error;
  if (!isHttpError(error)) return new Fault('unexpected-answer', stage, 'never', { cause: error });
  if (error.response === undefined) return networkFault(error, stage);
  const detail = `${error.status} ${sayingOf(error.response.data)}`;
  const limited = limitPause(error, now);
  if (limited !== null) {
    return new Fault('forge-limited', stage, 'later', { cause: error, detail, retryAfterMs: limited });
  }
  if (error.status >= 500 || error.status === 408 || error.status === 425) {
    const retryAfter = secondsOf(error.response.headers['retry-after']);
    const pause = retryAfter === null ? {} : { retryAfterMs: retryAfter * 1000 };
    return new Fault('forge-unavailable', stage, 'later', { cause: error, detail, ...pause });
  }
  // A key that was rotated or a clock that is off is put right by the operator; what waits then goes on.
  const retry = error.status === 401 ? 'later' : 'never';
  return new Fault('forge-refused', stage, retry, { cause: error, detail });
}

function networkFault(error: HttpError, stage: string): Fault {
  const timedOut = error.cause instanceof Error && error.cause.name === 'TimeoutError';
  return new Fault(timedOut ? 'timed-out' : 'forge-unavailable', stage, 'later', {
    cause: error,
    detail: timedOut ? 'no answer in time' : error.message,
  });
}

/**
 * How long GitHub wants us to wait, or null where the answer is no limit. Primary: nothing remains until the reset.
 * Secondary: `retry-after`; without it "wait for at least one minute" (docs, "Rate limits for the REST API").
 */
function limitPause(error: HttpError, now: number): number | null {
  if (error.status !== 403 && error.status !== 429) return null;
  const headers = error.response?.headers ?? {};
  const retryAfter = secondsOf(headers['retry-after']);
  if (retryAfter !== null) return retryAfter * 1000;
  const reset = secondsOf(headers['x-ratelimit-reset']);
  if (String(headers['x-ratelimit-remaining']) === '0' && reset !== null) {
    // Our clock and theirs may differ by a second, and asking early counts against us.
    return Math.max(reset * 1000 - now, 0) + 1000;
  }
  // The one decision by message text: a secondary limit without `retry-after` differs from a plain 403 in nothing else.
  const says = sayingOf(error.response?.data).toLowerCase();
  return error.status === 429 || says.includes('secondary rate limit') || says.includes('abuse detection')
    ? 60_000
    : null;
}

function secondsOf(value: string | number | undefined): number | null {
  if (value === undefined || value === '') return null;
  const seconds = Number(value);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}

function sayingOf(data: unknown): string {
  const said = typeof data === 'object' && data !== null && 'message' in data ? data.message : '';
  return typeof said === 'string' ? said.slice(0, 300) : '';
}

function isHttpError(error: unknown): error is HttpError {
  return error instanceof Error && error.name === 'HttpError' && 'status' in error && typeof error.status === 'number';
}
