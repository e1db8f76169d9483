import { z } from 'zod';
import type { Fingerprint } from '../core/names.ts';
import {
  commitSha,
  derivedProbe,
  expectedRecord,
  fingerprint,
  hostName,
  instant,
  outcome,
  reason,
  repositoryName,
  rolloutId,
  storePath,
  touched,
} from './shapes.ts';

const claim = z.object({ rollout: rolloutId, host: hostName, since: instant });
export type Claim = z.output<typeof claim>;

/** A host that was put back stays where it is until a commit changes something for it, or a person frees it. */
const held = z.object({
  rollout: rolloutId,
  outcome,
  reason: reason.nullable(),
  /** The commit that was taken back, and the system that it became. */
  sha: commitSha.nullable(),
  bad: storePath.nullable(),
  since: instant,
});
export type Held = z.output<typeof held>;

/** What was made the boot default and waits for somebody to say that the host may reboot. */
const pending = z.object({ path: storePath, sha: commitSha.nullable(), rollout: rolloutId, since: instant });
export type Pending = z.output<typeof pending>;

/** A merged commit that was to reach the host while nobody reached it: everything that bringing it there later needs. */
const missed = z.object({
  rollout: rolloutId,
  host: hostName,
  repository: z.object({ name: repositoryName, installation: z.number().int() }),
  pullRequest: z.number().int(),
  by: z.string(),
  sha: commitSha,
  touched,
  records: z.array(expectedRecord),
  derived: z.array(derivedProbe).default([]),
  /** Nobody reached it; else others of its group were away, and it had to stay. */
  away: z.boolean().default(true),
  since: instant,
});
export type Missed = z.output<typeof missed>;

const hostRecordShape = z.object({
  schemaVersion: z.literal(1),
  fingerprint,
  /** The deploy that the host belongs to, from its first look to its end. It outlives a dead worker's lock. */
  claim: claim.nullable(),
  /** Deploys that wait for it, first come first. */
  waiting: z.array(claim),
  held: held.nullable(),
  /** What the last good deploy brought, and what ran before it. The host itself has the last word on both. */
  current: z.object({ path: storePath, sha: commitSha.nullable(), at: instant }).nullable(),
  previous: z.object({ path: storePath, sha: commitSha.nullable() }).nullable(),
  pending: pending.nullable().default(null),
  /** Oldest first. */
  missed: z.array(missed).default([]),
  /** How often the host was asked whether it is back: an older asker than this one is not the one who asks. */
  asked: z.number().int().default(0),
});

/** What is remembered of one machine between rollouts. */
export type HostRecord = z.output<typeof hostRecordShape>;

export function parseHostRecord(value: unknown): HostRecord {
  return hostRecordShape.parse(value);
}

export const hostPrefix = 'host:';
export const hostKey = (of: Fingerprint): string => `${hostPrefix}${of}`;

/** A machine that nothing is remembered of. */
export function newHostRecord(of: Fingerprint): HostRecord {
  return {
    schemaVersion: 1,
    fingerprint: of,
    claim: null,
    waiting: [],
    held: null,
    current: null,
    previous: null,
    pending: null,
    missed: [],
    asked: 0,
  };
}
