import { z } from 'zod';
import type { HostName } from '../core/names.ts';
import {
  cause,
  commitSha,
  derivedProbe,
  expectedRecord,
  fingerprint,
  hostName,
  instant,
  later,
  manner,
  outcome,
  policy,
  reason,
  repositoryName,
  rolloutId,
  touched,
} from './shapes.ts';

/**
 * One host's place in a rollout. Its deploy is a record of its own: 200 hosts that move at once write 200 keys, and
 * only the beginning and the end of each touch the one record that they share.
 */
export const rolloutHost = z.object({
  fingerprint,
  /** The name under `nixosConfigurations`. */
  attribute: z.string(),
  /** From 0. */
  wave: z.number().int().min(0),
  /** A person named this very host, which also frees one that is held. */
  named: z.boolean(),
  /** DNS records that its probes ask for after the activation. */
  records: z.array(expectedRecord),
  /** What its probes ask beside that, because the commit changes it. */
  derived: z.array(derivedProbe).default([]),
  manner: manner.prefault({}),
  /** `own`: the commit changes something that only this host has. */
  touched: touched.default('shared'),
  /** Of a host that ended offline: what became of it since. */
  later: later.nullable().default(null),
  state: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('waiting') }),
    z.object({ kind: z.literal('begun') }),
    z.object({ kind: z.literal('ended'), outcome, reason: reason.nullable() }),
  ]),
});

export const rolloutShape = z.object({
  schemaVersion: z.literal(1),
  id: rolloutId,
  kind: z.enum(['deploy', 'rollback', 'verify', 'reboot']),
  repository: z.object({ name: repositoryName, installation: z.number().int() }),
  /** Null only where a rollback or a verify names no commit. */
  sha: commitSha.nullable(),
  cause,
  reason: z.string(),
  /** The rollouts in which its one host was offline: it is brought to what it missed there. */
  catchesUp: z.array(rolloutId).default([]),
  policy,
  /** By name, in the order of the waves. */
  hosts: z.record(hostName, rolloutHost),
  /** A person took hosts back. Those that run see it before they activate. */
  cancelled: z.object({ by: z.string(), hosts: z.array(hostName) }).nullable(),
  /** No further host begins, and why. */
  stopped: z
    .object({ wave: z.number().int(), hosts: z.array(hostName), by: z.string().nullable().default(null) })
    .nullable(),
  /** Hosts wait for the windows to open again: at `until`, where that is known. */
  waits: z.object({ until: instant.nullable(), reason: z.string().nullable() }).nullable().default(null),
  startedAt: instant,
  endedAt: instant.nullable(),
});

export type Rollout = z.output<typeof rolloutShape>;
export type RolloutHost = Rollout['hosts'][HostName];

/** The rollout that a stored value is, brought up from older schema versions; throws where it is none. */
export function parseRollout(value: unknown): Rollout {
  // There is one version so far. A later one adds its step here: version n to n + 1, each on its own.
  return rolloutShape.parse(value);
}

export const rolloutPrefix = 'rollout:';
export const rolloutKey = (id: string): string => `${rolloutPrefix}${id}`;

/** The host's place in the rollout, or null where it has none. */
export function placeOf(rollout: Rollout, host: HostName): RolloutHost | null {
  // A host may be called `constructor`; only what the record itself holds is a place.
  return Object.hasOwn(rollout.hosts, host) ? (rollout.hosts[host] ?? null) : null;
}

/** Host names and places, in the order of the waves. */
export function placesOf(rollout: Rollout): readonly (readonly [HostName, RolloutHost])[] {
  return Object.entries(rollout.hosts) as [HostName, RolloutHost][];
}
