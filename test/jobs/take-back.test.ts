import { describe, expect, test } from 'vitest';
import { changeRecord } from '../../src/rollout/change-record.ts';
import { to } from '../../src/rollout/deploy-changes.ts';
import { newDeploy } from '../../src/rollout/deploy.ts';
import { deployRecord } from '../../src/rollout/drive-deps.ts';
import { takeBack } from '../../src/jobs/take-back.ts';
import { begin, named, requestOf } from '../rollout/deploying.ts';
import { deployingBot } from './deploying-bot.ts';

/** `/cancel` and `/stop`: what a person takes back of what one conversation began. */

const asked = { issue: 7, by: 'ann', typed: '/stop', repository: 'fleet/config' };
const scene = () => deployingBot(['a', 'b', 'c'], { commits: {}, head: null });
const oneAtATime = (parallel = 1) => ({ policy: { ...requestOf(['a']).policy, parallel } });
const placesOf = async ({ world }: ReturnType<typeof scene>, id = 'r1') =>
  Object.entries((await world.deps.rollouts.read(id))?.hosts ?? {}).map(
    ([host, { state }]) => `${host} ${state.kind === 'ended' ? state.outcome : state.kind}`,
  );

describe('a rollout of this conversation', () => {
  test('is stopped: what waits ends, what is at work sees it, and the report says by whom', async () => {
    const one = scene();
    await begin(one.world, requestOf(['a', 'b'], oneAtATime()));
    const words = await takeBack(one.bot, { kind: 'stop' }, asked);
    expect(words).toContain('`ann` stopped the rollout');
    expect(words).toContain('`a` and `b` are taken back');
    expect(await placesOf(one)).toEqual(['a begun', 'b cancelled']);
    // The one at work is woken to look.
    expect(one.queued.map(({ payload }) => payload)).toEqual([{ rollout: 'r1', host: 'a' }]);
    expect(one.bodies('cancelled').length).toBeGreaterThan(0);
  });

  test('is cancelled for the hosts that are named, and goes on for the others', async () => {
    const one = scene();
    await begin(one.world, requestOf(['a', 'b', 'c'], oneAtATime()));
    expect(await takeBack(one.bot, { kind: 'cancel', hosts: [named('b')] }, asked)).toContain('`b` is taken back');
    expect(await placesOf(one)).toEqual(['a begun', 'b cancelled', 'c waiting']);
  });

  test('of which a host activates already: that one is said to go on', async () => {
    const one = scene();
    await begin(one.world, requestOf(['a', 'b']));
    const rollout = await one.world.deps.rollouts.read('r1');
    if (rollout === null) throw new Error('it was begun');
    await changeRecord(one.world.records, deployRecord('r1', named('a')), () =>
      to(newDeploy(rollout, named('a'), 1), 'test', { testAsked: true }),
    );
    const words = await takeBack(one.bot, { kind: 'stop' }, asked);
    expect(words).toContain('`b` is taken back');
    expect(words).toContain('`a` goes on: an activation is never interrupted half-way');
  });
});

describe('nothing is taken back', () => {
  test.each<[string, Partial<typeof asked>, readonly string[]]>([
    ['of another conversation, which is named', { issue: 8 }, ['nothing-running', 'Rollouts run on']],
    ['of another repository, which is not', { repository: 'fleet/other' }, ['nothing-running']],
  ])('%s', async (_, change, says) => {
    const one = scene();
    await begin(one.world, requestOf(['a']));
    const words = await takeBack(one.bot, { kind: 'stop' }, { ...asked, ...change });
    for (const word of says) expect(words).toContain(word);
    expect(words.includes('Rollouts run on')).toBe(says.includes('Rollouts run on'));
    expect(await placesOf(one)).toEqual(['a begun']);
    expect(one.queued).toEqual([]);
  });

  test('of hosts that the rollout does not bring', async () => {
    const one = scene();
    await begin(one.world, requestOf(['a']));
    expect(await takeBack(one.bot, { kind: 'cancel', hosts: [named('c')] }, asked)).toContain('nothing-running');
    expect(await placesOf(one)).toEqual(['a begun']);
  });
});
