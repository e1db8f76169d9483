import { Buffer } from 'node:buffer';

/** What a host says about one detached run. */
export interface RunReading {
  readonly state: /** No such run. */
    | { readonly kind: 'absent' }
    /** It was asked for, and its command never began. */
    | { readonly kind: 'unbegun' }
    | { readonly kind: 'running' }
    /** Its processes are gone and no exit code was written: the host went down, or somebody killed them. */
    | { readonly kind: 'gone' }
    | { readonly kind: 'ended'; readonly exitCode: number };
  /** Somebody asked for it to be cancelled. */
  readonly cancelled: boolean;
  /** Seconds since the epoch by the host's clock, or null for a run that does not exist. */
  readonly started: number | null;
  /** The beginning of a build's standard output, which is its store path. */
  readonly out: string | null;
  /** Where the build's `result` link leads. */
  readonly result: string | null;
  /** Bytes in the log. */
  readonly size: number;
  /** The log from the asked offset on. Empty is not the end: `size` tells. */
  readonly chunk: Uint8Array;
}

/**
 * Reads the answer of `fleetwright-read-run`, or returns null where it is not a whole one:
 *
 *     state absent|unbegun|running|gone|ended N
 *     cancelled                        only then
 *     started SECONDS                  where the run exists
 *     out BASE64                       builds only; the value may be empty
 *     result PATH                      builds only, where the link exists; `-` where it leads nowhere
 *     size N
 *     chunk BASE64                     only where there is more than OFFSET
 *     end
 */
export function parseRun(text: string): RunReading | null {
  const lines = text.split('\n');
  if (lines.pop() !== '' || lines.pop() !== 'end') return null;
  const values = new Map<string, string>();
  for (const line of lines) {
    const { word, value } = /^(?<word>[a-z]+)(?: (?<value>.*))?$/.exec(line)?.groups ?? {};
    if (word === undefined || values.has(word)) return null;
    values.set(word, value ?? '');
  }
  const state = stateOf(values.get('state') ?? '');
  const size = numberOf(values.get('size'));
  if (state === null || size === null) return null;
  const out = values.get('out');
  const result = values.get('result');
  return {
    state,
    cancelled: values.has('cancelled'),
    started: numberOf(values.get('started')),
    out: out === undefined ? null : Buffer.from(out, 'base64').toString('utf8'),
    result: result === undefined || result === '-' ? null : result,
    size,
    chunk: Buffer.from(values.get('chunk') ?? '', 'base64'),
  };
}

/** The inverse of `parseRun`, for hosts that are played. */
export function printRun(reading: RunReading): string {
  const { state } = reading;
  const lines = [
    `state ${state.kind === 'ended' ? `ended ${state.exitCode}` : state.kind}`,
    ...(reading.cancelled ? ['cancelled'] : []),
    ...(reading.started === null ? [] : [`started ${reading.started}`]),
    ...(reading.out === null ? [] : [`out ${Buffer.from(reading.out, 'utf8').toString('base64')}`]),
    ...(reading.result === null ? [] : [`result ${reading.result}`]),
    `size ${reading.size}`,
    ...(reading.chunk.length === 0 ? [] : [`chunk ${Buffer.from(reading.chunk).toString('base64')}`]),
    'end',
  ];
  return `${lines.join('\n')}\n`;
}

function stateOf(text: string): RunReading['state'] | null {
  switch (text) {
    case 'absent':
    case 'unbegun':
    case 'running':
    case 'gone':
      return { kind: text };
    default: {
      const exitCode = numberOf(/^ended (\d{1,3})$/.exec(text)?.[1]);
      return exitCode === null ? null : { kind: 'ended', exitCode };
    }
  }
}

function numberOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
