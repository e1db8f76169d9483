import { describe, expect, test } from 'vitest';
import { parseFleetConfig } from '../../src/config/parse-fleet-config.ts';
import { parseFingerprint, parseHostName } from '../../src/core/names.ts';
import { actOnHosts, type Asked } from '../../src/jobs/host-acts.ts';
import { restoreLocks } from '../../src/jobs/mirror-locks.ts';
import { locksPayload, parseLocksPayload } from '../../src/rollout/locks-payload.ts';
import { personLockOn } from '../../src/rollout/person-lock.ts';
import { commit, fakeBot, repository } from './fake-bot.ts';

const named = (text: string) => {
  const name = parseHostName(text);
  if (name === null) throw new Error(`${text} is no name`);
  return name;
};
const keyOf = (letter: string) => {
  const key = parseFingerprint(`SHA256:${letter.repeat(43)}`);
  if (key === null) throw new Error(`${letter} makes no key`);
  return key;
};
const parsed = parseFleetConfig(`
hosts:
  one: { address: one, host_key: "${keyOf('A')}" }
  two: { address: two, host_key: "${keyOf('B')}" }
`);
if (parsed.kind !== 'config') throw new Error('a config');
const { config } = parsed;

const hosts = [named('one'), named('two')];
const asked = (by: string): Asked => ({ config, repository, branch: 'main', issue: 7, by, typed: 'as typed' });
const played = { commits: {}, head: commit('a') };
const noFlags = { adopt: false, force: false, reason: null };
const locking = { kind: 'lock', hosts, forMs: null, reason: 'new disks' } as const;

describe('the lock of a person', () => {
  test('is told to the forge, one entry for all hosts of one act, and taken off there too', async () => {
    const { bot, posted } = fakeBot(played);
    await actOnHosts(bot, locking, asked('ann'));
    await actOnHosts(bot, { kind: 'unlock', hosts: [named('one')], flags: noFlags }, asked('ann'));
    await actOnHosts(bot, { kind: 'unlock', hosts: [named('two')], flags: noFlags }, asked('ann'));
    expect(posted.map(({ posting }) => posting)).toMatchObject([
      {
        environment: 'fleetwright-locks',
        state: 'success',
        description: 'ann locked one, two: new disks',
        payload: { locks: [{ by: 'ann', reason: 'new disks', hosts }] },
      },
      { state: 'success', description: 'ann unlocked one', payload: { locks: [{ hosts: ['two'] }] } },
      { state: 'inactive', description: 'ann unlocked two', payload: { locks: [] } },
    ]);
  });

  test('that was refused is not told', async () => {
    const { bot, posted } = fakeBot(played);
    await actOnHosts(bot, locking, asked('ann'));
    posted.splice(0);
    expect(await actOnHosts(bot, locking, asked('ben'))).toContain('host-locked');
    expect(await actOnHosts(bot, { kind: 'unlock', hosts, flags: noFlags }, asked('ben'))).toContain('host-locked');
    expect(posted).toEqual([]);
  });

  test('is there again after the store was lost, by the machine that the config names now', async () => {
    const before = fakeBot(played);
    await actOnHosts(before.bot, locking, asked('ann'));
    const [last] = before.posted;
    const payload = last?.posting.kind === 'deployment' ? last.posting.payload : null;
    const { bot } = fakeBot(played);
    expect(await restoreLocks(bot, config, parseLocksPayload(payload) ?? [])).toEqual(hosts);
    expect(await personLockOn(bot.records, keyOf('A'), bot.clock.now())).toMatchObject({
      by: 'ann',
      reason: 'new disks',
    });
  });

  test.each([
    ['that ran out meanwhile', { by: 'ann', reason: 'x', since: 0, until: 1 }, 'one'],
    ['of a host that is gone', { by: 'ann', reason: 'x', since: 0, until: null }, 'three'],
  ])('%s is not put back', async (_, lock, host) => {
    const { bot } = fakeBot(played);
    expect(await restoreLocks(bot, config, [{ host: named(host), lock }])).toEqual([]);
  });

  test('that somebody put since stands', async () => {
    const { bot } = fakeBot(played);
    await actOnHosts(bot, locking, asked('ben'));
    const lock = { by: 'ann', reason: 'older', since: 0, until: null };
    expect(await restoreLocks(bot, config, [{ host: named('one'), lock }])).toEqual([]);
    expect(await personLockOn(bot.records, keyOf('A'), bot.clock.now())).toMatchObject({ by: 'ben' });
  });
});

describe('what the forge holds of locks', () => {
  test('is read back as it was, host by host', () => {
    const lock = { by: 'ann', reason: 'r', since: 5, until: 9 };
    const other = { ...lock, by: 'ben' };
    const locked = [
      { host: named('one'), lock },
      { host: named('two'), lock },
      { host: named('three'), lock: other },
    ];
    expect(parseLocksPayload(JSON.parse(JSON.stringify(locksPayload(locked))))).toEqual(locked);
  });

  test.each([
    [null],
    ['text'],
    [{ fleetwright: 2, locks: [] }],
    [{ fleetwright: 1, rollout: {} }],
    [{ fleetwright: 1, locks: [{ by: 'ann' }] }],
  ])('is nothing where it is something else: %j', (value) => {
    expect(parseLocksPayload(value)).toBeNull();
  });
});
