import { Buffer } from 'node:buffer';
import type { Answer } from './question.ts';

/** What a host says that was asked to ask the network. `unable`: it lacks a tool, and so it knows nothing. */
export type Carried =
  | { readonly kind: 'open' }
  | { readonly kind: 'message'; readonly bytes: Uint8Array }
  | { readonly kind: 'none'; readonly detail: string }
  | { readonly kind: 'unable' };

/** Reads the answer of `fleetwright-reach`; null where it is none. */
export function parseReach(text: string): Carried | null {
  const [, word, value = ''] = /^(\S+)(?: ([^\n]*))?\n$/.exec(text) ?? [];
  switch (word) {
    case 'open':
      return { kind: 'open' };
    case 'answer':
      return /^[A-Za-z0-9+/]*={0,2}$/.test(value) ? { kind: 'message', bytes: Buffer.from(value, 'base64') } : null;
    case 'none':
      return { kind: 'none', detail: value === '' ? 'no answer' : value.slice(0, 200) };
    case 'unable':
      return { kind: 'unable' };
    default:
      return null;
  }
}

/** Reads the answer of `fleetwright-fetch-page`; null where it is none. */
export function parsePage(text: string): Answer | 'unable' | null {
  if (text === 'unable curl\n') return 'unable';
  const { body, status, exit, why } =
    /^(?<body>[\s\S]*)\nstatus (?<status>\d{3}) (?<exit>\d{1,3}) (?<why>[^\n]*)\n$/.exec(text)?.groups ?? {};
  if (body === undefined || status === undefined || exit === undefined) return null;
  // 63: the page is longer than anybody looks for a text in. Every other error means that the page did not come.
  if (status !== '000' && (exit === '0' || exit === '63')) return { kind: 'http', status: Number(status), body };
  return { kind: 'none', detail: (why ?? '').replace(/^curl: \(\d+\) /, '').slice(0, 200) || 'no answer' };
}
