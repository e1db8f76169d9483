import { describe, expect, test } from 'vitest';
import { reportDeploy, reportNeverBegun, reportPlaces, reportRollout } from '../../src/jobs/report-rollout.ts';
import { parseDeploymentPayload } from '../../src/rollout/deployment-payload.ts';
import type { Rollout } from '../../src/rollout/rollout.ts';
import type { RolloutRequest } from '../../src/rollout/start-rollout.ts';
import { begin, named, requestOf, work } from '../rollout/deploying.ts';
import { deployingBot } from './deploying-bot.ts';

/** What stands on the forge of a rollout: one comment, one check run, and a deployment for each host. */

const scene = () => deployingBot(['a', 'b'], { commits: {}, head: null });
const rolloutOf = async (one: ReturnType<typeof scene>): Promise<Rollout> => {
  const rollout = await one.world.deps.rollouts.read('r1');
  if (rollout === null) throw new Error('it was begun');
  return rollout;
};
const kinds = (one: ReturnType<typeof scene>) => one.posted.map(({ key, posting }) => `${posting.kind} ${key}`);

describe('a rollout is shown', () => {
  test('while it runs and when it is over, under the same two keys', async () => {
    const one = scene();
    const wake = await begin(one.world, requestOf(['a', 'b']));
    await reportRollout(one.bot, 'r1');
    await work(one.world, wake);
    await reportRollout(one.bot, 'r1');
    expect(kinds(one)).toEqual([
      'sticky rollout:r1',
      'check-run rollout-check:r1',
      'sticky rollout:r1',
      'check-run rollout-check:r1',
    ]);
    expect(one.posted.map(({ posting }) => ('status' in posting ? posting.status : posting.kind))).toEqual([
      'sticky',
      'in_progress',
      'sticky',
      'completed',
    ]);
  });

  test.each<[string, Partial<RolloutRequest>]>([
    ['a verify', { kind: 'verify', sha: null }],
    ['a rollback', { kind: 'rollback', sha: null }],
  ])('%s has no check run and no deployment: it is about no commit', async (_, change) => {
    const one = scene();
    const wake = await begin(one.world, requestOf(['a'], change));
    await work(one.world, wake);
    await reportRollout(one.bot, 'r1');
    await reportDeploy(one.bot, await rolloutOf(one), named('a'));
    expect(kinds(one)).toEqual(['sticky rollout:r1']);
  });

  test('and one that nothing is remembered of is not', async () => {
    const one = scene();
    await reportRollout(one.bot, 'r9');
    expect(one.posted).toEqual([]);
  });
});

describe('the deployment of a host', () => {
  test('is queued, then a success, and holds what a lost store is made anew from', async () => {
    const one = scene();
    const wake = await begin(one.world, requestOf(['a', 'b']));
    await reportPlaces(one.bot, await rolloutOf(one));
    await work(one.world, wake);
    await reportDeploy(one.bot, await rolloutOf(one), named('a'));
    const shown = one.posted.flatMap(({ posting }) => (posting.kind === 'deployment' ? [posting] : []));
    expect(shown.map(({ environment, state }) => `${environment} ${state}`)).toEqual([
      'a queued',
      'b queued',
      'a success',
    ]);
    const payload = parseDeploymentPayload(JSON.parse(JSON.stringify(shown.at(-1)?.payload)));
    expect(payload).toMatchObject({ host: 'a', rollout: { id: 'r1' }, deploy: { outcome: 'deployed' } });
  });

  test('that was never begun is closed once the rollout is over', async () => {
    const one = scene();
    await begin(one.world, requestOf(['a', 'b'], { policy: { ...requestOf(['a']).policy, parallel: 1 } }));
    const cancel = { kind: 'cancelled', by: 'ann', hosts: [named('b')] } as const;
    await one.world.deps.rollouts.advance('r1', [cancel], 5);
    await reportNeverBegun(one.bot, await rolloutOf(one));
    expect(one.posted).toMatchObject([
      { key: 'deployment:r1:b', posting: { state: 'inactive', description: 'cancelled' } },
    ]);
  });
});
