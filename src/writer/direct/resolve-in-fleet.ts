import { isRefusal, type Refusal } from '../../core/refusal.ts';
import type { RecordChange } from '../../dns/change.ts';
import { canonicalName, isWithin } from '../../dns/name.ts';
import type { OpenZone } from '../../dns/zone.ts';
import type { DnsAsk } from './ask.ts';
import type { FleetNames, UnreadZone } from './fleet-names.ts';
import { resolveAsks } from './resolve-ask.ts';

/** A fleet whose zones are read when an ask needs them: a repository can have hundreds. */
export interface FleetToRead {
  /** Canonical names, in the order of the configuration. */
  readonly zones: readonly string[];
  readonly hosts: FleetNames['hosts'];
  /** Each as it is, or why it cannot be read. */
  read(zones: readonly string[]): Promise<ReadonlyMap<string, OpenZone | Refusal>>;
}

/** The changes that the asks come to, over no more zones than it takes. */
export async function resolveInFleet(
  asks: readonly DnsAsk[],
  fleet: FleetToRead,
): Promise<readonly RecordChange[] | Refusal> {
  const known = new Map<string, OpenZone | Refusal>();
  for (;;) {
    const zones = fleet.zones.flatMap((name): (OpenZone | UnreadZone)[] => {
      const zone = known.get(name);
      // A zone whose file is missing is missed by the asks for its own names only; the pull request's plan tells of it.
      if (zone !== undefined && isRefusal(zone)) return [];
      return [zone ?? { name, documents: null }];
    });
    const missed = new Set<string>();
    const changes = resolveAsks(asks, { zones, hosts: fleet.hosts }, missed);
    if (missed.size === 0)
      return isRefusal(changes) && changes.code === 'zone-not-found' ? (unreadable(asks, known) ?? changes) : changes;
    for (const [name, zone] of await fleet.read([...missed])) known.set(name, zone);
  }
}

/** Why the zone of an asked name could not be read, where that is what is missing. */
function unreadable(asks: readonly DnsAsk[], known: ReadonlyMap<string, OpenZone | Refusal>): Refusal | null {
  const names = asks.map(({ name }) => canonicalName(name));
  for (const [zone, found] of known) if (isRefusal(found) && names.some((name) => isWithin(name, zone))) return found;
  return null;
}
