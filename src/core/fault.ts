/** Where the world failed. Closed, so that a retry rule can be written down once. */
export const faultCodes = [
  'connection-lost',
  'connection-refused',
  'login-refused',
  'host-key-mismatch',
  'timed-out',
  'remote-command-failed',
  // The host has seen a higher fencing token: whoever asked no longer holds the lock.
  'fenced-off',
  'forge-unavailable',
  'forge-limited',
  'forge-refused',
  'store-unavailable',
  'git-failed',
  'model-unavailable',
  'model-limited',
  'model-refused-key',
  'unexpected-answer',
] as const;

export type FaultCode = (typeof faultCodes)[number];

/**
 * A fault: the world failed. The only error class that adapters throw; everything else that is thrown is a bug.
 * `retry: 'later'` means that the same call may succeed without anybody changing anything.
 */
export class Fault extends Error {
  readonly code: FaultCode;
  /** What was being done, in the present participle: `reading the zone`, `opening a connection to griffin`. */
  readonly stage: string;
  readonly retry: 'never' | 'later';
  /** Not before this many milliseconds, where the other side said so. */
  readonly retryAfterMs?: number;

  constructor(
    code: FaultCode,
    stage: string,
    retry: 'never' | 'later',
    more: { readonly cause?: unknown; readonly detail?: string; readonly retryAfterMs?: number } = {},
  ) {
    super(more.detail === undefined ? `${stage}: ${code}` : `${stage}: ${more.detail}`, { cause: more.cause });
    this.name = 'Fault';
    this.code = code;
    this.stage = stage;
    this.retry = retry;
    if (more.retryAfterMs !== undefined) this.retryAfterMs = more.retryAfterMs;
  }
}
