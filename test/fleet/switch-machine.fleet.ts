import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../e2e/bot-world.ts';
import { atRest } from './machines/at-rest.ts';
import type { FleetBot } from './machines/fleet-bot.ts';
import { type Fleet, startFleet } from './machines/fleet.ts';
import type { FleetHost } from './machines/fleet-host.ts';
import { service, together } from './machines/nix-text.ts';

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet();
});
afterAll(() => fleet?.close());

const sleeper = service('web', 'exec sleep 1d');
/** Everything is well, but for the network. */
const cutsNetwork = service(
  'cut',
  'ip link set host0 down',
  'serviceConfig = { Type = "oneshot"; RemainAfterExit = true; };',
);
const roots = (host: FleetHost) =>
  host.inside('find /var/lib/fleetwright/.fleetwright/roots -mindepth 1 -printf "%f\\n" 2>/dev/null | sort');

/** The report of a reboot that a person asked for on a pull request. */
async function rebooted(bot: FleetBot, pull: number): Promise<string> {
  const report = () => bot.comments(pull, '### Reboot of').find((body) => /\n\nDone\b/.test(body));
  return (await until('the report of the reboot', report, 110_000)) ?? '';
}

/** A watchdog and a reboot take their time, on a machine that plays several hosts at once. */
const patience = 400_000;

describe('the switch machine on real hosts', { concurrent: true, timeout: patience }, () => {
  test('a good commit under a scheduled reboot is verified, and no reboot comes', () =>
    fleet.alone({ on: 'griffin', hosts: { griffin: { watchdog: 'reboot' } } }, async ({ host, bot }) => {
      await bot.running();
      const merged = await bot.merge({ [host.name]: sleeper });
      await bot.step(host.name, 'probe');
      const armed = await host.snapshot();
      expect(armed.scheduledShutdown).toMatch(/^USEC=\d+000000 .*MODE=reboot/);
      await bot.over(merged.pull, [`${host.name} deployed`]);
      const { running, bootId } = await host.snapshot();
      expect(bootId).toBe(armed.bootId);
      expect(await atRest({ host, bot }, { running, switches: { [running]: 1 } })).toEqual([]);
      expect(await roots(host)).toBe('');
    }));

  test('a commit that cuts the host off is taken back by the scheduled reboot', () =>
    fleet.alone(
      { on: 'wolfhound', hosts: { wolfhound: { watchdog: 'reboot' } }, deploy: { watchdog_seconds: 70 } },
      async ({ host, bot }) => {
        await bot.running();
        const before = await host.snapshot();
        const merged = await bot.merge({ [host.name]: cutsNetwork });
        const report = await bot.over(merged.pull, [`${host.name} reverted-by-reboot`], 240_000);
        expect(report).toContain('watchdog-rebooted');
        expect((await host.snapshot()).bootId).not.toBe(before.bootId);
        expect(await atRest({ host, bot }, { running: before.running })).toEqual([]);
      },
    ));

  test('a commit that cuts the host off is taken back by the unit of the module, without a reboot', () =>
    fleet.alone(
      { on: 'blackjack', hosts: { blackjack: { watchdog: 'unit' } }, deploy: { watchdog_seconds: 60 } },
      async ({ host, bot }) => {
        await host.inside(await watchdogUnit());
        await bot.running();
        const before = await host.snapshot();
        const merged = await bot.merge({ [host.name]: withStop });
        const report = await bot.over(merged.pull, [`${host.name} reverted`], 240_000);
        expect(report).toContain('watchdog-reverted');
        expect((await host.snapshot()).bootId).toBe(before.bootId);
        expect(await atRest({ host, bot }, { running: before.running })).toEqual([]);
        expect(await host.inside('systemctl is-active "fleetwright-watchdog@60" || true')).toBe('inactive\n');
      },
    ));

  test('an inhibited commit waits for a reboot, which brings it once a person says so', () =>
    fleet.alone({ on: 'anubis' }, async ({ host, bot }) => {
      await bot.running();
      const inhibited = (value: string) => `{ system.switch.inhibitors.dbus = "${value}"; }`;
      await bot.deploy({ [host.name]: inhibited('dbus') }, [`${host.name} deployed`]);
      const before = await host.snapshot();
      const merged = await bot.merge({ [host.name]: inhibited('broker') });
      const report = await bot.over(merged.pull, [`${host.name} boot-pending`]);
      const line = /`(\/reboot \S+ @[0-9a-f]{12})`/.exec(report)?.[1] ?? 'no line to type';
      const pending = await host.snapshot();
      expect(pending).toMatchObject({ running: before.running, bootId: before.bootId });
      expect(pending.profile).not.toBe(before.profile);
      expect((await roots(host)).split('\n')).toHaveLength(4);
      await bot.say(merged.pull, line);
      expect(await rebooted(bot, merged.pull)).toContain('deployed');
      const after = await host.snapshot();
      expect(after).toMatchObject({ running: pending.profile, booted: pending.profile });
      expect(after.bootId).not.toBe(before.bootId);
      expect(await atRest({ host, bot }, { running: pending.profile })).toEqual([]);
    }));

  test('another kernel alone goes live, and the report says that a reboot is needed', () =>
    fleet.alone({ on: 'kestrel' }, async ({ host, bot }) => {
      await bot.running();
      const { report } = await bot.deploy({ [host.name]: '{ boot.kernelVersion = "6.12.60"; }' }, [
        `${host.name} deployed`,
      ]);
      expect(report).toContain('reboot needed');
      expect(report).toContain('`kernel`');
      const { running } = await host.snapshot();
      expect(await atRest({ host, bot }, { running })).toEqual([]);
    }));

  test('a host that was changed by hand is refused, and adopted when a person says so', () =>
    fleet.alone({ on: 'kestrel' }, async ({ host, bot }) => {
      await bot.running();
      await bot.deploy({ [host.name]: sleeper }, [`${host.name} deployed`]);
      const { generations, profile } = await host.snapshot();
      const older = generations.find((path) => !path.includes(profile));
      expect(older).toBeDefined();
      await host.inside(`$(readlink -e ${older?.split(' ')[0]})/bin/switch-to-configuration test`);
      const drifted = await host.snapshot();
      expect(drifted.running).not.toBe(drifted.profile);
      const merged = await bot.merge({ [host.name]: service('web', 'exec sleep 2d') });
      const report = await bot.over(merged.pull, [`${host.name} refused`]);
      expect(report).toContain('--adopt');
      await bot.say(merged.pull, `/deploy ${host.name} --adopt`);
      const adopted = () =>
        bot.comments(merged.pull, '### Deploy of').find((body) => body.includes('was taken as the system'));
      expect(await until('the report of the adopted deploy', adopted, 110_000)).toContain('deployed');
      const { running } = await host.snapshot();
      expect(await atRest({ host, bot }, { running })).toEqual([]);
    }));

  test('a host whose nixos-rebuild knows no store paths is told commits, and goes back to the one that it ran', () =>
    fleet.alone({}, async ({ host, bot }) => {
      await bot.running();
      const old = '{ system.rebuildDialect = "fast"; }';
      await bot.deploy({ [host.name]: old }, [`${host.name} deployed`]);
      const web = together(old, sleeper);
      const { report } = await bot.deploy({ [host.name]: web }, [`${host.name} deployed`]);
      expect(report).toContain('without `--store-path`');
      const { running } = await host.snapshot();
      const bad = together(web, service('consul', 'exit 7', 'serviceConfig.Type = "oneshot";'));
      await bot.deploy({ [host.name]: bad }, [`${host.name} reverted`]);
      expect(await atRest({ host, bot }, { running })).toEqual([]);
      expect(await host.inside('systemctl is-active web.service')).toBe('active\n');
      // The way up: the new system's nixos-rebuild knows store paths, and no longer the word that the old one needed.
      const { report: up } = await bot.deploy({ [host.name]: sleeper }, [`${host.name} deployed`]);
      expect(up).toContain('prove');
      expect(await atRest({ host, bot }, { running: (await host.snapshot()).running })).toEqual([]);
    }));

  test('a plain switch moves running, profile and boot default at once, and all three back', () =>
    fleet.alone({ on: 'griffin', hosts: { griffin: { mode: 'switch' } } }, async ({ host, bot }) => {
      await bot.running();
      const good = service('switched', 'exec sleep 1d');
      await bot.deploy({ [host.name]: good }, [`${host.name} deployed`]);
      const { running } = await host.snapshot();
      expect(await atRest({ host, bot }, { running, switches: { [running]: 1 } })).toEqual([]);
      const bad = together(good, service('consul', 'exit 7', 'serviceConfig.Type = "oneshot";'));
      await bot.deploy({ [host.name]: bad }, [`${host.name} reverted`]);
      expect(await atRest({ host, bot }, { running })).toEqual([]);
    }));

  test('a dry deploy shows what an activation would do, and changes nothing', () =>
    fleet.alone({ on: 'wolfhound', hosts: { wolfhound: { mode: 'dry' } } }, async ({ host, bot }) => {
      await bot.running();
      const before = await host.snapshot();
      const { report } = await bot.deploy({ [host.name]: sleeper }, [`${host.name} unchanged`]);
      expect(report).toContain('dry-mode');
      expect(report).toContain('would activate the configuration');
      expect(await host.snapshot()).toMatchObject({ running: before.running, profile: before.profile });
      expect(await atRest({ host, bot }, { running: before.running, switches: {} })).toEqual([]);
    }));

  test('garbage that is collected in the middle takes neither system away', () =>
    fleet.alone({}, async ({ host, bot }) => {
      await bot.running();
      const { running } = await host.snapshot();
      const merged = await bot.merge({
        [host.name]: service('consul', 'sleep 8; exit 7', 'serviceConfig.Type = "oneshot";'),
      });
      await bot.step(host.name, 'test');
      await host.inside(
        'rm -f /nix/var/nix/profiles/system-*-link.old; nix-collect-garbage -d >/dev/null 2>&1 || true',
      );
      await bot.over(merged.pull, [`${host.name} reverted`]);
      expect(await atRest({ host, bot }, { running })).toEqual([]);
    }));
});

/** What the new system cuts, the old one mends: its stop brings the link back. */
const withStop = service(
  'cut',
  'ip link set host0 down',
  'serviceConfig = { Type = "oneshot"; RemainAfterExit = true; ExecStop = "/bin/sh -c \'ip link set host0 up; systemctl restart --no-block network-addresses-host0.service\'"; };',
);

/** The module's unit, as NixOS would write it. */
async function watchdogUnit(): Promise<string> {
  const script = async (name: string) => readFile(new URL(`../../nix/${name}`, import.meta.url), 'utf8');
  return `mkdir -p /run/systemd/system /run/watchdog
cat >/run/watchdog/arm <<'END'
#!/bin/sh
${await script('watchdog-arm.sh')}
END
cat >/run/watchdog/run <<'END'
#!/bin/sh
${await script('watchdog.sh')}
END
chmod 755 /run/watchdog/arm /run/watchdog/run
cat >/run/systemd/system/fleetwright-watchdog@.service <<'END'
[Unit]
Description=Puts the old system back unless it is stopped within %i seconds
X-StopOnRemoval=false
[Service]
Type=exec
Environment=SECONDS_LEFT=%i
RuntimeDirectory=fleetwright-watchdog
ExecStartPre=/run/watchdog/arm
ExecStart=/run/watchdog/run
ExecStopPost=/bin/rm -f /nix/var/nix/gcroots/fleetwright-watchdog
END
systemctl daemon-reload`;
}
