import { describe, expect, test } from 'vitest';
import { outcomes, outcomeMeanings } from '../../src/core/outcome.ts';
import { isRefusal, refuse } from '../../src/core/refusal.ts';
import { newDeploy } from '../../src/rollout/deploy.ts';
import { newHostRecord, type HostRecord, type Missed } from '../../src/rollout/host-record.ts';
import { askAgainAfter, type CatchUpFacts, isProven, mayCatchUp } from '../../src/rollout/may-catch-up.ts';
import { missedAfter, missedAtOnce } from '../../src/rollout/missed.ts';
import type { Rollout } from '../../src/rollout/rollout.ts';
import type { Later } from '../../src/rollout/shapes.ts';
import { begin, fingerprintOf, named, newWorld, oldSystem, requestOf, sha } from './deploying.ts';

/** Whether a host that was offline may be brought to what it missed: every reason for and against. */

const missed: Missed = {
  rollout: 'r1',
  host: named('griffin'),
  repository: requestOf(['griffin']).repository,
  pullRequest: 7,
  by: 'ann',
  sha,
  touched: 'shared',
  records: [],
  derived: [],
  away: true,
  since: 1_000,
};
const record: HostRecord = { ...newHostRecord(fingerprintOf('griffin')), missed: [missed] };
const day = 86_400_000;

/** The rollout in which it was missed, beside another host. */
async function rolloutWith(change: (rollout: Rollout) => Partial<Rollout> = () => ({})): Promise<Rollout> {
  const world = newWorld(['griffin', 'wolfhound']);
  await begin(world, requestOf(['griffin', 'wolfhound']));
  const rollout = await world.deps.rollouts.read('r1');
  if (rollout === null) throw new Error('it was begun');
  const over: Rollout = { ...rollout, endedAt: 2_000 };
  return { ...over, ...change(over) };
}
const place = (rollout: Rollout, host: string, outcome: (typeof outcomes)[number], later: Later | null = null) => {
  const known = rollout.hosts[named(host)];
  if (known === undefined) throw new Error(`no ${host}`);
  return { [host]: { ...known, state: { kind: 'ended' as const, outcome, reason: null }, later } };
};
const ending = (outcome: (typeof outcomes)[number], later: Later | null = null) =>
  rolloutWith((rollout) => ({ hosts: { ...rollout.hosts, ...place(rollout, 'wolfhound', outcome, later) } }));

const facts = (change: Partial<CatchUpFacts> = {}): CatchUpFacts => ({
  missed,
  record,
  rollouts: [],
  isMerged: true,
  isThere: false,
  backwards: null,
  room: null,
  lock: null,
  opening: { kind: 'open' },
  now: 2_000,
  ...change,
});
const lock = { by: 'ann', reason: 'disks', since: 0, until: null };
const held: HostRecord['held'] = { rollout: 'r0', outcome: 'reverted', reason: null, sha, bad: oldSystem, since: 0 };
const claim = { rollout: 'r9', host: named('griffin'), since: 0 };

describe('a host that was offline', () => {
  test('is asked again where nothing speaks against it', () => {
    expect(mayCatchUp(facts())).toEqual({ kind: 'ask' });
  });

  test('is forgotten in silence where it is there already', () => {
    expect(mayCatchUp(facts({ isThere: true, isMerged: false, lock }))).toEqual({ kind: 'leave', why: null });
  });

  test.each<[string, Partial<CatchUpFacts>, string]>([
    ['the commit left the default branch', { isMerged: false }, 'commit-not-merged'],
    ['it runs something that the commit does not contain', { backwards: refuse('not-an-ancestor') }, 'not-an-ancestor'],
    ['it is held, and the commit changes nothing for it', { record: { ...record, held } }, 'host-held'],
    ['nobody reached it for a month', { now: 1_000 + 31 * day }, 'away-too-long'],
  ])('is left alone where %s', (_, change, code) => {
    expect(mayCatchUp(facts(change))).toMatchObject({ kind: 'leave', why: { code } });
  });

  test('is brought there although it is held, where the commit changes something of its own', () => {
    const own = { ...missed, touched: 'own' as const };
    expect(mayCatchUp(facts({ missed: own, record: { ...record, held } }))).toEqual({ kind: 'ask' });
  });

  test.each<[string, Partial<CatchUpFacts>, string | null]>([
    ['a person locked it', { lock }, 'host-locked'],
    ['another rollout has it', { record: { ...record, claim } }, null],
    ['another rollout waits for it', { record: { ...record, waiting: [claim] } }, null],
    ['others of its group are away', { room: [named('blackjack')] }, 'host-not-ready'],
    ['deploys are frozen', { opening: { kind: 'closed', at: null, reason: 'the holidays' } }, 'outside-window'],
  ])('waits where %s', (_, change, code) => {
    const may = mayCatchUp(facts(change));
    expect(may.kind).toBe('wait');
    expect(may.kind === 'wait' && isRefusal(may.why) ? may.why.code : null).toBe(code);
  });

  test('waits for the end of the rollout in which it was offline', async () => {
    const rollouts = [await rolloutWith(() => ({ endedAt: null }))];
    expect(mayCatchUp(facts({ rollouts }))).toEqual({ kind: 'wait', why: null });
  });

  test.each(outcomes)('where another host ended %s: only what condemns the commit keeps it back', async (outcome) => {
    const condemning = ['build-failed', 'reverted', 'reverted-by-reboot', 'needs-hands', 'unknown'].includes(outcome);
    const may = mayCatchUp(facts({ rollouts: [await ending(outcome)] }));
    expect(may).toMatchObject(condemning ? { kind: 'leave', why: { code: 'commit-failed' } } : { kind: 'ask' });
  });

  test('is left alone where the commit failed on a host that was caught up before it', async () => {
    const rollouts = [await ending('offline', { kind: 'ended', rollout: 'u7-1', outcome: 'reverted' })];
    expect(mayCatchUp(facts({ rollouts }))).toMatchObject({ kind: 'leave', why: { facts: { hosts: ['wolfhound'] } } });
  });

  test('is left alone where a person stopped the rollout, and not where nobody was reached', async () => {
    const stopped = (by: string | null) => rolloutWith(() => ({ stopped: { wave: 0, hosts: [], by } }));
    expect(mayCatchUp(facts({ rollouts: [await stopped('ann')] }))).toMatchObject({ why: { code: 'commit-failed' } });
    expect(mayCatchUp(facts({ rollouts: [await stopped(null)] }))).toEqual({ kind: 'ask' });
  });
});

test.each(outcomes)('a commit that ended %s somewhere is proven where that is good', async (outcome) => {
  expect(isProven([await ending(outcome)])).toBe(outcomeMeanings[outcome].good);
  expect(isProven([await ending('offline', { kind: 'ended', rollout: 'u1', outcome })])).toBe(
    outcomeMeanings[outcome].good,
  );
});

test.each([
  [0, 30_000],
  [120_000, 60_000],
  [day, 300_000],
])('a host that is away for %i ms is asked again after %i ms', (away, after) => {
  expect(askAgainAfter(missed, missed.since + away)).toBe(after);
});

describe('what a host missed', () => {
  const ended = async (
    outcome: (typeof outcomes)[number],
    change: Partial<Rollout> = {},
    code?: 'too-few-available',
  ) => {
    const world = newWorld(['griffin']);
    await begin(world, requestOf(['griffin']));
    const rollout = await world.deps.rollouts.read('r1');
    if (rollout === null) throw new Error('it was begun');
    const reason = code === undefined ? null : { code, facts: {} };
    return {
      rollout: { ...rollout, ...change },
      deploy: { ...newDeploy(rollout, named('griffin'), 5), outcome, reason, endedAt: 9 },
    };
  };
  const command = { kind: 'command', by: 'ann', issue: 7, comment: 1, forced: null } as const;

  test.each<[string, (typeof outcomes)[number], Partial<Rollout>, 'too-few-available' | undefined, boolean | null]>([
    ['a merge that it was offline for', 'offline', {}, undefined, true],
    [
      'a commit that was merged when somebody deployed it',
      'offline',
      { cause: { ...command, merged: true } },
      undefined,
      true,
    ],
    ['a merge that it had to stay for', 'refused', {}, 'too-few-available', false],
    ['not a pull request that is open', 'offline', { cause: { ...command, merged: false } }, undefined, null],
    ['not what refused it', 'refused', {}, undefined, null],
    ['not what was tried', 'reverted', {}, undefined, null],
  ])('is %s', async (_, outcome, change, code, away) => {
    const { rollout, deploy } = await ended(outcome, change, code);
    const after = missedAfter([], deploy, rollout);
    expect(after.map((one) => one.away)).toEqual(away === null ? [] : [away]);
  });

  test('is over with any end but offline, and other commits stay', async () => {
    const other = { ...missed, rollout: 'r2', sha: requestOf(['griffin']).sha ?? sha };
    const { rollout, deploy } = await ended('reverted');
    expect(missedAfter([missed], deploy, rollout)).toEqual([]);
    const elsewhere = { ...deploy, sha: null };
    expect(missedAfter([other], elsewhere, rollout)).toEqual([other]);
  });

  test('at once is the newest commit with what the older ones changed, at no serial of theirs', () => {
    const at = (name: string, serial: number, data: string) => ({
      zone: 'z',
      serial,
      name,
      type: 'A',
      data: [data],
    });
    const older: Missed = { ...missed, touched: 'own', records: [at('a', 1, 'old'), at('b', 1, 'kept')] };
    const newest: Missed = { ...missed, rollout: 'r2', since: 5_000, records: [at('a', 2, 'new')] };
    expect(missedAtOnce([older, newest], newest)).toEqual({
      ...newest,
      touched: 'own',
      since: 1_000,
      records: [at('a', 2, 'new'), { ...at('b', 1, 'kept'), serial: null }],
    });
  });
});
