import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sshLinks } from '../../src/adapters/ssh/ssh-links.ts';
import { parseFleetConfig } from '../../src/config/parse-fleet-config.ts';
import { parseHostName, parseRepositoryName, parseStorePath } from '../../src/core/names.ts';
import { systemClock } from '../../src/core/system-clock.ts';
import { machinesOverSsh } from '../../src/host/machine-over-ssh.ts';
import type { Machine } from '../../src/host/machine.ts';
import { until } from '../e2e/bot-world.ts';
import { atRest } from './machines/at-rest.ts';
import { type Fleet, startFleet } from './machines/fleet.ts';
import type { FleetHost } from './machines/fleet-host.ts';
import { activation, service } from './machines/nix-text.ts';
import { repository } from './machines/fleet-bot.ts';

/** What people do in the middle of deploys to real hosts, and what others of the bot's own kind do. */

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet();
});
afterAll(() => fleet?.close());

const switching = 'systemctl is-active --quiet nixos-rebuild-switch-to-configuration.service';
const web = (word: string) => service('web', `exec sleep 1d # ${word}`);
const slowBuild = (seconds: number) =>
  `{ pkgs, ... }: { environment.systemPackages = [ (pkgs.runCommand "slow" { } "sleep ${seconds}; mkdir $out") ]; }`;

describe('a rollout that a person takes back', { concurrent: true }, () => {
  test('while the host builds ends cancelled: the build is ended, and nothing was activated', () =>
    fleet.alone({}, async (alone) => {
      const { host, bot } = alone;
      const { running } = await host.snapshot();
      await bot.running();
      const { pull } = await bot.merge({ [host.name]: slowBuild(60) });
      await bot.step(host.name, 'build');
      await host.until('pgrep -f "[n]ixos-rebuild build"');
      await bot.say(pull, `/cancel ${host.name}`);
      const report = await bot.over(pull, [`${host.name} cancelled`]);
      expect(report).toContain('ann');
      await host.until('! pgrep -f "[n]ixos-rebuild build"');
      expect(await atRest(alone, { running, switches: {} })).toEqual([]);
    }));

  test('while the host activates is brought to its end, and the person is told so', () =>
    fleet.alone({}, async (alone) => {
      const { host, bot } = alone;
      await bot.running();
      const { pull } = await bot.merge({ [host.name]: activation('sleep 8') });
      await bot.step(host.name, 'test');
      await host.until(switching);
      await bot.say(pull, '/stop');
      await until('the answer', () => bot.comments(pull, 'never interrupted half-way')[0]);
      await bot.over(pull, [`${host.name} deployed`]);
      const { running } = await host.snapshot();
      expect(await atRest(alone, { running, switches: { [running]: 1 } })).toEqual([]);
    }));
});

describe('the lock of a person', { concurrent: true }, () => {
  test('keeps a merge away although the worker and its Redis were lost since', () =>
    fleet.alone({}, async (alone) => {
      const { host, bot } = alone;
      const { running } = await host.snapshot();
      const worker = await bot.running();
      const first = await bot.merge({ 'README.md': 'nothing for any host' });
      await bot.say(first.pull, `/lock ${host.name} --reason "its disk is being replaced"`);
      await until('the answer', () => bot.comments(first.pull, 'is locked by')[0]);
      await until('the lock on the forge', () =>
        bot.forge.seen.deployments(repository).find(({ environment }) => environment === 'fleetwright-locks'),
      );
      await worker.kill();
      const client = bot.redis.client();
      await client.flushall();
      client.disconnect();
      const second = await bot.running();
      await second.said('locks-restored');
      const { pull } = await bot.merge({ [host.name]: web('locked') });
      await until('the refusal', () => bot.comments(pull, 'host-locked')[0]);
      expect(await atRest(alone, { running, switches: {} })).toEqual([]);
    }));
});

describe('an older worker', { concurrent: true }, () => {
  test('that wakes up when its host went to another is refused by the host itself', () =>
    fleet.alone({}, async (alone) => {
      const { host, bot } = alone;
      await bot.running();
      await bot.deploy({ [host.name]: web('newer') }, [`${host.name} deployed`]);
      const before = await host.snapshot();
      const old = await machineOf(host);
      const path = parseStorePath((await host.inside('readlink -e /nix/var/nix/profiles/system-1-link')).trim());
      if (path === null) throw new Error('a first system');
      const follow = { onOutput: () => undefined, deadlineMs: 10_000 };
      await expect(old.activate('r1-00000000-test-1', 'test', path, follow)).rejects.toMatchObject({
        code: 'fenced-off',
      });
      await expect(old.keep('r1-00000000', [path])).rejects.toMatchObject({ code: 'fenced-off' });
      await expect(old.release('r1-00000000')).rejects.toMatchObject({ code: 'fenced-off' });
      await old.close();
      expect(await host.snapshot()).toMatchObject({ running: before.running, profile: before.profile });
      expect(await atRest(alone, { running: before.running, switches: { [before.running]: 1 } })).toEqual([]);
    }));
});

/** The host as a worker sees it that holds the first token of all. */
async function machineOf(host: FleetHost): Promise<Machine> {
  const parsed = parseFleetConfig(`hosts: { ${host.name}: { address: ${host.address}, host_key: "${host.hostKey}" } }`);
  const [name, own] = [parseHostName(host.name), parseRepositoryName(repository)];
  if (parsed.kind !== 'config' || name === null || own === null) throw new Error('a config of one host');
  const machines = machinesOverSsh({
    repository: own,
    fleet: parsed.config,
    links: sshLinks({ privateKey: fleet.clientKey, clock: systemClock }),
    bundles: { bundle: unused },
    asker: { ask: unused },
    clock: systemClock,
  } as unknown as Parameters<typeof machinesOverSsh>[0]);
  return machines.open(name, 1);
}
const unused = (): never => {
  throw new Error('not asked here');
};

describe('several real hosts', () => {
  test('of one cluster: two pull requests that are merged at once never take two of three', async () => {
    const names = ['griffin', 'wolfhound', 'blackjack'] as const;
    const consul = { tags: ['consul'] };
    const bot = await fleet.bot(names, {
      hosts: Object.fromEntries(names.map((name) => [name, consul])),
      deploy: { tags: { consul: { max_unavailable: 1 } } },
    });
    await bot.running();
    const one = await bot.merge({ griffin: activation('sleep 4'), wolfhound: activation('sleep 4') });
    const two = await bot.merge({ blackjack: activation('sleep 4') });
    let most = 0;
    let over = false;
    const watching = (async () => {
      while (!over) {
        const runs = await Promise.all(names.map((name) => fleet.host(name).run(switching)));
        most = Math.max(most, runs.filter(({ code }) => code === 0).length);
      }
    })();
    await bot.over(one.pull, ['griffin deployed', 'wolfhound deployed']);
    await bot.over(two.pull, ['blackjack deployed']);
    over = true;
    await watching;
    expect(most).toBe(1);
    for (const name of names) {
      const host = fleet.host(name);
      const { running } = await host.snapshot();
      expect(await atRest({ host, bot }, { running, switches: { [running]: 1 } })).toEqual([]);
    }
    await bot.close();
  });

  test('over which deploys close: the one that was begun is finished, the other one waits until they open', async () => {
    // Closes in this minute's end, opens a minute later.
    const minute = (at: number) => new Date(at).toISOString().slice(0, 16);
    const now = Date.now();
    const closes = Math.ceil((now + 20_000) / 60_000) * 60_000;
    const bot = await fleet.bot(['anubis', 'kestrel'], {
      deploy: {
        wave_size: 1,
        freeze: [{ from: minute(closes), until: minute(closes + 60_000), reason: 'the fair' }],
      },
    });
    await bot.running();
    const seconds = Math.ceil((closes - now) / 1000) + 5;
    const { pull } = await bot.merge({ anubis: activation(`sleep ${seconds}`), kestrel: web('after the fair') });
    await until('the word of the freeze', () => bot.comments(pull, 'deploys are frozen: the fair')[0], 150_000);
    expect(bot.steps('anubis').at(-1)).toBe('= deployed');
    expect(bot.steps('kestrel')).toEqual([]);
    await bot.over(pull, ['anubis deployed', 'kestrel deployed']);
    expect(Date.now()).toBeGreaterThan(closes + 60_000);
    for (const name of ['anubis', 'kestrel'] as const) {
      const host = fleet.host(name);
      const { running } = await host.snapshot();
      expect(await atRest({ host, bot }, { running, switches: { [running]: 1 } })).toEqual([]);
    }
    await bot.close();
  });
});
