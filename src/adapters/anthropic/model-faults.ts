import { AnthropicError, APIConnectionError, APIError } from '@anthropic-ai/sdk';
import { assert } from '../../core/bug.ts';
import { Fault } from '../../core/fault.ts';

const stage = 'asking the model';

/**
 * What a failed turn was, by status, or by the type of an error event inside a stream, which carries no status. Never by
 * its message. Throws on what is no failure of the service: that is a bug.
 */
export function faultOf(error: unknown, now: number): Fault {
  if (!(error instanceof APIError)) {
    // Broken off, or not to be read: the SDK gives its plain error for both (seen with 1.12.0).
    if (error instanceof AnthropicError) return new Fault('model-unavailable', stage, 'later', { cause: error });
    assert(error instanceof Error, 'an Error');
    throw error;
  }
  const status: unknown = error.status;
  const more = {
    cause: error,
    detail: `${typeof status === 'number' ? status : 'in the stream'} ${error.type ?? ''}`.trim(),
  };
  switch (kindOf(status, error)) {
    case 'key':
      return new Fault('model-refused-key', stage, 'never', more);
    case 'limited': {
      const retryAfterMs = retryAfter(error.headers, now);
      return new Fault('model-limited', stage, 'later', retryAfterMs === null ? more : { ...more, retryAfterMs });
    }
    case 'request':
      return new Fault('unexpected-answer', stage, 'never', more);
    case 'service':
      return new Fault('model-unavailable', stage, 'later', more);
  }
}

/** The request is larger than the service takes, which is about the change and not about the service. */
export function isTooLarge(error: unknown): boolean {
  return error instanceof APIError && error.status === 413;
}

/** The service asked not to be asked again. */
export function forbidsRetry(error: unknown): boolean {
  return error instanceof APIError && error.headers?.get('x-should-retry') === 'false';
}

function kindOf(status: unknown, error: APIError): 'key' | 'limited' | 'request' | 'service' {
  if (error instanceof APIConnectionError) return 'service';
  if (status === 401 || status === 402 || status === 403) return 'key';
  if (status === 429) return 'limited';
  if (status === 408 || status === 409) return 'service';
  if (typeof status === 'number') return status >= 400 && status < 500 ? 'request' : 'service';
  switch (error.type) {
    case 'authentication_error':
    case 'permission_error':
    case 'billing_error':
      return 'key';
    case 'rate_limit_error':
      return 'limited';
    case 'invalid_request_error':
    case 'not_found_error':
      return 'request';
    default:
      return 'service';
  }
}

/** RFC 9110 section 10.2.3 allows seconds and a date; `retry-after-ms` is the service's own and finer. */
function retryAfter(headers: Headers | undefined, now: number): number | null {
  const finer = Number(headers?.get('retry-after-ms') ?? Number.NaN);
  if (finer > 0) return finer;
  const text = headers?.get('retry-after');
  if (text === null || text === undefined) return null;
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return ms > 0 ? ms : null;
}
