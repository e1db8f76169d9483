/**
 * A refusal: we will not, and that is right. It is a value, never thrown: a closed code, the facts, and what to do next.
 * Every code is listed here; the words for people are made in `report/`, from the code and the facts.
 */
export const refusalCodes = [
  // Who asks, and where from
  'repository-not-allowed',
  'no-write-permission',
  'fork-pull-request',
  // What is asked
  'unknown-command',
  'bad-arguments',
  'unknown-host',
  'unknown-tag',
  'unknown-unit',
  'ask-not-understood',
  'ask-ambiguous',
  'no-model',
  // Which commit
  'head-unknown',
  'head-moved',
  'sha-mismatch',
  'not-an-ancestor',
  'overtaken',
  'commit-not-merged',
  'commit-failed',
  'away-too-long',
  'pull-request-closed',
  // What the guards found in it
  'findings-open',
  'approval-needed',
  'nothing-to-approve',
  // Configuration
  'config-missing',
  'config-invalid',
  // DNS
  'zone-not-found',
  'zone-unreadable',
  'record-exists',
  'record-not-found',
  'record-conflict',
  'serial-unreadable',
  'zone-proof-failed',
  // Hosts
  'host-locked',
  'outside-window',
  'host-held',
  'not-locked',
  'not-held',
  'nothing-running',
  'host-key-unknown',
  'host-not-ready',
  'nothing-pending',
  'stale-fencing-token',
  // The model
  'edit-not-allowed',
  'budget-spent',
  'question-open',
  'model-declined',
] as const;

export type RefusalCode = (typeof refusalCodes)[number];

export interface Refusal {
  readonly kind: 'refused';
  readonly code: RefusalCode;
  /** Plain facts by name, for the message and for machines. Never a secret, never text from a log. */
  readonly facts: Readonly<Record<string, string | number | readonly string[]>>;
  /** The exact thing to type or do next, where there is one. */
  readonly next?: string;
}

export function refuse(code: RefusalCode, facts: Refusal['facts'] = {}, next?: string): Refusal {
  return next === undefined ? { kind: 'refused', code, facts } : { kind: 'refused', code, facts, next };
}

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'refused';
}
