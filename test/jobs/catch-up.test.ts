import { describe, expect, test } from 'vitest';
import { Fault } from '../../src/core/fault.ts';
import { parseFingerprint, parseHostName } from '../../src/core/names.ts';
import type { Bot } from '../../src/jobs/bot.ts';
import { catchUp } from '../../src/jobs/catch-up.ts';
import { askWhenBack, sweepMissed } from '../../src/jobs/wake-catch-up.ts';
import { changeRecord, readRecord } from '../../src/rollout/change-record.ts';
import { type HostRecord, type Missed, newHostRecord } from '../../src/rollout/host-record.ts';
import { hostRecord } from '../../src/rollout/host-turns.ts';
import { putPersonLock } from '../../src/rollout/person-lock.ts';
import { commit, fakeBot, type Played, repository } from './fake-bot.ts';

/** The asking of a host that was offline, turn by turn. */

function parsed<Value>(value: Value | null): Value {
  if (value === null) throw new Error('the test names something impossible');
  return value;
}
const griffin = parsed(parseHostName('griffin'));
const key = parsed(parseFingerprint(`SHA256:${'A'.repeat(43)}`));
const config = (more = '') => `hosts:\n  griffin: { address: one, host_key: "${key}" }\n${more}`;
const tip = commit('d');
const played = (more: Partial<Played> = {}, file = config()): Played => ({
  commits: { [tip]: { '.github/fleetwright.yml': file } },
  head: tip,
  ...more,
});
const start = Date.parse('2026-11-22T12:00:00Z');
const missedIn = (rollout: string, digit = 'd'): Missed => ({
  rollout,
  host: griffin,
  repository,
  pullRequest: 7,
  by: 'ann',
  sha: commit(digit),
  touched: 'shared',
  records: [],
  derived: [],
  away: true,
  since: start,
});

/** A bot whose host answers, or does not; with what it missed. */
async function sceneOf(
  missed: readonly Missed[],
  { answers = true, more = {}, file }: { answers?: boolean; more?: Partial<Played>; file?: string } = {},
) {
  const scene = fakeBot(played(more, file));
  const looked: string[] = [];
  const bot: Bot = {
    ...scene.bot,
    drive: {
      ...scene.bot.drive,
      machines: () => ({
        open: async (host) => {
          looked.push(host);
          if (!answers) throw new Fault('connection-lost', 'connecting', 'later');
          const machine = { look: async () => ({}), close: async () => {} };
          return machine as unknown as Awaited<ReturnType<ReturnType<Bot['drive']['machines']>['open']>>;
        },
      }),
    },
  };
  const remember = (change: Partial<HostRecord>) =>
    changeRecord(bot.records, hostRecord(key), (known) => ({ ...(known ?? newHostRecord(key)), ...change }));
  await remember({ missed: [...missed] });
  const recordNow = async () => (await readRecord(bot.records, hostRecord(key))) ?? newHostRecord(key);
  const begun = () => scene.queued.filter(({ queue }) => queue === 'rollout').map(({ payload }) => payload);
  const turns = () => scene.queued.filter(({ queue }) => queue === 'catch-up').map(({ payload }) => payload);
  return { ...scene, bot, looked, remember, recordNow, begun, turns };
}
const job = (turn = 0) => ({ fingerprint: key, turn });

describe('a host that missed something', () => {
  test('and answers is brought to it, by a rollout of its own', async () => {
    const { bot, begun, turns, recordNow } = await sceneOf([missedIn('m7-1')]);
    await catchUp(bot, job());
    expect(begun()).toMatchObject([
      { kind: 'catch-up', sha: tip, host: 'griffin', pullRequest: 7, by: 'ann', catchesUp: ['m7-1'] },
    ]);
    // Asked on until its record says that nothing is missed: a crash in between loses nothing.
    expect(turns()).toEqual([job(1)]);
    expect((await recordNow()).asked).toBe(1);
  });

  test('and does not answer is asked again, and told of once', async () => {
    const { bot, begun, turns, looked } = await sceneOf([missedIn('m7-1')], { answers: false });
    await catchUp(bot, job(0));
    await catchUp(bot, job(1));
    expect(begun()).toEqual([]);
    expect(turns()).toEqual([job(1), job(2)]);
    expect(looked).toEqual(['griffin', 'griffin']);
  });

  test('twice is brought to the newer commit, which stands for both from then on', async () => {
    const { bot, begun, recordNow } = await sceneOf([missedIn('m6-1', 'c'), missedIn('m7-1')], {
      more: { isAncestor: false },
    });
    const forge = { ...bot.forge, compare: async (_: unknown, one: string, other: string) => ancestors(one, other) };
    await catchUp({ ...bot, forge }, job());
    expect(begun()).toMatchObject([{ sha: tip, catchesUp: ['m6-1', 'm7-1'] }]);
    expect((await recordNow()).missed.map(({ rollout }) => rollout)).toEqual(['m7-1']);
  });

  test('is asked by one asker: a turn that was used up does nothing', async () => {
    const { bot, begun, turns, looked } = await sceneOf([missedIn('m7-1')]);
    await catchUp(bot, job(0));
    await catchUp(bot, job(0));
    expect({ begun: begun().length, turns: turns().length, looked: looked.length }).toEqual({
      begun: 1,
      turns: 1,
      looked: 1,
    });
  });

  test('asks nobody, neither the host nor the forge, while a person keeps it locked', async () => {
    const { bot, begun, looked } = await sceneOf([missedIn('m7-1')]);
    await putPersonLock(bot.records, key, { by: 'ben', reason: 'disks', since: 0, until: null });
    const forge = { ...bot.forge, defaultBranch: asked, branchHead: asked, compare: asked, pullRequest: asked };
    await catchUp({ ...bot, forge }, job());
    expect({ begun: begun(), looked }).toEqual({ begun: [], looked: [] });
  });

  test('costs the forge nothing while it does not answer', async () => {
    const { bot, turns } = await sceneOf([missedIn('m6-1', 'c'), missedIn('m7-1')], { answers: false });
    const forge = { ...bot.forge, defaultBranch: asked, branchHead: asked, compare: asked, pullRequest: asked };
    await catchUp({ ...bot, forge }, job());
    expect(turns()).toEqual([job(1)]);
  });

  test('is not looked at while somebody works on it', async () => {
    const { bot, begun } = await sceneOf([missedIn('m7-1')]);
    await bot.drive.locks.acquire(key, { owner: 'another', reason: 'deploy', expireAfterMs: 1e12 });
    await catchUp(bot, job());
    expect(begun()).toEqual([]);
  });

  test.each<[string, Partial<HostRecord>]>([
    ['it is held', { held: { rollout: 'r0', outcome: 'reverted', reason: null, sha: tip, bad: null, since: 0 } }],
    [
      'it runs the commit already',
      { current: { path: '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-nixos-system-a' as never, sha: tip, at: 1 } },
    ],
  ])('is left alone for good where %s', async (_, change) => {
    const { bot, begun, remember, recordNow, looked } = await sceneOf([missedIn('m7-1')]);
    await remember(change);
    await catchUp(bot, job());
    expect(begun()).toEqual([]);
    expect(looked).toEqual(['griffin']);
    expect((await recordNow()).missed).toEqual([]);
  });

  test('is forgotten where the config names another machine by now', async () => {
    const file = `hosts:\n  griffin: { address: one, host_key: "SHA256:${'B'.repeat(43)}" }\n`;
    const { bot, begun, recordNow } = await sceneOf([missedIn('m7-1')], { file });
    await catchUp(bot, job());
    expect(begun()).toEqual([]);
    expect((await recordNow()).missed).toEqual([]);
  });

  test('waits out a freeze', async () => {
    const freeze = 'deploy: { freeze: [{ from: 2026-11-01, until: 2026-12-24, reason: holidays }] }\n';
    const { bot, begun, turns, looked } = await sceneOf([missedIn('m7-1')], { file: config(freeze) });
    await catchUp(bot, job());
    expect({ begun: begun(), looked }).toEqual({ begun: [], looked: ['griffin'] });
    expect(turns()).toEqual([job(1)]);
  });

  test('is asked again where the forge cannot be read', async () => {
    const { bot, begun, turns } = await sceneOf([missedIn('m7-1')]);
    const forge = {
      ...bot.forge,
      branchHead: async () => {
        throw new Fault('forge-unavailable', 'reading', 'later');
      },
    };
    await catchUp({ ...bot, forge }, job());
    expect(begun()).toEqual([]);
    expect(turns()).toEqual([job(1)]);
  });
});

describe('a turn', () => {
  test('that finds nothing to do is used up, so that the next offline begins with another', async () => {
    const { bot, turns, recordNow } = await sceneOf([]);
    await catchUp(bot, job(0));
    expect(turns()).toEqual([]);
    expect((await recordNow()).asked).toBe(1);
  });

  test('of a host that nothing is remembered of does nothing', async () => {
    const { bot, turns } = await sceneOf([]);
    await bot.records.remove(hostRecord(key).key);
    await catchUp(bot, job(0));
    expect(turns()).toEqual([]);
  });

  test('is begun after a start for every host that missed something', async () => {
    const { bot, turns, remember } = await sceneOf([missedIn('m7-1')]);
    await remember({ asked: 4 });
    await sweepMissed(bot);
    expect(turns()).toEqual([job(4)]);
  });

  test('is begun by the end of the rollout in which the host was offline, once', async () => {
    const { bot, queued } = await sceneOf([missedIn('m7-1')]);
    const hosts = { griffin: { fingerprint: key, state: { kind: 'ended', outcome: 'offline', reason: null } } };
    const rollout = { id: 'm7-1', hosts } as unknown as Parameters<typeof askWhenBack>[1];
    await askWhenBack(bot, rollout, griffin);
    await askWhenBack(bot, rollout, griffin);
    expect(new Set(queued.map(({ id }) => id)).size).toBe(1);
    expect(queued[0]?.payload).toEqual(job(0));
  });
});

const asked = (): never => {
  throw new Error('the forge was asked');
};

/** `c` is below `d`, and every commit below itself. */
const ancestors = (one: string, other: string) => ({
  mergeBase: null,
  isAncestor: one === other || (one === commit('c') && other === tip),
  files: [],
});
