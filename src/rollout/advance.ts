import { never } from '../core/bug.ts';
import type { HostName } from '../core/names.ts';
import { type Outcome, outcomeMeanings } from '../core/outcome.ts';
import { placeOf, placesOf, type Rollout, type RolloutHost } from './rollout.ts';
import type { Reason } from './shapes.ts';

/** What became known of a rollout. Facts may come twice, late, and in any order. */
export type RolloutFact =
  | { readonly kind: 'ended'; readonly host: HostName; readonly outcome: Outcome; readonly reason: Reason | null }
  | { readonly kind: 'cancelled'; readonly by: string; readonly hosts: readonly HostName[] };

/**
 * The rollout after some facts, with as many hosts begun as may run. Idempotent: the same facts again change nothing,
 * and the very same rollout comes back when there is nothing to store.
 */
export function advance(rollout: Rollout, facts: readonly RolloutFact[], at: number): Rollout {
  if (rollout.endedAt !== null) return rollout;
  const known = facts.reduce((so, fact) => learned(so, fact), rollout);
  const begun = begin(stopped(known));
  const over = placesOf(begun).every(([, { state }]) => state.kind === 'ended');
  return over ? { ...begun, endedAt: at } : begun;
}

function learned(rollout: Rollout, fact: RolloutFact): Rollout {
  switch (fact.kind) {
    case 'ended':
      return ended(rollout, [fact.host], fact.outcome, fact.reason);
    case 'cancelled': {
      const before = rollout.cancelled?.hosts ?? [];
      const hosts = [...new Set([...before, ...fact.hosts.filter((host) => Object.hasOwn(rollout.hosts, host))])];
      if (hosts.length === before.length) return rollout;
      const waiting = hosts.filter((host) => rollout.hosts[host]?.state.kind === 'waiting');
      const noted = { ...rollout, cancelled: { by: rollout.cancelled?.by ?? fact.by, hosts } };
      return ended(noted, waiting, 'cancelled', { code: 'cancelled-by-person', facts: { by: fact.by } });
    }
    default:
      return never(fact);
  }
}

/** The first end of a host stands: a later, different one can only come from a worker that was asleep. */
function ended(rollout: Rollout, hosts: readonly HostName[], outcome: Outcome, reason: Reason | null): Rollout {
  const places: Record<HostName, RolloutHost> = { ...rollout.hosts };
  let changed = false;
  for (const host of hosts) {
    const place = Object.hasOwn(places, host) ? places[host] : undefined;
    if (place === undefined || place.state.kind === 'ended') continue;
    places[host] = { ...place, state: { kind: 'ended', outcome, reason } };
    changed = true;
  }
  return changed ? { ...rollout, hosts: places } : rollout;
}

/** What speaks against the commit, or leaves a host that nobody should add to. Being out of reach or not ready does not. */
const condemning: Readonly<Record<Outcome, boolean>> = {
  deployed: false,
  unchanged: false,
  offline: false,
  refused: false,
  cancelled: false,
  'boot-pending': false,
  'build-failed': true,
  reverted: true,
  'reverted-by-reboot': true,
  'needs-hands': true,
  unknown: true,
};

/**
 * Stops at the first bad wave. A wave is bad when the commit failed on one of its hosts, and also when none of them
 * ended well: a commit that was proven nowhere is not taken to the next ones.
 */
function stopped(rollout: Rollout): Rollout {
  if (rollout.kind === 'verify') return rollout;
  const wave = Math.min(
    ...placesOf(rollout).map(([, place]) => (place.state.kind === 'ended' ? Infinity : place.wave)),
  );
  const bad = badHosts(rollout, wave);
  const stop = rollout.stopped ?? (bad === null ? null : { wave: bad.wave, hosts: [...bad.hosts] });
  if (stop === null) return rollout;
  const waiting = placesOf(rollout).filter(([, { state }]) => state.kind === 'waiting');
  const facts = { wave: stop.wave + 1, hosts: stop.hosts };
  const inWave = waiting.filter(([, place]) => place.wave === stop.wave).map(([host]) => host);
  const later = waiting.filter(([, place]) => place.wave !== stop.wave).map(([host]) => host);
  const here = ended({ ...rollout, stopped: stop }, inWave, 'cancelled', { code: 'wave-stopped', facts });
  const all = ended(here, later, 'cancelled', { code: 'earlier-wave-failed', facts });
  return rollout.stopped === null || waiting.length > 0 ? all : rollout;
}

/** The hosts for which the rollout stops: of the wave that runs, or of the one that just ended. */
function badHosts(
  rollout: Rollout,
  current: number,
): { readonly wave: number; readonly hosts: readonly HostName[] } | null {
  const last = Math.max(...placesOf(rollout).map(([, place]) => place.wave));
  // One wave runs at a time, so nothing older can have gone bad unseen.
  for (let wave = Math.max(0, Math.min(current, last) - 1); wave <= Math.min(current, last); wave += 1) {
    const places = placesOf(rollout).filter(([, place]) => place.wave === wave);
    const ends = places.flatMap(([host, { state }]) =>
      state.kind === 'ended' ? [{ host, outcome: state.outcome }] : [],
    );
    const condemned = ends.filter(({ outcome }) => condemning[outcome]);
    if (condemned.length > 0) return { wave, hosts: condemned.map(({ host }) => host) };
    const over = ends.length === places.length;
    if (over && wave < last && !ends.some(({ outcome }) => outcomeMeanings[outcome].good))
      return { wave, hosts: ends.map(({ host }) => host) };
  }
  return null;
}

/** Begins hosts of the wave that runs, as many as may run at once. */
function begin(rollout: Rollout): Rollout {
  const places = placesOf(rollout);
  const open = places.filter(([, { state }]) => state.kind !== 'ended');
  const wave = Math.min(...open.map(([, place]) => place.wave));
  const free = rollout.policy.parallel - open.filter(([, { state }]) => state.kind === 'begun').length;
  const starting = open
    .filter(([, place]) => place.wave === wave && place.state.kind === 'waiting')
    .slice(0, Math.max(0, free));
  if (starting.length === 0) return rollout;
  const hosts: Record<HostName, RolloutHost> = { ...rollout.hosts };
  for (const [host, place] of starting) hosts[host] = { ...place, state: { kind: 'begun' } };
  return { ...rollout, hosts };
}

/** Work that is to be put into the deploy queue. */
export interface Wakeup {
  readonly rollout: string;
  readonly host: HostName;
  /** The first wake-up of a deploy has a name of its own, so asking for it again adds nothing. Later ones have none. */
  readonly id?: string;
  readonly delayMs?: number;
}

/** The hosts that began between two states; with null before, all that run: for a start after a crash. */
export function wakeups(before: Rollout | null, after: Rollout): readonly Wakeup[] {
  return placesOf(after)
    .filter(
      ([host, { state }]) =>
        state.kind === 'begun' && (before === null || placeOf(before, host)?.state.kind !== 'begun'),
    )
    .map(([host]) =>
      before === null ? { rollout: after.id, host } : { rollout: after.id, host, id: `deploy:${after.id}:${host}` },
    );
}
