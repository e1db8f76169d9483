import { never } from '../core/bug.ts';
import { commentLimit, cut, summaryLimit } from '../report/cut.ts';
import type { Posting } from './forge.ts';
import { markLine } from './forge-writer.ts';

/** Takes secrets out of a text. */
export type Redact = (text: string) => string;

/** Room for the hidden line that the forge's side appends. */
const bodyLimit = commentLimit - markLine('0'.repeat(32)).length - 2;
/** GitHub's own limits: titles of pull requests 256, descriptions of deployments 140, check-run titles 255 characters. */
const titleLimit = 255;
const descriptionLimit = 140;
/** An annotation's message may have 64 KB; what is longer than a screen belongs into the summary. */
const messageLimit = 4_000;

/**
 * A posting as it may leave: without secrets, within the forge's limits, and without a hidden line of ours that somebody
 * quoted. File contents are not touched: what a change may hold is the guards' question, and altering it would be a lie.
 */
export function outgoing(posting: Posting, redact: Redact): Posting {
  const body = (text: string) => cut(unmarked(redact(text)), bodyLimit);
  const line = (text: string, limit: number) => shorten(redact(text), limit);
  switch (posting.kind) {
    case 'reaction':
      return posting;
    case 'comment':
    case 'sticky':
    case 'commit-comment':
      return { ...posting, body: body(posting.body) };
    case 'check-run':
      return {
        ...posting,
        title: line(posting.title, titleLimit),
        summary: cut(redact(posting.summary), summaryLimit),
        annotations: posting.annotations.map((one) => ({ ...one, message: line(one.message, messageLimit) })),
      };
    case 'deployment':
      return {
        ...posting,
        description: line(posting.description, descriptionLimit),
        payload: redacted(posting.payload, redact),
      };
    case 'pull-request':
      return {
        ...posting,
        title: line(posting.title, titleLimit),
        body: body(posting.body),
        commitMessage: redact(posting.commitMessage),
      };
    case 'pull-request-section':
      return { ...posting, text: body(posting.text) };
    case 'branch-commit':
      return { ...posting, commitMessage: redact(posting.commitMessage) };
    default:
      return never(posting);
  }
}

/** A quoted mark must not make one posting look like another. */
function unmarked(text: string): string {
  return text.replaceAll('<!-- fleetwright:', '<!-- ');
}

/** Cut between characters, never inside a surrogate pair, with a sign that something is missing. */
function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const end = /[\uD800-\uDBFF]/.test(text.charAt(limit - 2)) ? limit - 2 : limit - 1;
  return `${text.slice(0, end)}…`;
}

function redacted(payload: Readonly<Record<string, unknown>>, redact: Redact): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(payload).map(([key, value]) => [key, redactedValue(value, redact)]));
}

function redactedValue(value: unknown, redact: Redact): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((one) => redactedValue(one, redact));
  if (typeof value === 'object' && value !== null) return redacted({ ...value }, redact);
  return value;
}
