import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HostName } from '../../src/core/names.ts';
import { changeRecord } from '../../src/rollout/change-record.ts';
import { newHostRecord, type HostRecord } from '../../src/rollout/host-record.ts';
import { hostRecord } from '../../src/rollout/host-turns.ts';
import { takeSeats } from '../../src/rollout/seats.ts';
import type { Policy } from '../../src/rollout/shapes.ts';
import {
  begin,
  deployOf,
  fingerprintOf,
  hostOf,
  named,
  newSystem,
  newWorld,
  policy,
  requestOf,
  sha,
  work,
  type World,
} from './deploying.ts';

/** Clusters of which only so many hosts may be away, whichever rollouts take them. */

const cluster = (most: number, tag = 'consul', hosts = ['a', 'b', 'c']): Policy['groups'][number] => ({
  tag,
  most,
  hosts: hosts.map(named),
  machines: hosts.map(fingerprintOf),
});
const grouped = (...groups: Policy['groups']): Policy => ({ ...policy, groups });

/** A world that counts how many hosts are being deployed at once. */
function counting(names: readonly string[]): World & { most(): number } {
  const active = new Set<string>();
  let most = 0;
  const world = newWorld(names, {
    onChange: (rollout, deploy) => {
      const key = `${rollout.id}:${deploy.host}`;
      if (deploy.outcome === null && deploy.queued === null) active.add(key);
      else active.delete(key);
      most = Math.max(most, active.size);
    },
  });
  return { ...world, most: () => most };
}

const remember = (world: World, host: string, change: (record: HostRecord) => HostRecord) =>
  changeRecord(world.records, hostRecord(fingerprintOf(host)), (known) =>
    change(known ?? newHostRecord(fingerprintOf(host))),
  );
const outcomeOf = async (world: World, host: string, rollout: string) => (await deployOf(world, host, rollout)).outcome;
const held =
  (outcome: 'needs-hands' | 'reverted') =>
  (record: HostRecord): HostRecord => ({
    ...record,
    held: { rollout: 'r0', outcome, reason: null, sha, bad: null, since: 0 },
  });

describe('two rollouts at once', () => {
  test.each([
    [1, 1],
    [2, 2],
  ])('take at most %i of one cluster', async (most, seen) => {
    const world = counting(['a', 'b', 'c']);
    const more = { policy: grouped(cluster(most)) };
    const first = await begin(world, requestOf(['a', 'b'], more));
    const second = await begin(world, requestOf(['c'], { ...more, id: 'r2' }));
    await work(world, [...first, ...second]);
    expect(world.most()).toBe(seen);
    expect(await outcomeOf(world, 'a', 'r1')).toBe('deployed');
    expect(await outcomeOf(world, 'b', 'r1')).toBe('deployed');
    expect(await outcomeOf(world, 'c', 'r2')).toBe('deployed');
  });

  test('that want hosts of two clusters crosswise both come to their end', async () => {
    const world = counting(['a', 'b', 'c', 'd']);
    const groups = [cluster(1, 'one', ['a', 'd', 'b']), cluster(1, 'two', ['b', 'c', 'a'])];
    const first = await begin(world, requestOf(['a', 'c'], { policy: grouped(...groups) }));
    const second = await begin(world, requestOf(['b', 'd'], { id: 'r2', policy: grouped(...[...groups].reverse()) }));
    await work(world, [...first, ...second]);
    for (const [host, rollout] of [
      ['a', 'r1'],
      ['c', 'r1'],
      ['b', 'r2'],
      ['d', 'r2'],
    ] as const)
      expect([host, await outcomeOf(world, host, rollout)]).toEqual([host, 'deployed']);
  });

  test('do not wait for hosts of no cluster', async () => {
    const world = counting(['a', 'b', 'w', 'x']);
    const more = { policy: grouped(cluster(1)) };
    const first = await begin(world, requestOf(['a', 'w'], more));
    const second = await begin(world, requestOf(['x'], { ...more, id: 'r2' }));
    await work(world, [...first, ...second]);
    expect(world.most()).toBe(3);
  });

  test('say whom a host waits for', async () => {
    const queued: string[] = [];
    const world = newWorld(['a', 'b'], {
      onChange: (_, deploy) => {
        if (deploy.queued !== null)
          queued.push(`${deploy.host} behind ${deploy.queued.behind} (${deploy.queued.position})`);
      },
    });
    const more = { policy: grouped(cluster(1, 'consul', ['a', 'b'])) };
    const first = await begin(world, requestOf(['a'], more));
    const second = await begin(world, requestOf(['b'], { ...more, id: 'r2' }));
    await work(world, [...first, ...second]);
    expect(queued).toEqual(['b behind r1 (1)']);
  });
});

test('however rollouts and clusters overlap, no cluster loses more than it may, and every rollout ends', async () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const some = fc.subarray(names, { minLength: 1 });
  const anyGroups = fc.array(fc.record({ hosts: some, most: fc.integer({ min: 1, max: 2 }) }), { maxLength: 3 });
  const anyRollouts = fc.array(some, { minLength: 1, maxLength: 4 });
  const anyBad = fc.subarray(names, { maxLength: 2 });
  await fc.assert(
    fc.asyncProperty(anyGroups, anyRollouts, anyBad, async (drawn, rollouts, bad) => {
      const groups = drawn.map(({ hosts, most }, index) => cluster(most, `tag${index}`, hosts));
      const active = new Set<string>();
      const broken: string[] = [];
      const world = newWorld(names, {
        onChange: (rollout, deploy) => {
          const key = `${rollout.id} ${deploy.host}`;
          if (deploy.outcome === null && deploy.queued === null) active.add(key);
          else active.delete(key);
          const busy = new Set([...active].map((one) => one.split(' ')[1]));
          for (const { tag, most, hosts } of groups) {
            const away = hosts.filter((host) => busy.has(host));
            if (away.length > most) broken.push(`${tag}: ${away.join(' ')}`);
          }
        },
      });
      // Some are put back, and are well again.
      for (const host of bad) hostOf(world, host).manners.set(newSystem, { unwell: true });
      const wake = [];
      for (const [index, hosts] of rollouts.entries())
        wake.push(...(await begin(world, requestOf(hosts, { id: `r${index}`, policy: grouped(...groups) }))));
      await work(world, wake);
      expect(broken).toEqual([]);
      for (const index of rollouts.keys())
        expect((await world.deps.rollouts.read(`r${index}`))?.endedAt).not.toBeNull();
    }),
    { numRuns: 40 },
  );
});

describe('a host of a cluster', () => {
  test.each([
    ['needs hands', held('needs-hands'), 'refused'],
    ['was put back and is well', held('reverted'), 'deployed'],
  ])('while another one %s ends as it must', async (_, how, outcome) => {
    const world = newWorld(['a', 'b']);
    await remember(world, 'a', how);
    await work(world, await begin(world, requestOf(['b'], { policy: grouped(cluster(1)) })));
    expect(await deployOf(world, 'b')).toMatchObject({ outcome });
  });

  test('that is offline leaves the others of another rollout where they are, by name', async () => {
    const world = newWorld(['a', 'b']);
    const more = { policy: grouped(cluster(1)) };
    const off = hostOf(world, 'a');
    off.trouble = (call) => (call === 'look' ? { kind: 'cut', ms: 600_000 } : null);
    await work(world, await begin(world, requestOf(['a'], more)));
    expect(await outcomeOf(world, 'a', 'r1')).toBe('offline');
    await work(world, await begin(world, requestOf(['b'], { ...more, id: 'r2' })));
    expect(await deployOf(world, 'b', 'r2')).toMatchObject({
      outcome: 'refused',
      reason: { code: 'too-few-available', facts: { tag: 'consul', hosts: ['a'] } },
    });
    expect(hostOf(world, 'b').journal).toEqual([]);
  });

  test('is not kept waiting by a rollout that is gone', async () => {
    const world = newWorld(['a', 'b']);
    const more = { policy: grouped(cluster(1)) };
    // A worker took the seat, and died with everything that was known of its rollout.
    await begin(world, requestOf(['a'], { ...more, id: 'r0' }));
    const rollout = await world.deps.rollouts.read('r0');
    if (rollout === null) throw new Error('the rollout was begun');
    expect(await takeSeats(world.deps, rollout, named('a'), { must: false })).toEqual({ kind: 'seated' });
    await world.records.remove('rollout:r0');
    await work(world, await begin(world, requestOf(['b'], more)));
    expect(await outcomeOf(world, 'b', 'r1')).toBe('deployed');
  });

  test('is looked at by a verify at any time', async () => {
    const world = newWorld(['a', 'b']);
    await remember(world, 'a', held('needs-hands'));
    const hosts: readonly HostName[] = [named('b')];
    await work(world, await begin(world, requestOf(hosts, { kind: 'verify', sha: null, policy: grouped(cluster(1)) })));
    expect(await outcomeOf(world, 'b', 'r1')).toBe('unchanged');
  });
});
