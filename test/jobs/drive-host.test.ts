import { describe, expect, test } from 'vitest';
import type { HostName } from '../../src/core/names.ts';
import { driveHost, giveUpHost } from '../../src/jobs/drive-host.ts';
import { recordHead } from '../../src/jobs/heads.ts';
import { putPersonLock } from '../../src/rollout/person-lock.ts';
import type { RolloutRequest } from '../../src/rollout/start-rollout.ts';
import { begin, deployOf, fingerprintOf, hostOf, newSystem, oldSystem, requestOf, sha } from '../rollout/deploying.ts';
import { deployingBot } from './deploying-bot.ts';
import type { Played } from './fake-bot.ts';
import { commit } from './fake-bot.ts';

/** The job that drives one host: what may still be activated, and what is told of its end. */

const never = () => new AbortController().signal;
const job = (host: string) => ({ rollout: 'r1', host: host as HostName });
const command: RolloutRequest['cause'] = {
  kind: 'command',
  by: 'ann',
  issue: 7,
  comment: 1,
  forced: null,
  merged: false,
};
const scene = (pullRequest: Played['pullRequest'] = {}) =>
  deployingBot(['a', 'b'], { commits: {}, head: null, pullRequest: { headSha: sha, ...pullRequest } });

async function driven(one: ReturnType<typeof scene>, change: Partial<RolloutRequest> = {}) {
  await begin(one.world, requestOf(['a'], change));
  await driveHost(one.bot, job('a'), never());
  return deployOf(one.world, 'a');
}
const told = async (one: ReturnType<typeof scene>, headSha: typeof sha) =>
  recordHead(one.bot.records, {
    kind: 'pull-request-opened',
    repository: requestOf(['a']).repository.name,
    pullRequest: { number: 7, headSha, updatedAt: '2026-11-22T10:00:00Z' },
  } as Parameters<typeof recordHead>[1]);

describe('a host that is driven', () => {
  test('to its end: the report, the deployment and the end are told, and the next host is woken', async () => {
    const one = scene();
    await begin(one.world, requestOf(['a', 'b'], { policy: { ...requestOf(['a']).policy, parallel: 1 } }));
    await driveHost(one.bot, job('a'), never());
    expect(hostOf(one.world, 'a').running).toBe(newSystem);
    expect(one.queued.map(({ queue, payload }) => [queue, payload])).toEqual([['deploy', job('b')]]);
    expect(one.told).not.toContain('rollout-done');
    await driveHost(one.bot, job('b'), never());
    expect(one.bodies('Done: 2 deployed.').length).toBeGreaterThan(0);
    expect(one.told.filter((step) => step === 'rollout-done')).toHaveLength(1);
    const states = one.posted.flatMap(({ posting }) => (posting.kind === 'deployment' ? [posting.state] : []));
    expect(states).toContain('success');
  });

  test('twice after its end tells the end again and activates nothing again', async () => {
    const one = scene();
    await driven(one);
    const acts = hostOf(one.world, 'a').journal.length;
    await driveHost(one.bot, job('a'), never());
    expect(hostOf(one.world, 'a').journal).toHaveLength(acts);
    expect(one.told.filter((step) => step === 'rollout-done')).toHaveLength(1);
  });

  test('that is offline is asked again where the commit is merged', async () => {
    const one = scene();
    hostOf(one.world, 'a').trouble = () => ({ kind: 'cut', ms: 600_000 });
    expect((await driven(one)).outcome).toBe('offline');
    expect(one.queued.map(({ queue, payload }) => [queue, payload])).toEqual([
      ['catch-up', { fingerprint: fingerprintOf('a'), turn: 0 }],
    ]);
    expect(one.bodies('is asked again until it answers').length).toBeGreaterThan(0);
  });

  test('that is offline is not asked again for a pull request that is open', async () => {
    const one = scene();
    hostOf(one.world, 'a').trouble = () => ({ kind: 'cut', ms: 600_000 });
    expect((await driven(one, { cause: command })).outcome).toBe('offline');
    expect(one.queued).toEqual([]);
    expect(one.bodies('is asked again until it answers')).toEqual([]);
  });

  test('for what it missed tells it where it was missed', async () => {
    const one = scene();
    hostOf(one.world, 'a').trouble = () => ({ kind: 'cut', ms: 600_000 });
    await driven(one);
    hostOf(one.world, 'a').trouble = () => null;
    await one.world.clock.sleep(700_000);
    await begin(one.world, requestOf(['a'], { id: 'u7-1', catchesUp: ['r1'] }));
    await driveHost(one.bot, { rollout: 'u7-1', host: 'a' }, never());
    expect(one.bodies('`a` was caught up: it ended `deployed` in rollout `u7-1`').length).toBeGreaterThan(0);
  });

  test('by work that broke again and again ends, so that its rollout does', async () => {
    const one = scene();
    await begin(one.world, requestOf(['a']));
    await giveUpHost(one.bot, job('a'), 'TypeError');
    expect(await deployOf(one.world, 'a')).toMatchObject({ outcome: 'refused', reason: { code: 'gave-up' } });
    expect((await one.world.deps.rollouts.read('r1'))?.endedAt).not.toBeNull();
  });
});

describe('right before the activation', () => {
  test('a head that is still the one of the yes is activated', async () => {
    const one = scene();
    await told(one, sha);
    expect((await driven(one, { cause: command })).outcome).toBe('deployed');
  });

  test.each<[string, NonNullable<Played['pullRequest']>, string]>([
    ['a push', { headSha: commit('f') }, 'head-moved'],
    ['a close', { open: false }, 'not-approved'],
    [
      'a merge of something else',
      { merged: true, open: false, headSha: commit('f'), mergeCommit: commit('e') },
      'head-moved',
    ],
  ])('%s stops it, and the host is as it was', async (_, pullRequest, code) => {
    const one = scene(pullRequest);
    await told(one, sha);
    expect(await driven(one, { cause: command })).toMatchObject({ outcome: 'refused', reason: { code } });
    expect(hostOf(one.world, 'a').running).toBe(oldSystem);
  });

  test('a lock that a person put since stops it, and not where a reason went past locks', async () => {
    const lock = { by: 'ben', reason: 'disks', since: 0, until: null };
    for (const [forced, outcome] of [
      [null, 'refused'],
      ['mail is down', 'deployed'],
    ] as const) {
      const one = scene();
      await told(one, sha);
      await putPersonLock(one.bot.records, fingerprintOf('a'), lock);
      expect((await driven(one, { cause: { ...command, forced } })).outcome).toBe(outcome);
    }
  });

  test('what is mirrored to the forge knows that the activation was asked for', async () => {
    const one = scene();
    await driven(one);
    const steps = one.posted.flatMap(({ posting }) =>
      posting.kind === 'deployment' ? [JSON.stringify(posting.payload)] : [],
    );
    expect(steps.some((payload) => payload.includes('"step":"approve"'))).toBe(true);
  });
});
