import { assert } from '../core/bug.ts';
import type { Clock } from '../core/clock.ts';
import type { DerivedProbe } from '../core/derived-probe.ts';
import type { CommitSha, Fingerprint, HostName } from '../core/names.ts';
import type { Records } from '../core/records.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { ExpectedRecord } from '../host/machine.ts';
import { advance } from './advance.ts';
import type { Wakeup } from './wakeups.ts';
import { readRecord } from './change-record.ts';
import { type HostAsk, mayMoveHeld } from './held.ts';
import type { HostRecord } from './host-record.ts';
import { hostRecord } from './host-turns.ts';
import type { Rollout, RolloutHost } from './rollout.ts';
import type { Rollouts } from './rollouts.ts';
import type { Manner, Policy } from './shapes.ts';
import { type WaveOrder, wavesOf } from './waves.ts';

export interface RequestedHost extends Omit<HostAsk, 'kind'> {
  readonly host: HostName;
  readonly fingerprint: Fingerprint;
  readonly attribute: string;
  /** DNS records that this host must answer with afterwards: of the zones that it serves. */
  readonly records: readonly ExpectedRecord[];
  /** What the commit changes there and is asked afterwards too. */
  readonly derived?: readonly DerivedProbe[];
  /** How the config wants it deployed, and what the person who asks accepts. */
  readonly manner: Manner;
}

export interface RolloutRequest
  extends Pick<Rollout, 'kind' | 'repository' | 'cause' | 'reason'>,
    Partial<Pick<Rollout, 'catchesUp'>> {
  /** The same for the same cause, so that a job which runs twice begins one rollout. `[a-z0-9-]{1,48}` */
  readonly id: string;
  /** Null only for a rollback or a verify. */
  readonly sha: CommitSha | null;
  readonly policy: Policy;
  /** Which of them go before which. */
  readonly order: WaveOrder;
  /** At least one. */
  readonly hosts: readonly RequestedHost[];
}

export interface Started {
  readonly kind: 'started';
  readonly rollout: Rollout;
  readonly wake: readonly Wakeup[];
  /** Hosts that another rollout has now: theirs begins when that one is done with them. */
  readonly queued: readonly { readonly host: HostName; readonly behind: string; readonly position: number }[];
  /** Hosts that stay where they are. They end `refused`; `/deploy` on the very host frees it. */
  readonly held: readonly HostName[];
}

interface StartDeps {
  readonly records: Records;
  readonly rollouts: Rollouts;
  readonly clock: Clock;
}

/** Begins a rollout, once for each id, or says why none of its hosts may be moved. */
export async function startRollout(deps: StartDeps, request: RolloutRequest): Promise<Started | Refusal> {
  assert(request.hosts.length > 0, 'a host to roll out to');
  assert(request.sha !== null || request.kind !== 'deploy', 'a commit to deploy');
  const known = await Promise.all(
    request.hosts.map(async (asked) => ({
      asked,
      record: await readRecord(deps.records, hostRecord(asked.fingerprint)),
    })),
  );
  const held = known.flatMap(({ asked, record }) =>
    mayMoveHeld(record?.held ?? null, { ...asked, kind: request.kind }) ? [] : [asked.host],
  );
  const [firstHeld] = held;
  if (firstHeld !== undefined && held.length === known.length)
    return refuse('host-held', { hosts: held }, `/deploy ${firstHeld}`);
  const at = deps.clock.now();
  const begun = advance(newRollout(request, held, at), [], at);
  const { rollout, wake } = await deps.rollouts.begin(begun);
  assert(rollout !== null, 'the rollout that was just stored');
  const queued = known.flatMap(({ asked, record }) => queuedBehind(request.id, asked.host, record));
  return { kind: 'started', rollout, wake, queued, held };
}

function newRollout(request: RolloutRequest, held: readonly HostName[], at: number): Rollout {
  const moving = request.hosts.map(({ host }) => host).filter((host) => !held.includes(host));
  const waves = new Map(wavesOf(request.order, moving).flatMap((wave, index) => wave.map((host) => [host, index])));
  const place = ({
    host,
    fingerprint,
    attribute,
    named,
    records,
    derived = [],
    manner,
    touched,
  }: RequestedHost): RolloutHost => ({
    fingerprint,
    attribute,
    wave: waves.get(host) ?? 0,
    named,
    records: records.map((record) => ({ ...record, data: [...record.data] })),
    derived: [...derived],
    manner,
    touched,
    later: null,
    state: held.includes(host)
      ? { kind: 'ended', outcome: 'refused', reason: { code: 'held', facts: {} } }
      : { kind: 'waiting' },
  });
  const { id, kind, repository, sha, cause, reason, policy } = request;
  return {
    schemaVersion: 1,
    id,
    kind,
    repository,
    sha,
    cause,
    reason,
    catchesUp: [...(request.catchesUp ?? [])],
    policy,
    hosts: Object.fromEntries(request.hosts.map((asked) => [asked.host, place(asked)])),
    cancelled: null,
    stopped: null,
    waits: null,
    startedAt: at,
    endedAt: null,
  };
}

function queuedBehind(id: string, host: HostName, record: HostRecord | null): Started['queued'] {
  const others = [record?.claim ?? null, ...(record?.waiting ?? [])].filter(
    (claim) => claim !== null && claim.rollout !== id,
  );
  const first = others[0];
  return first === undefined || first === null ? [] : [{ host, behind: first.rollout, position: others.length }];
}
