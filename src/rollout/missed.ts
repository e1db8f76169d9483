import type { ExpectedRecord } from '../host/machine.ts';
import type { Deploy } from './deploy.ts';
import type { Missed } from './host-record.ts';
import { placeOf, type Rollout } from './rollout.ts';

/**
 * What a host missed while it was offline. Only what is merged counts: a pull request that is open says for itself, by
 * its merge or by a new `/deploy`, whether it still is wanted. Pure.
 */

/** More merges than a host is remembered to have missed, one of them contains the others anyway. */
const mostMissed = 20;

/** What the host has missed once a deploy on it ended. */
export function missedAfter(missed: readonly Missed[], deploy: Deploy, rollout: Rollout | null): Missed[] {
  if (deploy.kind !== 'deploy' || deploy.outcome === null) return [...missed];
  const others = missed.filter(({ sha }) => sha !== deploy.sha);
  // However it ended, it was tried: its own report says what is to be done.
  const stayed = deploy.outcome === 'refused' && deploy.reason?.code === 'too-few-available';
  if (deploy.outcome !== 'offline' && !stayed) return others;
  const fresh = rollout === null ? null : missedIn(rollout, deploy);
  return fresh === null ? [...missed] : [...others, fresh].slice(-mostMissed);
}

function missedIn(rollout: Rollout, deploy: Deploy): Missed | null {
  const { cause, repository } = rollout;
  const place = placeOf(rollout, deploy.host);
  if (place === null || deploy.sha === null || (cause.kind === 'command' && !cause.merged)) return null;
  return {
    rollout: rollout.id,
    host: deploy.host,
    repository,
    pullRequest: cause.kind === 'merge' ? cause.pullRequest : cause.issue,
    by: cause.by,
    sha: deploy.sha,
    touched: place.touched,
    records: place.records,
    derived: place.derived,
    away: deploy.outcome === 'offline',
    since: deploy.endedAt ?? deploy.startedAt,
  };
}

/** All that was missed as the newest of it, which contains the others: `missed` is oldest first and not empty. */
export function missedAtOnce(missed: readonly Missed[], newest: Missed): Missed {
  const records = new Map<string, ExpectedRecord>();
  const older = missed.filter(({ rollout }) => rollout !== newest.rollout);
  for (const one of [...older, newest]) {
    for (const record of one.records) {
      const { zone, name, type } = record;
      // The serial of an earlier commit is long past where a later one raised it again.
      records.set(`${zone} ${name} ${type}`, one === newest ? record : { ...record, serial: null });
    }
  }
  return {
    ...newest,
    touched: missed.some(({ touched }) => touched === 'own') ? 'own' : newest.touched,
    records: [...records.values()].map((record) => ({ ...record, data: [...record.data] })),
    since: Math.min(newest.since, ...older.map(({ since }) => since)),
  };
}
