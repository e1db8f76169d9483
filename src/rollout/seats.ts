import { z } from 'zod';
import type { Fingerprint, HostName, RepositoryName } from '../core/names.ts';
import type { Records } from '../core/records.ts';
import { changeRecord, readRecord, type RecordKind } from './change-record.ts';
import type { HostRecord } from './host-record.ts';
import { hostRecord } from './host-turns.ts';
import { placeOf, type Rollout } from './rollout.ts';
import type { Rollouts } from './rollouts.ts';
import { hostName, instant, type Policy, type Reason, rolloutId } from './shapes.ts';

/**
 * Of some groups only so many hosts may be away at once (`max_unavailable`), whichever rollouts take them: two pull
 * requests that are merged in one minute must not take two of three. A deploy has a seat in each group of its host from
 * its first look to its end, and never waits for one seat while it has another.
 */

const seat = z.object({ rollout: rolloutId, host: hostName, since: instant });
type Seat = z.output<typeof seat>;
const shape = z.object({ schemaVersion: z.literal(1), seats: z.array(seat), waiting: z.array(seat) });
type Group = z.output<typeof shape>;
const nobody: Group = { schemaVersion: 1, seats: [], waiting: [] };

const groupRecord = (repository: RepositoryName, tag: string): RecordKind<Group> => ({
  key: `group:${repository}:${tag}`,
  parse: (value) => shape.parse(value),
});

interface SeatDeps {
  readonly records: Records;
  readonly rollouts: Rollouts;
  readonly clock: { now(): number };
}

export type Seated =
  | { readonly kind: 'seated' }
  /** Others of its group are being deployed, and come back. */
  | { readonly kind: 'later'; readonly behind: string; readonly position: number }
  /** As many are away as may be, and nobody knows when they come back. */
  | { readonly kind: 'none'; readonly reason: Reason };

type Groups = Policy['groups'];

const groupsOf = (rollout: Rollout, host: HostName): Groups =>
  rollout.kind === 'verify'
    ? []
    : // Always in one order, so that two who want the same seats do not each take one.
      rollout.policy.groups.filter(({ hosts }) => hosts.includes(host)).sort((a, b) => (a.tag < b.tag ? -1 : 1));

/** Takes a seat in every group of the host, or none. `must`: the host may be away already, so it has one in any case. */
export async function takeSeats(
  deps: SeatDeps,
  rollout: Rollout,
  host: HostName,
  { must }: { readonly must: boolean },
): Promise<Seated> {
  const asker: Seat = { rollout: rollout.id, host, since: deps.clock.now() };
  const taken: Groups = [];
  for (const group of groupsOf(rollout, host)) {
    const gone = must ? [] : await goneOf(deps.records, group, host);
    const seated = await takeSeat(deps, rollout.repository.name, { group, asker, gone, must });
    if (seated.kind !== 'seated') {
      for (const { tag } of taken) await leaveGroup(deps.records, rollout.repository.name, tag, asker);
      return seated;
    }
    taken.push(group);
  }
  return { kind: 'seated' };
}

/** Gives the seats back, once the host's own record says how it ended. Answers who waits for them. */
export async function leaveSeats(
  { records }: Pick<SeatDeps, 'records'>,
  rollout: Rollout,
  host: HostName,
): Promise<readonly { readonly rollout: string; readonly host: HostName }[]> {
  const next: Seat[] = [];
  for (const { tag } of groupsOf(rollout, host)) {
    const left = await leaveGroup(records, rollout.repository.name, tag, { rollout: rollout.id, host });
    next.push(...left.waiting.slice(0, 1));
  }
  return next.map(({ rollout: id, host: name }) => ({ rollout: id, host: name }));
}

interface Ask {
  readonly group: Groups[number];
  readonly asker: Seat;
  readonly gone: readonly HostName[];
  readonly must: boolean;
}

async function takeSeat(deps: SeatDeps, repository: RepositoryName, ask: Ask): Promise<Seated> {
  const { group, asker, gone, must } = ask;
  const { tag, most } = group;
  if (gone.length >= most)
    return { kind: 'none', reason: { code: 'too-few-available', facts: { tag, most, hosts: [...gone] } } };
  const kind = groupRecord(repository, tag);
  const tryOnce = async () => (await changeRecord(deps.records, kind, (known) => seatedIn(known ?? nobody, ask))).after;
  let after = (await tryOnce()) ?? nobody;
  if (!must && !has(after.seats, asker)) {
    // Those who died without giving theirs back are looked for only where somebody has to wait for them.
    const dead: Seat[] = [];
    for (const one of [...after.seats, ...after.waiting]) if (await isOver(deps, one)) dead.push(one);
    if (dead.length > 0) {
      await changeRecord(deps.records, kind, (known) => (known === null ? null : without(known, dead)));
      after = (await tryOnce()) ?? nobody;
    }
  }
  if (has(after.seats, asker)) return { kind: 'seated' };
  const behind = after.seats[0]?.rollout ?? asker.rollout;
  return { kind: 'later', behind, position: after.seats.length + after.waiting.findIndex((one) => same(one, asker)) };
}

/** The group with the asker in it: on a seat where there is one, else among those who wait. Pure. */
function seatedIn(known: Group, { group, asker, gone, must }: Ask): Group {
  if (has(known.seats, asker)) return known;
  const away = new Set([...known.seats.map(({ host }) => host), ...gone]);
  away.delete(asker.host);
  if (must || away.size < group.most)
    return { ...known, seats: [...known.seats, asker], waiting: known.waiting.filter((one) => !same(one, asker)) };
  return has(known.waiting, asker) ? known : { ...known, waiting: [...known.waiting, asker] };
}

async function leaveGroup(
  records: Records,
  repository: RepositoryName,
  tag: string,
  asker: Pick<Seat, 'rollout' | 'host'>,
): Promise<Group> {
  const { after } = await changeRecord(records, groupRecord(repository, tag), (known) =>
    known === null ? null : without(known, [asker]),
  );
  return after ?? nobody;
}

function without(group: Group, leaving: readonly Pick<Seat, 'rollout' | 'host'>[]): Group {
  const stays = (one: Seat) => !leaving.some((other) => same(one, other));
  const [seats, waiting] = [group.seats.filter(stays), group.waiting.filter(stays)];
  return seats.length + waiting.length === group.seats.length + group.waiting.length
    ? group
    : { ...group, seats, waiting };
}

const same = (one: Pick<Seat, 'rollout' | 'host'>, other: Pick<Seat, 'rollout' | 'host'>): boolean =>
  one.rollout === other.rollout && one.host === other.host;
const has = (seats: readonly Seat[], asker: Seat): boolean => seats.some((one) => same(one, asker));

async function isOver(deps: SeatDeps, { rollout: id, host }: Seat): Promise<boolean> {
  const rollout = await deps.rollouts.read(id);
  return rollout === null || placeOf(rollout, host)?.state.kind !== 'begun';
}

/** The other hosts of a group that are away and that no deploy brings back. */
export async function goneOf(
  records: Records,
  { hosts, machines }: Groups[number],
  host: HostName,
): Promise<readonly HostName[]> {
  const gone: HostName[] = [];
  for (const [index, other] of hosts.entries()) {
    const machine: Fingerprint | undefined = machines[index];
    if (other === host || machine === undefined) continue;
    const record = await readRecord(records, hostRecord(machine));
    if (record !== null && isAway(record)) gone.push(other);
  }
  return gone;
}

/** Nobody reached it when it was deployed last, or a person has to see to it. */
function isAway({ held, missed }: HostRecord): boolean {
  return missed.some(({ away }) => away) || held?.outcome === 'needs-hands' || held?.outcome === 'unknown';
}
