import { z } from 'zod';
import type { HostName } from '../core/names.ts';
import type { PersonLock } from './person-lock.ts';
import { hostName, instant } from './shapes.ts';

/**
 * People's locks as the forge remembers them, so that a lost store does not open what somebody closed. By host name:
 * which machine that is says the config of the moment in which it is read back.
 */
const shape = z.object({
  fleetwright: z.literal(1),
  locks: z.array(
    z.object({
      by: z.string(),
      reason: z.string(),
      since: instant,
      until: instant.nullable(),
      hosts: z.array(hostName),
    }),
  ),
});
export type LocksPayload = z.output<typeof shape>;

/** The environment on the forge whose newest deployment holds them. */
export const locksEnvironment = 'fleetwright-locks';

export interface LockedHost {
  readonly host: HostName;
  readonly lock: PersonLock;
}

/** A lock of many hosts is one entry: `/lock all` on a thousand hosts must fit into a deployment. */
export function locksPayload(locked: readonly LockedHost[]): LocksPayload {
  const entries = new Map<string, LocksPayload['locks'][number]>();
  for (const { host, lock } of locked) {
    const { by, reason, since, until } = lock;
    const key = JSON.stringify([by, reason, since, until]);
    const known = entries.get(key) ?? { by, reason, since, until, hosts: [] };
    entries.set(key, { ...known, hosts: [...known.hosts, host] });
  }
  return { fleetwright: 1, locks: [...entries.values()] };
}

/** The locks that a value from the forge holds; null where it is something else. */
export function parseLocksPayload(value: unknown): readonly LockedHost[] | null {
  const { success, data } = shape.safeParse(value);
  if (!success) return null;
  return data.locks.flatMap(({ hosts, ...lock }) => hosts.map((host) => ({ host, lock })));
}
