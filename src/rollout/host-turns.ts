import type { Clock } from '../core/clock.ts';
import type { Records } from '../core/records.ts';
import { assert } from '../core/bug.ts';
import { changeRecord, type RecordKind } from './change-record.ts';
import type { Deploy } from './deploy.ts';
import { claimHost, settleHost, type Turn, withoutGone } from './host-claims.ts';
import { type Claim, hostKey, type HostRecord, newHostRecord, parseHostRecord } from './host-record.ts';
import { placeOf } from './rollout.ts';
import type { Rollouts } from './rollouts.ts';

interface TurnDeps {
  readonly records: Records;
  readonly rollouts: Rollouts;
  readonly clock: Clock;
}

/** What is remembered of a machine is kept for ever: it is small, and what is held must stay held. */
export const hostRecord = (of: Deploy['fingerprint']): RecordKind<HostRecord> => ({
  key: hostKey(of),
  parse: parseHostRecord,
});

/** Claims the host for the deploy, or queues it. Those who will never come are taken out of the queue first. */
export async function takeTurn(deps: TurnDeps, deploy: Deploy): Promise<Turn> {
  const kind = hostRecord(deploy.fingerprint);
  const ask = async (): Promise<Turn> => {
    const at = deps.clock.now();
    const claimed = (record: HostRecord | null) => claimHost(record ?? newHostRecord(deploy.fingerprint), deploy, at);
    const { after } = await changeRecord(deps.records, kind, (record) => claimed(record).record);
    return claimed(after);
  };
  const turn = await ask();
  if (turn.kind === 'mine') return turn;
  const others = [turn.record.claim, ...turn.record.waiting].filter((claim) => claim !== null);
  const gone = new Set<string>();
  for (const other of others) if (await isGone(deps, other)) gone.add(nameOf(other));
  if (gone.size === 0) return turn;
  await changeRecord(deps.records, kind, (record) =>
    record === null ? null : withoutGone(record, (claim) => gone.has(nameOf(claim))),
  );
  return ask();
}

const nameOf = ({ rollout, host }: Claim): string => `${rollout}:${host}`;

async function isGone(deps: TurnDeps, claim: Claim): Promise<boolean> {
  const rollout = await deps.rollouts.read(claim.rollout);
  return rollout === null || placeOf(rollout, claim.host)?.state.kind !== 'begun';
}

/** Remembers how the deploy left the host and frees it. Answers who waits for it now. */
export async function giveBack(deps: TurnDeps, deploy: Deploy): Promise<Claim | null> {
  assert(deploy.outcome !== null, 'an outcome before a host is given back');
  const rollout = await deps.rollouts.read(deploy.rollout);
  const { after } = await changeRecord(deps.records, hostRecord(deploy.fingerprint), (record) =>
    record === null ? null : settleHost(record, deploy, rollout, deps.clock.now()),
  );
  return after === null || after.claim !== null ? null : (after.waiting[0] ?? null);
}
