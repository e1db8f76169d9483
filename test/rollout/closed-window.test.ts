import { describe, expect, test } from 'vitest';
import { advance } from '../../src/rollout/advance.ts';
import { wakeups } from '../../src/rollout/wakeups.ts';
import type { Policy } from '../../src/rollout/shapes.ts';
import type { Rollout } from '../../src/rollout/rollout.ts';
import {
  begin,
  deployOf,
  hostOf,
  named,
  newWorld,
  plainOrder,
  policy,
  requestOf,
  work,
  type World,
} from './deploying.ts';

/** A rollout during which deploys close: what has begun is finished, and the rest waits. */

const at = (time: string) => Date.parse(`2026-11-22T${time}:00Z`);
const frozen = (from: string, until: string): NonNullable<Policy['times']> => ({
  time_zone: 'UTC',
  windows: [],
  freeze: [{ from: `2026-11-22T${from}`, until: `2026-11-22T${until}`, reason: 'the fair' }],
});
const oneByOne = { ...plainOrder, size: 1 };

async function rolloutOf(world: World): Promise<Rollout> {
  const rollout = await world.deps.rollouts.read('r1');
  if (rollout === null) throw new Error('it was begun');
  return rollout;
}

describe('a rollout over which deploys close', () => {
  test('finishes the host that it began, and begins the next when they open again', async () => {
    const world = newWorld(['a', 'b']);
    // Out of reach over the moment at which the freeze begins.
    hostOf(world, 'a').trouble = (call) =>
      call === 'build' && world.clock.now() < at('12:04') ? { kind: 'cut', ms: 50_000 } : null;
    const times = frozen('12:01', '13:00');
    const wake = await begin(world, requestOf(['a', 'b'], { order: oneByOne, policy: { ...policy, times } }));
    await work(world, wake);
    const [a, b] = [await deployOf(world, 'a'), await deployOf(world, 'b')];
    expect([a.outcome, b.outcome]).toEqual(['deployed', 'deployed']);
    expect(a.endedAt).toBeLessThan(at('13:00'));
    expect(a.endedAt).toBeGreaterThan(at('12:01'));
    expect(b.startedAt).toBeGreaterThanOrEqual(at('13:00'));
    expect((await rolloutOf(world)).waits).toBeNull();
  });

  test.each([
    ['all of a wave that may run beside each other', 10, plainOrder, at('12:00')],
    ['the others of its own wave', 1, plainOrder, at('13:00')],
  ])('holds back %s only where they have not begun', async (_, parallel, order, since) => {
    const world = newWorld(['a', 'b']);
    const times = frozen('12:00', '13:00');
    const request = requestOf(['a', 'b'], { order, policy: { ...policy, parallel } });
    const wake = await begin(world, request);
    // It closes right after the begin.
    const begun = await rolloutOf(world);
    const closed = { ...begun, policy: { ...begun.policy, times } };
    await world.records.remove('rollout:r1');
    await world.deps.rollouts.begin(closed);
    await work(world, wake);
    expect((await deployOf(world, 'b')).startedAt).toBeGreaterThanOrEqual(since);
    expect((await deployOf(world, 'b')).startedAt).toBeLessThan(since + 120_000);
  });

  test('says until when it waits, wakes one host then, and says nothing where nobody waits', async () => {
    const world = newWorld(['a', 'b']);
    await begin(world, requestOf(['a', 'b'], { order: oneByOne }));
    const begun = await rolloutOf(world);
    const rollout = { ...begun, policy: { ...begun.policy, times: frozen('12:30', '14:00') } };
    const closed = advance(rollout, [], at('12:45'));
    expect(closed.waits).toEqual({ until: at('14:00'), reason: 'the fair' });
    expect(advance(closed, [], at('12:46'))).toBe(closed);
    expect(wakeups(rollout, closed, at('12:45'))).toEqual([
      { rollout: 'r1', host: 'b', delayMs: at('14:00') - at('12:45') },
    ]);
    // After a crash everybody is woken again, whoever runs and whoever waits.
    expect(wakeups(null, closed, at('13:59')).map(({ host, delayMs }) => [host, delayMs])).toEqual([
      ['a', undefined],
      ['b', 60_000],
    ]);
    const taken = advance(closed, [{ kind: 'cancelled', by: 'ann', hosts: [named('b')] }], at('12:50'));
    expect(taken.waits).toBeNull();
  });

  test('is not held back where the windows do not hold for it', async () => {
    const world = newWorld(['a', 'b']);
    await work(
      world,
      await begin(world, requestOf(['a', 'b'], { order: oneByOne, policy: { ...policy, times: null } })),
    );
    expect((await deployOf(world, 'b')).startedAt).toBeLessThan(at('12:30'));
  });
});
