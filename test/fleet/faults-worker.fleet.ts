import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeployStepName } from '../../src/report/deploy-report.ts';
import { until } from '../e2e/bot-world.ts';
import { atRest } from './machines/at-rest.ts';
import { type Alone, type Fleet, startFleet } from './machines/fleet.ts';
import { activation, service } from './machines/nix-text.ts';

/** What may happen to the bot while it deploys to real hosts: its workers are killed and paused, its Redis is lost. */

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet();
});
afterAll(() => fleet?.close());

/** Another system each time: a host is used for several tests. */
const web = (word: string) => service('web', `exec sleep 1d # ${word}`);
const switching = 'systemctl is-active --quiet nixos-rebuild-switch-to-configuration.service';

/** What is wrong once the rollout is over: the host was to be deployed, once, and told so once. */
async function wrongAtTheEnd(alone: Alone, pull: number): Promise<readonly string[]> {
  const { host, bot } = alone;
  await bot.over(pull, [`${host.name} deployed`]);
  const reports = bot.comments(pull, '### Deploy of').length;
  const { running } = await host.snapshot();
  const wrong = await atRest(alone, { running, switches: { [running]: 1 } });
  return reports === 1 ? wrong : [...wrong, `the report stands there ${reports} times`];
}

const steps: readonly DeployStepName[] = [
  'look',
  'ship',
  'build',
  'keep',
  'compare',
  'approve',
  'test',
  'probe',
  'boot',
  'prove',
];

describe('a worker that is killed', { concurrent: true }, () => {
  test.each(steps)('when %s is the next step: another one ends the deploy, and activates once', (step) =>
    fleet.alone({}, async (alone) => {
      const { host, bot } = alone;
      const first = await bot.running();
      const { pull } = await bot.merge({ [host.name]: web(step) });
      // The first step is not stored before it is done.
      if (step === 'look') await first.said('rollout-begun');
      else await bot.step(host.name, step);
      await first.kill();
      const killed = Date.now();
      await bot.running();
      const resumed = bot.resumedAfter(host.name, killed + 50);
      expect(await wrongAtTheEnd(alone, pull)).toEqual([]);
      process.stdout.write(`killed when ${step} was next: resumed after ${await resumed} ms\n`);
    }),
  );

  test.each(['arm', 'disarm'] as const)('when %s is the next step: the watchdog is armed once, and disarmed', (step) =>
    fleet.alone({ on: 'griffin', hosts: { griffin: { watchdog: 'reboot' } } }, async (alone) => {
      const { host, bot } = alone;
      const { bootId } = await host.snapshot();
      const first = await bot.running();
      const { pull } = await bot.merge({ [host.name]: web(`watched ${step}`) });
      await bot.step(host.name, step);
      await first.kill();
      await bot.running();
      expect(await wrongAtTheEnd(alone, pull)).toEqual([]);
      expect((await host.snapshot()).bootId).toBe(bootId);
    }),
  );

  test('while a host reboots on a person’s word: the next one waits for it and proves the boot', () =>
    fleet.alone({ on: 'anubis' }, async (alone) => {
      const { host, bot } = alone;
      const first = await bot.running();
      const inhibited = (value: string) => `{ system.switch.inhibitors.dbus = "${value}"; }`;
      await bot.deploy({ [host.name]: inhibited('dbus') }, [`${host.name} deployed`]);
      const { bootId } = await host.snapshot();
      const merged = await bot.merge({ [host.name]: inhibited('broker') });
      const report = await bot.over(merged.pull, [`${host.name} boot-pending`]);
      const { profile } = await host.snapshot();
      await bot.say(merged.pull, /`(\/reboot \S+ @[0-9a-f]{12})`/.exec(report)?.[1] ?? 'no line to type');
      await bot.step(host.name, 'reboot');
      await first.kill();
      await bot.running();
      const told = () => bot.comments(merged.pull, '### Reboot of').find((body) => /\n\nDone\b/.test(body));
      expect(await until('the report of the reboot', told, 200_000)).toContain('deployed');
      const after = await host.snapshot();
      expect(after).toMatchObject({ running: profile, booted: profile });
      expect(after.bootId).not.toBe(bootId);
      expect(await atRest(alone, { running: profile })).toEqual([]);
    }));

  test('in the middle of an activation: the next one attaches to it', () =>
    fleet.alone({}, async (alone) => {
      const { host, bot } = alone;
      const first = await bot.running();
      const { pull } = await bot.merge({ [host.name]: activation('sleep 5') });
      await bot.step(host.name, 'test');
      await host.until(switching);
      await first.kill();
      await bot.running();
      expect(await wrongAtTheEnd(alone, pull)).toEqual([]);
    }));

  test('again and again: the fourth one ends the deploy', () =>
    fleet.alone({}, async (alone) => {
      const { host, bot } = alone;
      let worker = await bot.running();
      const { pull } = await bot.merge({ [host.name]: web('again and again') });
      for (const step of ['build', 'test', 'boot'] as const) {
        await bot.step(host.name, step);
        await worker.kill();
        worker = await bot.running();
      }
      expect(await wrongAtTheEnd(alone, pull)).toEqual([]);
    }));

  test('while it puts a host back: the next one puts it back', () =>
    fleet.alone({}, async (alone) => {
      const { host, bot } = alone;
      const { running } = await host.snapshot();
      const first = await bot.running();
      const bad = service('consul', 'exit 7', 'serviceConfig.Type = "oneshot";');
      const { pull } = await bot.merge({ [host.name]: bad });
      await bot.step(host.name, 'revert-test');
      await first.kill();
      await bot.running();
      await bot.over(pull, [`${host.name} reverted`]);
      expect(await atRest(alone, { running, switches: { [running]: 1 } })).toEqual([]);
    }));
});

describe('a worker that is paused', { concurrent: true }, () => {
  test('and wakes up when its host went to another does nothing to it any more', () =>
    fleet.alone({}, async (alone) => {
      const { host, bot } = alone;
      const first = await bot.running();
      const { pull } = await bot.merge({ [host.name]: activation('sleep 3') });
      await bot.step(host.name, 'test');
      await host.until(switching);
      process.kill(first.pid, 'SIGSTOP');
      await bot.running('jobs');
      await bot.step(host.name, 'boot');
      process.kill(first.pid, 'SIGCONT');
      await until('its word of the lost lock', () =>
        first.lines.find((line) => /lost its lock|Missing lock/.test(line)),
      );
      expect(await wrongAtTheEnd(alone, pull)).toEqual([]);
    }));
});

describe('the Redis of a bot', { concurrent: true }, () => {
  test('that is killed in the middle of an activation comes back with what it knew', () =>
    fleet.alone({}, async (alone) => {
      const { host, bot } = alone;
      await bot.running();
      const { pull } = await bot.merge({ [host.name]: activation('sleep 4') });
      await bot.step(host.name, 'test');
      await host.until(switching);
      const client = bot.redis.client();
      const pid = Number(/process_id:(\d+)/.exec(await client.info('server'))?.[1]);
      client.disconnect();
      process.kill(pid, 'SIGKILL');
      expect(await wrongAtTheEnd(alone, pull)).toEqual([]);
    }));

  test('that is lost with all its data in the middle of an activation is made anew from the forge and the host', () =>
    fleet.alone({}, async (alone) => {
      const { host, bot } = alone;
      const first = await bot.running();
      // The host has seen tokens that the new Redis will count up to again.
      await bot.deploy({ [host.name]: service('first', 'exec sleep 1d') }, [`${host.name} deployed`]);
      await bot.deploy({ [host.name]: service('second', 'exec sleep 1d') }, [`${host.name} deployed`]);
      const { pull } = await bot.merge({ [host.name]: activation('sleep 8') });
      await bot.step(host.name, 'test');
      await host.until(switching);
      await until('the deployment on the forge', () => (bot.openDeployments().length > 0 ? true : null));
      await first.kill();
      const client = bot.redis.client();
      await client.flushall();
      client.disconnect();
      await bot.running();
      expect(await wrongAtTheEnd(alone, pull)).toEqual([]);
    }));
});

describe('two rollouts that want one host', { concurrent: true }, () => {
  test('get it one after the other', () =>
    fleet.alone({}, async (alone) => {
      const { host, bot } = alone;
      await bot.running();
      const one = await bot.merge({ [host.name]: activation('sleep 5') });
      await bot.step(host.name, 'test');
      const two = await bot.merge({ [host.name]: web('the second') });
      await bot.over(one.pull, [`${host.name} deployed`]);
      await bot.over(two.pull, [`${host.name} deployed`]);
      expect(await host.inside('systemctl is-active web.service')).toBe('active\n');
      const { running, switches } = await host.snapshot();
      expect(Object.values(switches)).toEqual([1, 1]);
      expect(await atRest(alone, { running })).toEqual([]);
    }));
});
