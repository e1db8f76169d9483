import { Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../e2e/bot-world.ts';
import { atRest } from './machines/at-rest.ts';
import { everyHost, type Fleet, startFleet } from './machines/fleet.ts';
import { service } from './machines/nix-text.ts';

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet();
});
afterAll(() => fleet?.close());

const sleeper = service('web', 'exec sleep 1d');

/** All that a host's steps took, as the report has them. */
const secondsOf = (row: string): number =>
  [...row.matchAll(/ (\d+\.\d) s/g)].reduce((sum, [, seconds]) => sum + Number(seconds), 0);
const timeOf = (line: string): number => Date.parse(/"at":"([^"]+)"/.exec(line)?.[1] ?? '');

describe('five real hosts', () => {
  test('in one wave: each runs, boots into, and after a reboot runs what was merged', async () => {
    const bot = await fleet.bot();
    const worker = await bot.running();
    const before = new Map(
      await Promise.all(fleet.hosts.map(async (host) => [host.name, await host.snapshot()] as const)),
    );
    const { pull, report } = await bot.deploy(
      Object.fromEntries(everyHost.map((name) => [name, sleeper])),
      everyHost.map((name) => `${name} deployed`),
    );
    const own = report
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map(secondsOf);
    const [began = 0, done = 0] = await Promise.all(
      ['rollout-begun', 'rollout-done'].map(async (step) => timeOf(await worker.said(`"${step}"`))),
    );
    process.stdout.write(
      `five hosts in one wave: ${(done - began) / 1000} s, the slowest of them ${Math.max(...own)} s\n`,
    );
    for (const host of fleet.hosts) {
      const after = await host.snapshot();
      expect(after.running).not.toBe(before.get(host.name)?.running);
      expect(after.booted).toBe(before.get(host.name)?.booted);
      expect(await atRest({ host, bot }, { running: after.running, switches: { [after.running]: 1 } })).toEqual([]);
      expect(await host.inside('systemctl is-active web.service')).toBe('active\n');
    }
    await Promise.all(fleet.hosts.map((host) => host.reboot()));
    for (const host of fleet.hosts) {
      const { running, booted, profile, failed } = await host.snapshot();
      expect({ running, booted, failed }).toEqual({ running: profile, booted: profile, failed: [] });
    }
    // Nix says that it comes to the same systems; whoever asks all the same is told so by the host.
    const same = '{ services.openssh.enable = true; networking.nameservers = [ ("10.77.20." + "11") ]; }';
    await bot.merge({ 'common.nix': same });
    await worker.said('nothing-to-deploy');
    await bot.say(pull, '/deploy griffin');
    const unchanged = () => bot.comments(pull, '`griffin` |').find((body) => / unchanged \|/.test(body));
    expect(await until('the second report', unchanged)).toContain('Done');
    await bot.close();
  });
});

describe('one real host', { concurrent: true }, () => {
  test('that serves a zone is asked for the records that changed, at their new serial', () =>
    fleet.alone(
      { on: 'griffin', config: { zones: { 'fleet.test': { file: 'dns/fleet.test.zone', servers: ['griffin'] } } } },
      async ({ host, bot }) => {
        await bot.running();
        const text = await readFile(new URL('flake/dns/fleet.test.zone', import.meta.url), 'utf8');
        const zone = `${text.replace('2026110101', '2026112201')}paste IN A 10.77.20.13`;
        await bot.deploy({ 'dns/fleet.test.zone': zone }, ['griffin deployed']);
        const resolver = new Resolver();
        resolver.setServers([host.address]);
        expect(await resolver.resolve4('paste.fleet.test')).toEqual(['10.77.20.13']);
        const { running } = await host.snapshot();
        expect(await atRest({ host, bot }, { running, switches: { [running]: 1 } })).toEqual([]);
      },
    ));

  test('whose commit does not evaluate is not touched, and the report names the error', () =>
    fleet.alone({}, async ({ host, bot }) => {
      await bot.running();
      const { running } = await host.snapshot();
      const text =
        '{ systemd.services.web = { wantedBy = [ "multi-user.target" ]; script = throw "no such option"; }; }';
      const { report } = await bot.deploy({ [host.name]: text }, [`${host.name} build-failed`]);
      expect(report).toContain('no such option');
      expect(await atRest({ host, bot }, { running, switches: {} })).toEqual([]);
    }));

  test('whose commit does not build is not touched, and the report names the error', () =>
    fleet.alone({}, async ({ host, bot }) => {
      await bot.running();
      const { running } = await host.snapshot();
      const text =
        '{ pkgs, ... }: { environment.systemPackages = [ (pkgs.runCommand "consul" { } "echo no such header >&2; exit 3") ]; }';
      const { report } = await bot.deploy({ [host.name]: text }, [`${host.name} build-failed`]);
      expect(report).toContain('no such header');
      expect(await atRest({ host, bot }, { running })).toEqual([]);
    }));

  test('on which a unit fails to start is put back, and its journal is in the report', () =>
    fleet.alone({}, async ({ host, bot }) => {
      await bot.running();
      const { running } = await host.snapshot();
      const text = service(
        'consul',
        'echo cannot bind to that address; sleep 0.2; exit 7',
        'serviceConfig.Type = "oneshot";',
      );
      const { report } = await bot.deploy({ [host.name]: text }, [`${host.name} reverted`]);
      expect(report).toContain('consul.service');
      expect(report).toContain('cannot bind to that address');
      expect(await atRest({ host, bot }, { running, switches: { [running]: 1 } })).toEqual([]);
      expect((await host.snapshot()).failed).toEqual([]);
    }));

  test('on which a unit had failed before is not held to account for it, although the switch ends with 4', () =>
    fleet.alone({}, async ({ host, bot }) => {
      await bot.running();
      const old = service(
        'backup',
        'test -e /run/disk',
        'serviceConfig = { Type = "oneshot"; RemainAfterExit = true; };',
      );
      await host.inside('touch /run/disk');
      await bot.deploy({ [host.name]: old }, [`${host.name} deployed`]);
      await host.inside('rm /run/disk; systemctl restart backup.service || true');
      expect((await host.snapshot()).failed).toEqual(['backup.service']);
      const text = old.replace('{ systemd', '{ imports = [ { environment.etc."motd".text = "more"; } ]; systemd');
      await bot.deploy({ [host.name]: text }, [`${host.name} deployed`]);
      const { running, failed } = await host.snapshot();
      expect(failed).toEqual(['backup.service']);
      expect(await atRest({ host, bot }, { running })).toEqual([]);
      expect(await host.inside(`grep -h . /var/lib/fleetwright/.fleetwright/runs/*test*/rc`)).toContain('4');
    }));

  test('on which a unit starts again and again is put back', () =>
    fleet.alone({ deploy: { flap_seconds: 3 } }, async ({ host, bot }) => {
      await bot.running();
      const { running } = await host.snapshot();
      const text = service(
        'agent',
        'sleep 0.3; echo out of luck; exit 1',
        'unitConfig.StartLimitIntervalSec = 0; serviceConfig = { Restart = "always"; RestartSec = 1; };',
      );
      const { report } = await bot.deploy({ [host.name]: text }, [`${host.name} reverted`]);
      expect(report).toContain('agent.service');
      expect(await atRest({ host, bot }, { running })).toEqual([]);
    }));

  test('whose activation script fails is put back', () =>
    fleet.alone({}, async ({ host, bot }) => {
      await bot.running();
      const { running } = await host.snapshot();
      const text = '{ system.activationScripts.users = "echo no such group; exit 1"; }';
      const { report } = await bot.deploy({ [host.name]: text }, [`${host.name} reverted`]);
      expect(report).toContain('no such group');
      expect(await atRest({ host, bot }, { running })).toEqual([]);
    }));

  test('whose boot loader cannot be written after the profile moved is put back, profile and loader', () =>
    fleet.alone({}, async ({ host, bot }) => {
      await bot.running();
      const { running } = await host.snapshot();
      const text = '{ boot.loader.extraInstallCommands = "echo no room in the EFI partition >&2; exit 1"; }';
      await bot.deploy({ [host.name]: text }, [`${host.name} reverted`]);
      expect(await atRest({ host, bot }, { running })).toEqual([]);
      expect((await host.snapshot()).generations.length).toBeGreaterThan(1);
    }));
});
