import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../e2e/bot-world.ts';
import { atRest } from './machines/at-rest.ts';
import type { FleetBot } from './machines/fleet-bot.ts';
import { type Fleet, startFleet } from './machines/fleet.ts';
import { service } from './machines/nix-text.ts';

/** Machines that are off while others are deployed to, and on again later. */

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet();
});
afterAll(() => fleet?.close());

/** Times that tests can wait for. */
const short = { reach_seconds: 5, activate_seconds: 15, probe_seconds: 4 };
const web = (word: string) => service('web', `exec sleep 1d # ${word}`);

/** The report in which the host was offline, once it says that the host was caught up. */
function caughtUp(bot: FleetBot, pull: number): Promise<string> {
  const said = () => bot.comments(pull, '### Deploy of').find((body) => body.includes('was caught up'));
  return until(`the word of #${pull} that it was caught up`, said, 200_000);
}

describe('a real host that was off', { concurrent: true }, () => {
  test('when two changes were merged is brought to the later one once it is on, and both reports say so', () =>
    fleet.alone({ deploy: short }, async (alone) => {
      const { host, bot } = alone;
      await bot.running();
      const { running } = await host.snapshot();
      await host.powerOff();
      const first = await bot.deploy({ [host.name]: web('first') }, [`${host.name} offline`]);
      await until('the promise', () => bot.comments(first.pull, 'is asked again until it answers')[0]);
      const second = await bot.deploy({ [host.name]: web('second') }, [`${host.name} offline`]);
      await host.powerOn();
      await caughtUp(bot, first.pull);
      await caughtUp(bot, second.pull);
      expect(
        await host.inside('systemctl cat web.service; cat $(systemctl cat web.service | sed -n "s/^ExecStart=//p")'),
      ).toContain('second');
      const after = await host.snapshot();
      expect(after.running).not.toBe(running);
      expect(await atRest(alone, { running: after.running, switches: { [after.running]: 1 } })).toEqual([]);
    }));

  test('is brought to what it missed although the worker and its Redis were lost meanwhile', () =>
    fleet.alone({ deploy: short }, async (alone) => {
      const { host, bot } = alone;
      const worker = await bot.running();
      await bot.deploy({ [host.name]: web('before') }, [`${host.name} deployed`]);
      await host.powerOff();
      const { pull } = await bot.deploy({ [host.name]: web('missed') }, [`${host.name} offline`]);
      await until('the closed deployment', () => (bot.openDeployments().length === 0 ? true : null));
      await worker.kill();
      const client = bot.redis.client();
      await client.flushall();
      client.disconnect();
      await host.powerOn();
      await bot.running();
      await caughtUp(bot, pull);
      const { running } = await host.snapshot();
      expect(await atRest(alone, { running, switches: { [running]: 1 } })).toEqual([]);
    }));

  test('and is locked by a person is left alone until the lock is taken off', () =>
    fleet.alone({ deploy: short }, async (alone) => {
      const { host, bot } = alone;
      await bot.running();
      const before = (await host.snapshot()).running;
      await host.powerOff();
      const { pull } = await bot.deploy({ [host.name]: web('locked') }, [`${host.name} offline`]);
      await bot.say(pull, `/lock ${host.name} --reason "its disk is being replaced"`);
      await host.powerOn();
      await until('the word of the lock', () => bot.comments(pull, 'is not brought to what it missed yet')[0]);
      expect((await host.snapshot()).running).toBe(before);
      await bot.say(pull, `/unlock ${host.name}`);
      await caughtUp(bot, pull);
      const { running } = await host.snapshot();
      expect(await atRest(alone, { running, switches: { [running]: 1 } })).toEqual([]);
    }));
});
