import { never } from '../core/bug.ts';
import type { HostName } from '../core/names.ts';
import { type Outcome, outcomeMeanings } from '../core/outcome.ts';
import { openingAt } from './opening.ts';
import { placeOf, placesOf, type Rollout, type RolloutHost } from './rollout.ts';
import type { Later, Reason } from './shapes.ts';

/** What became known of a rollout. Facts may come twice, late, and in any order. */
export type RolloutFact =
  | { readonly kind: 'ended'; readonly host: HostName; readonly outcome: Outcome; readonly reason: Reason | null }
  | { readonly kind: 'cancelled'; readonly by: string; readonly hosts: readonly HostName[]; readonly whole?: boolean }
  /** Of a host that ended offline; it comes after the end of the rollout too. */
  | { readonly kind: 'later'; readonly host: HostName; readonly later: Later };

/**
 * The rollout after some facts, with as many hosts begun as may run. Idempotent: the same facts again change nothing,
 * and the very same rollout comes back when there is nothing to store.
 */
export function advance(rollout: Rollout, facts: readonly RolloutFact[], at: number): Rollout {
  const known = inRuns(facts).reduce((so, run) => (isEnds(run) ? endedAll(so, run) : learnedOne(so, run)), rollout);
  if (rollout.endedAt !== null) return known;
  const begun = settled(heldBack(known, at));
  const over = placesOf(begun).every(([, { state }]) => state.kind === 'ended');
  return over ? { ...begun, endedAt: at } : begun;
}

/** Says whether hosts may begin now, by the windows under which the rollout was begun. */
function heldBack(rollout: Rollout, at: number): Rollout {
  const { times } = rollout.policy;
  const waiting = placesOf(rollout).some(([, { state }]) => state.kind === 'waiting');
  const opening = times === null || !waiting ? { kind: 'open' as const } : openingAt(times, at);
  const waits = opening.kind === 'open' ? null : { until: opening.at, reason: opening.reason };
  return JSON.stringify(waits) === JSON.stringify(rollout.waits) ? rollout : { ...rollout, waits };
}

/** Hosts that may not begin now can end by that, which can open the next wave. */
function settled(rollout: Rollout): Rollout {
  let now = rollout;
  for (;;) {
    const stoppedOrBarred = barred(stopped(now));
    // What has begun is finished; what has not waits for the next window.
    const next = now.waits === null ? begin(stoppedOrBarred) : stoppedOrBarred;
    if (next === now) return now;
    now = next;
  }
}

type Ended = RolloutFact & { readonly kind: 'ended' };
type Other = Exclude<RolloutFact, Ended>;

const isEnds = (run: readonly Ended[] | Other): run is readonly Ended[] => Array.isArray(run);

/** Ends that come one after the other are taken together: each of them alone would copy all hosts of a large rollout. */
function inRuns(facts: readonly RolloutFact[]): readonly (readonly Ended[] | Other)[] {
  const runs: (Ended[] | Other)[] = [];
  for (const fact of facts) {
    const last = runs.at(-1);
    if (fact.kind !== 'ended') runs.push(fact);
    else if (Array.isArray(last)) last.push(fact);
    else runs.push([fact]);
  }
  return runs;
}

function learnedOne(rollout: Rollout, fact: Other): Rollout {
  if (rollout.endedAt !== null && fact.kind !== 'later') return rollout;
  switch (fact.kind) {
    case 'cancelled': {
      const before = rollout.cancelled?.hosts ?? [];
      const hosts = [...new Set([...before, ...fact.hosts.filter((host) => Object.hasOwn(rollout.hosts, host))])];
      if (hosts.length === before.length) return rollout;
      const waiting = hosts.filter((host) => rollout.hosts[host]?.state.kind === 'waiting');
      // The first who stopped it is the one who is named.
      const wave = Math.max(
        0,
        ...placesOf(rollout).map(([, place]) => (place.state.kind === 'waiting' ? 0 : place.wave)),
      );
      const stop = fact.whole === true && rollout.stopped === null ? { wave, hosts: [], by: fact.by } : rollout.stopped;
      const noted = { ...rollout, cancelled: { by: rollout.cancelled?.by ?? fact.by, hosts }, stopped: stop };
      return ended(noted, waiting, 'cancelled', { code: 'cancelled-by-person', facts: { by: fact.by } });
    }
    case 'later':
      return withLater(rollout, fact.host, fact.later);
    default:
      return never(fact);
  }
}

function withLater(rollout: Rollout, host: HostName, later: Later): Rollout {
  const place = placeOf(rollout, host);
  if (place?.state.kind !== 'ended' || JSON.stringify(place.later) === JSON.stringify(later)) return rollout;
  return { ...rollout, hosts: { ...rollout.hosts, [host]: { ...place, later } } };
}

/** The first end of a host stands: a later, different one can only come from a worker that was asleep. */
function endedAll(rollout: Rollout, ends: readonly Omit<Ended, 'kind'>[]): Rollout {
  if (rollout.endedAt !== null) return rollout;
  const open = ends.filter(({ host }) => (placeOf(rollout, host)?.state.kind ?? 'ended') !== 'ended');
  if (open.length === 0) return rollout;
  const places: Record<HostName, RolloutHost> = { ...rollout.hosts };
  for (const { host, outcome, reason } of open) {
    const place = places[host];
    if (place === undefined || place.state.kind === 'ended') continue;
    places[host] = { ...place, state: { kind: 'ended', outcome, reason } };
  }
  return { ...rollout, hosts: places };
}

function ended(rollout: Rollout, hosts: readonly HostName[], outcome: Outcome, reason: Reason | null): Rollout {
  return endedAll(
    rollout,
    hosts.map((host) => ({ host, outcome, reason })),
  );
}

/** What speaks against the commit, or leaves a host that nobody should add to. Being out of reach or not ready does not. */
export const condemning: Readonly<Record<Outcome, boolean>> = {
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
 * Stops at the first bad wave. A wave is bad when the commit has failed on more hosts than the budget allows, and also
 * when none of its hosts ended well: a commit that was proven nowhere is not taken to the next ones.
 */
function stopped(rollout: Rollout): Rollout {
  if (rollout.kind === 'verify') return rollout;
  const wave = Math.min(
    ...placesOf(rollout).map(([, place]) => (place.state.kind === 'ended' ? Infinity : place.wave)),
  );
  const bad = badHosts(rollout, wave);
  const stop = rollout.stopped ?? (bad === null ? null : { wave: bad.wave, hosts: [...bad.hosts], by: null });
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
    if (ends.some(({ outcome }) => condemning[outcome])) {
      const condemned = condemnedUpTo(rollout, wave);
      if (condemned.length > rollout.policy.failureBudget) return { wave, hosts: condemned };
    }
    const over = ends.length === places.length;
    if (over && wave < last && !ends.some(({ outcome }) => outcomeMeanings[outcome].good))
      return { wave, hosts: ends.map(({ host }) => host) };
  }
  return null;
}

function condemnedUpTo(rollout: Rollout, wave: number): readonly HostName[] {
  return placesOf(rollout).flatMap(([host, { wave: its, state }]) =>
    its <= wave && state.kind === 'ended' && condemning[state.outcome] ? [host] : [],
  );
}

/** Ends that leave a host away, so that its group has one fewer to lose. */
const away: ReadonlySet<Outcome> = new Set(['offline', 'needs-hands', 'unknown']);

type Room = { readonly kind: 'room' } | { readonly kind: 'later' } | { readonly kind: 'none'; readonly reason: Reason };

/** Whether the host may be taken from its groups now: later where one that is being deployed comes back. */
function roomFor(rollout: Rollout, host: HostName): Room {
  for (const { tag, most, hosts } of rollout.kind === 'verify' ? [] : rollout.policy.groups) {
    if (!hosts.includes(host)) continue;
    const others = hosts.filter((other) => other !== host).map((other) => ({ other, place: placeOf(rollout, other) }));
    const gone = others.filter(({ place }) => place?.state.kind === 'ended' && away.has(place.state.outcome));
    const facts = { tag, most, hosts: gone.map(({ other }) => other) };
    if (gone.length >= most) return { kind: 'none', reason: { code: 'too-few-available', facts } };
    const begun = others.filter(({ place }) => place?.state.kind === 'begun');
    if (gone.length + begun.length >= most) return { kind: 'later' };
  }
  return { kind: 'room' };
}

/** Ends the hosts whose group has lost as many as it may lose. */
function barred(rollout: Rollout): Rollout {
  if (rollout.policy.groups.length === 0) return rollout;
  return placesOf(rollout).reduce((so, [host, { state }]) => {
    const room = state.kind === 'waiting' ? roomFor(so, host) : null;
    return room?.kind === 'none' ? ended(so, [host], 'refused', room.reason) : so;
  }, rollout);
}

/** Begins hosts of the wave that runs, as many as may run at once. */
function begin(rollout: Rollout): Rollout {
  const places = placesOf(rollout);
  const open = places.filter(([, { state }]) => state.kind !== 'ended');
  const wave = Math.min(...open.map(([, place]) => place.wave));
  const free = rollout.policy.parallel - open.filter(([, { state }]) => state.kind === 'begun').length;
  const waiting = open.filter(([, place]) => place.wave === wave && place.state.kind === 'waiting');
  let left = Math.max(0, free);
  if (left === 0 || waiting.length === 0) return rollout;
  // One copy, filled as hosts begin, because each that begins takes room from the next.
  const hosts: Record<HostName, RolloutHost> = { ...rollout.hosts };
  const now: Rollout = { ...rollout, hosts };
  const before = left;
  for (const [host, place] of waiting) {
    if (left === 0) break;
    if (roomFor(now, host).kind !== 'room') continue;
    hosts[host] = { ...place, state: { kind: 'begun' } };
    left -= 1;
  }
  return left === before ? rollout : now;
}
