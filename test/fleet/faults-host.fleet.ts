import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { atRest } from './machines/at-rest.ts';
import { type Alone, type Fleet, startFleet } from './machines/fleet.ts';
import { activation, service } from './machines/nix-text.ts';

/** What may happen to a host, its network and its neighbours while it is deployed to. */

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet();
});
afterAll(() => fleet?.close());

const switching = 'systemctl is-active --quiet nixos-rebuild-switch-to-configuration.service';
const slow = (seconds: number) => activation(`for i in $(seq ${seconds}); do echo "$i of ${seconds}"; sleep 1; done`);
/** Times that tests can wait for. A host is used for several tests: those that end well bring a system of their own. */
const short = { reach_seconds: 8, activate_seconds: 15, probe_seconds: 4 };

/** Merges a change whose activation takes a while, and comes back in its middle. */
async function inTheMiddle({ host, bot }: Alone, seconds: number): Promise<{ pull: number; before: string }> {
  const before = (await host.snapshot()).running;
  await bot.running();
  const { pull } = await bot.merge({ [host.name]: slow(seconds) });
  await bot.step(host.name, 'test');
  await host.until(switching);
  return { pull, before };
}

describe('the network of a real host', { concurrent: true }, () => {
  test('that is away for 30 seconds in the middle of an activation delays the deploy and nothing else', () =>
    fleet.alone({}, async (alone) => {
      const { host, bot } = alone;
      const { pull } = await inTheMiddle(alone, 6);
      await host.cutNetwork();
      await sleep(30_000);
      await host.mendNetwork();
      await bot.over(pull, [`${host.name} deployed`]);
      const { running } = await host.snapshot();
      expect(await atRest(alone, { running, switches: { [running]: 1 } })).toEqual([]);
    }));

  test.each([
    ['before anything was activated', 'ship', { reach_seconds: 60 }],
    ['after the activation', 'probe', { probe_seconds: 90, flap_seconds: 3 }],
  ] as const)('that is away for 30 seconds %s delays the deploy and nothing else', (_when, step, deploy) =>
    fleet.alone({ deploy }, async (alone) => {
      const { host, bot } = alone;
      await bot.running();
      const { pull } = await bot.merge({ [host.name]: service(step, 'exec sleep 1d') });
      await bot.step(host.name, step);
      await host.cutNetwork();
      await sleep(30_000);
      await host.mendNetwork();
      await bot.over(pull, [`${host.name} deployed`]);
      const { running } = await host.snapshot();
      expect(await atRest(alone, { running, switches: { [running]: 1 } })).toEqual([]);
    }),
  );

  test('that is away before anything was tried leaves it offline and untouched', () =>
    fleet.alone({ deploy: short }, async (alone) => {
      const { host, bot } = alone;
      const { running } = await host.snapshot();
      await bot.running();
      await host.cutNetwork('link');
      await bot.deploy({ [host.name]: service('web', 'exec sleep 1d') }, [`${host.name} offline`]);
      await host.mendNetwork();
      expect(await atRest(alone, { running, switches: {} })).toEqual([]);
    }));

  test('that goes for good in the middle of an activation is said to be out of reach, and no more', () =>
    fleet.alone({ deploy: short }, async (alone) => {
      const { host, bot } = alone;
      const { pull, before } = await inTheMiddle(alone, 3);
      await host.cutNetwork();
      const report = await bot.over(pull, [`${host.name} unknown`]);
      expect(report).toContain('unreachable-while-activating');
      const { running, bootDefault, processes } = await host.snapshot();
      // It went on by itself and would still boot into what it ran before.
      expect(running).not.toBe(before);
      expect({ bootDefault, processes }).toEqual({ bootDefault: before, processes: [] });
    }));

  test('that goes for good after the activation calls for a person, who is told that a reboot brings it back', () =>
    fleet.alone({ deploy: { ...short, flap_seconds: 3 } }, async (alone) => {
      const { host, bot } = alone;
      const before = (await host.snapshot()).running;
      await bot.running();
      const { pull } = await bot.merge({ [host.name]: service('web', 'exec sleep 1d') });
      await bot.step(host.name, 'probe');
      await host.cutNetwork();
      const report = await bot.over(pull, [`${host.name} needs-hands`]);
      expect(report).toContain('out of reach');
      await host.crash();
      expect(await host.snapshot()).toMatchObject({ running: before, booted: before, profile: before });
    }));

  test('that its own change breaks is said to be out of reach; its boot default is still the old system', () =>
    fleet.alone({ deploy: short }, async (alone) => {
      const { host, bot } = alone;
      const before = (await host.snapshot()).running;
      await bot.running();
      // Down before the activation is over, as the units that bring a network up are.
      const text = service('firewall', 'ip link set host0 down; sleep 3', 'serviceConfig.Type = "oneshot";');
      await bot.deploy({ [host.name]: text }, [`${host.name} unknown`]);
      const { running, bootDefault } = await host.snapshot();
      expect(running).not.toBe(before);
      expect(bootDefault).toBe(before);
      await host.crash();
      expect((await host.snapshot()).running).toBe(before);
    }));

  test('whose sshd the change restarts is deployed over a new connection', () =>
    fleet.alone({}, async (alone) => {
      const { host, bot } = alone;
      const pid = () => host.inside('systemctl show --value --property=MainPID sshd.service');
      const before = await pid();
      await bot.running();
      const text = '{ services.openssh.extraConfig = "MaxSessions 20"; }';
      await bot.deploy({ [host.name]: text }, [`${host.name} deployed`]);
      expect(await pid()).not.toBe(before);
      const { running } = await host.snapshot();
      expect(await atRest(alone, { running, switches: { [running]: 1 } })).toEqual([]);
    }));
});

describe('a real host', { concurrent: true }, () => {
  test('that somebody reboots in the middle of an activation comes back as it was, and is said to', () =>
    fleet.alone({}, async (alone) => {
      const { host, bot } = alone;
      const { pull, before } = await inTheMiddle(alone, 30);
      await host.reboot();
      await bot.over(pull, [`${host.name} reverted-by-reboot`]);
      expect(await atRest(alone, { running: before })).toEqual([]);
    }));

  test('whose power fails in the middle of an activation comes back as it was, and is said to', () =>
    fleet.alone({}, async (alone) => {
      const { host, bot } = alone;
      const { pull, before } = await inTheMiddle(alone, 30);
      await host.crash();
      await bot.over(pull, [`${host.name} reverted-by-reboot`]);
      expect(await atRest(alone, { running: before })).toEqual([]);
    }));

  test('that reboots while it builds is begun again and deployed', () =>
    fleet.alone({}, async (alone) => {
      const { host, bot } = alone;
      await bot.running();
      const text =
        '{ pkgs, ... }: { environment.systemPackages = [ (pkgs.runCommand "slow" { } "sleep 6; mkdir $out") ]; }';
      const { pull } = await bot.merge({ [host.name]: text });
      await bot.step(host.name, 'build');
      await host.until('pgrep -f "[n]ixos-rebuild build"');
      await host.reboot();
      await bot.over(pull, [`${host.name} deployed`]);
      const { running } = await host.snapshot();
      expect(await atRest(alone, { running, switches: { [running]: 1 } })).toEqual([]);
    }));

  test('whose sudo rules are missing is refused untouched', () =>
    fleet.alone({}, async (alone) => {
      const { host, bot } = alone;
      const { running } = await host.snapshot();
      await bot.running();
      await host.inside('mv /etc/sudoers.d/fleetwright /root/rules');
      const text = service('web', 'exec sleep 1d');
      const { report } = await bot.deploy({ [host.name]: text }, [`${host.name} refused`]);
      expect(report).toContain('sudo');
      await host.inside('mv /root/rules /etc/sudoers.d/fleetwright');
      expect(await atRest(alone, { running, switches: {} })).toEqual([]);
    }));

  test('that shows another host key is not spoken to', () =>
    fleet.alone({ deploy: short }, async (alone) => {
      const { host, bot } = alone;
      const { running } = await host.snapshot();
      await bot.running();
      const key = '/etc/ssh/ssh_host_ed25519_key';
      await host.inside(`mv ${key} /root/key; ssh-keygen -q -t ed25519 -N "" -f ${key}; systemctl restart sshd`);
      const text = service('web', 'exec sleep 1d');
      const { report } = await bot.deploy({ [host.name]: text }, [`${host.name} refused`]);
      expect(report).toContain('host key');
      await host.inside(`mv /root/key ${key}; systemctl restart sshd`);
      expect(await atRest(alone, { running, switches: {} })).toEqual([]);
    }));

  test("on which somebody else's nixos-rebuild runs is refused, and theirs goes on", () =>
    fleet.alone({}, async (alone) => {
      const { host, bot } = alone;
      const { running } = await host.snapshot();
      await bot.running();
      await host.inside('systemd-run --quiet --collect --unit=nixos-rebuild-switch-to-configuration sleep 1d');
      const text = service('web', 'exec sleep 1d');
      await bot.deploy({ [host.name]: text }, [`${host.name} refused`]);
      await host.inside(switching);
      await host.inside('systemctl stop nixos-rebuild-switch-to-configuration.service');
      expect(await atRest(alone, { running, switches: {} })).toEqual([]);
    }));

  test('whose /nix is full is left as it was', () =>
    fleet.alone({}, async (alone) => {
      const { host, bot } = alone;
      const { running } = await host.snapshot();
      await bot.running();
      await host.disks.resize('nix', '1100k');
      const { pull } = await bot.merge({ [host.name]: service('web', 'exec sleep 1d') });
      const report = await bot.over(pull, [`${host.name} refused`]);
      expect(report).toContain('/nix');
      await host.disks.resize('nix', '16g');
      expect(await atRest(alone, { running, switches: {} })).toEqual([]);
    }));

  test('whose activation never ends is left alone, and a person is called', () =>
    fleet.alone({ deploy: short }, async (alone) => {
      const { host, bot } = alone;
      const before = (await host.snapshot()).running;
      await bot.running();
      const { pull } = await bot.merge({ [host.name]: activation('sleep 1d') });
      const report = await bot.over(pull, [`${host.name} needs-hands`]);
      expect(report).toContain('activation-hangs');
      expect(await host.snapshot()).toMatchObject({ switching: true, profile: before, bootDefault: before });
      await host.crash();
      expect(await atRest(alone, { running: before })).toEqual([]);
    }));

  test('whose /boot is full is left as it was', () =>
    fleet.alone({}, async (alone) => {
      const { host, bot } = alone;
      const { running } = await host.snapshot();
      await bot.running();
      await host.disks.resize('boot', '1200k');
      const { pull } = await bot.merge({ [host.name]: '{ boot.kernelVersion = "6.12.59"; }' });
      const report = await bot.over(pull, [`${host.name} refused`]);
      expect(report).toContain('boot has 0 MiB left');
      await host.disks.resize('boot', '256m');
      expect(await atRest(alone, { running, switches: {} })).toEqual([]);
    }));
});
