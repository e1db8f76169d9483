import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sshLinks } from '../../src/adapters/ssh/ssh-links.ts';
import { systemClock } from '../../src/core/system-clock.ts';
import type { Link } from '../../src/host/link.ts';
import { firstWords, parseSockets, parseUnits } from '../../src/host/probes/host-answers.ts';
import { startedTrouble } from '../../src/host/probes/started-unit.ts';
import type { RemoteCommand } from '../../src/host/remote-command.ts';
import { atRest } from './machines/at-rest.ts';
import type { FleetHost } from './machines/fleet-host.ts';
import { type Fleet, startFleet } from './machines/fleet.ts';
import { service, together } from './machines/nix-text.ts';

/** What probes ask of real hosts, and what is made of it: systemd, the kernel's sockets and the network are real. */

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet();
});
afterAll(() => fleet?.close());

/** As the bot asks, over ssh and as the account. */
async function asking<Result>(
  host: FleetHost,
  ask: (said: (command: RemoteCommand) => Promise<string>) => Promise<Result>,
) {
  const links = sshLinks({ privateKey: fleet.clientKey, clock: systemClock });
  const { name, address, hostKey } = host;
  const target = { host: name as never, address, port: 22, user: 'fleetwright', hostKey };
  const link: Link = await links.open(target, { deadlineMs: 20_000 });
  try {
    return await ask(async (command) => new TextDecoder().decode((await link.run(command)).stdout));
  } finally {
    await link.close();
  }
}

/** A service that is switched on by its option, with a port that the firewall lets through. */
const web = (script: string, more = '') =>
  together(
    '{ services.web = { enable = true; port = 8080; }; networking.firewall.allowedTCPPorts = [ 8080 ]; }',
    service('web', script, more),
  );
const served = (bind: string) => `exec python3 -m http.server --bind ${bind} --directory /etc 8080`;
const quick = { probe_seconds: 4 };
const patience = 300_000;

describe('what real hosts answer to probes', { timeout: patience }, () => {
  test('is read: units and what wants them, sockets, and what waits for a reboot', async () => {
    const host = fleet.host('griffin');
    await asking(host, async (said) => {
      const names = [
        'sshd.service',
        'nothing.service',
        'systemd-journald-dev-log.socket',
        'dbus.socket',
        'systemd-tmpfiles-clean.service',
        'dbus.service',
      ];
      const units = parseUnits(await said({ kind: 'show-units', units: names as never }));
      expect(units.map(({ id, load, active }) => `${id} ${load} ${active}`)).toEqual([
        'sshd.service loaded active',
        'nothing.service not-found inactive',
        'systemd-journald-dev-log.socket loaded active',
        'dbus.socket loaded active',
        'systemd-tmpfiles-clean.service loaded inactive',
        'dbus.service loaded active',
      ]);
      expect(units[0]).toMatchObject({ type: 'simple', wantedBy: ['multi-user.target'], conditionHeld: true });
      expect(units[4]).toMatchObject({ type: 'oneshot', active: 'inactive' });
      expect(units[5]?.triggeredBy).toEqual(['dbus.socket']);
      expect(units.map(startedTrouble)).toEqual(units.map(() => null));
      const sockets = parseSockets(await said({ kind: 'list-sockets' }));
      expect(sockets).toContainEqual({ protocol: 'tcp', address: null, port: 22 });
      expect(sockets).toContainEqual({ protocol: 'udp', address: '10.77.20.11', port: 53 });
      expect(await said({ kind: 'run-check', check: 'nothing' as never })).toBe('missing\n');
    });
  });

  test('is read of a container with a systemd of its own, of what has failed in it only', async () => {
    const host = fleet.host('kestrel');
    await host.inside(container);
    await asking(host, async (said) => {
      expect(firstWords(await said({ kind: 'list-machines' }))).toEqual(['web']);
      expect(firstWords(await said({ kind: 'list-machine-units', machine: 'web' as never }))).toEqual([
        'broken.service',
      ]);
    });
    await host.inside('machinectl terminate web; rm -rf /var/lib/machines/web; systemctl reset-failed');
  });
});

describe('probes on real hosts', { concurrent: true, timeout: patience }, () => {
  test('a service that the change switches on and its port are found up, with a socket, a timer and a task', () =>
    fleet.alone({ on: 'wolfhound', deploy: quick }, async ({ host, bot }) => {
      await bot.running();
      const more = together(
        web(served('0.0.0.0')),
        '{ systemd.sockets.echo = { wantedBy = [ "sockets.target" ]; listenStreams = [ "9999" ]; }; systemd.services.echo = { script = "exec sleep 1d"; }; }',
        '{ systemd.timers.tidy = { wantedBy = [ "timers.target" ]; timerConfig.OnCalendar = "daily"; }; systemd.services.tidy = { script = "true"; serviceConfig.Type = "oneshot"; }; }',
      );
      const { report } = await bot.deploy({ [host.name]: more }, [`${host.name} deployed`]);
      expect(report).not.toMatch(/\| (\*\*error\*\*|warning) \|/);
      expect(await atRest({ host, bot }, { running: (await host.snapshot()).running })).toEqual([]);
    }));

  test('a new name of a web server is asked of the host, whatever it leads to, and a wrong answer is told only', () =>
    fleet.alone({ on: 'griffin', deploy: quick }, async ({ host, bot }) => {
      await bot.running();
      const server = (status: number) =>
        service(
          'nginx',
          [
            "exec python3 -c 'import http.server as s",
            'class H(s.BaseHTTPRequestHandler):',
            `  def do_GET(self): self.send_response(${status} if self.headers["host"] == "wiki.nowhere.test" else 503); self.end_headers()`,
            's.HTTPServer(("0.0.0.0", 80), H).serve_forever()\'',
          ].join('\n'),
        );
      const named = (status: number, more = '') =>
        together(
          `{ services.nginx = { enable = true; virtualHosts."wiki.nowhere.test" = { }; ${more} }; networking.firewall.allowedTCPPorts = [ 80 ]; }`,
          server(status),
        );
      const { report } = await bot.deploy({ [host.name]: named(401) }, [`${host.name} deployed`]);
      expect(report).not.toMatch(/\| (\*\*error\*\*|warning) \|/);
      const more = 'virtualHosts."paper.nowhere.test" = { };';
      const { report: told } = await bot.deploy({ [host.name]: named(200, more) }, [`${host.name} deployed`]);
      expect(told).toContain('http://paper.nowhere.test/ answers 503, asked on the host itself');
      expect(told).toMatch(/\| warning \| new-names \|/);
    }));

  test('a port that the change opens and nobody answers takes it back', () =>
    fleet.alone({ on: 'blackjack', deploy: quick }, async ({ host, bot }) => {
      await bot.running();
      const { running } = await host.snapshot();
      const { report } = await bot.deploy({ [host.name]: web(served('127.0.0.1')) }, [`${host.name} reverted`]);
      expect(report).toContain('the host itself gets no answer on port 8080/tcp, which the change opens for web');
      expect(await atRest({ host, bot }, { running })).toEqual([]);
    }));

  test('the same port is told only where its owner wants to be told', () =>
    fleet.alone(
      { on: 'anubis', deploy: quick, hosts: { anubis: { probes: { derived: 'warn' } } } },
      async ({ host, bot }) => {
        await bot.running();
        const { report } = await bot.deploy({ [host.name]: web(served('127.0.0.1')) }, [`${host.name} deployed`]);
        expect(report).toContain('| warning | opened-ports |');
      },
    ));

  test('a service that ends at once with success is taken back, and its log is shown', () =>
    fleet.alone({ on: 'kestrel', deploy: quick }, async ({ host, bot }) => {
      await bot.running();
      const { running } = await host.snapshot();
      const ends = together('{ services.web.enable = true; }', service('web', 'echo nothing to serve'));
      const { report } = await bot.deploy({ [host.name]: ends }, [`${host.name} reverted`]);
      expect(report).toContain('web.service is not up (dead), and nobody stopped it; the change switches web on');
      expect(report).toContain('nothing to serve');
      expect(await atRest({ host, bot }, { running })).toEqual([]);
    }));

  test('a check of the host itself takes back what breaks it, and not what it found broken', () =>
    fleet.alone(
      {
        deploy: quick,
        hosts: Object.fromEntries(
          ['griffin', 'wolfhound', 'blackjack', 'anubis', 'kestrel'].map((name) => [
            name,
            { probes: { scripts: ['queue'] } },
          ]),
        ),
      },
      async ({ host, bot }) => {
        await bot.running();
        const good = together(
          check('test ! -e /run/stuck || { echo the queue is stuck; exit 3; }'),
          service('web', 'exec sleep 1d'),
        );
        await bot.deploy({ [host.name]: good }, [`${host.name} deployed`]);
        const { running } = await host.snapshot();
        const bad = together(
          good,
          service(
            'sticky',
            'touch /run/stuck',
            'serviceConfig = { Type = "oneshot"; RemainAfterExit = true; ExecStopPost = "/bin/rm -f /run/stuck"; };',
          ),
        );
        const { report } = await bot.deploy({ [host.name]: bad }, [`${host.name} reverted`]);
        expect(report).toContain('the check queue ended with 3: the queue is stuck');
        expect((await host.snapshot()).running).toBe(running);
        await host.inside('touch /run/stuck');
        const again = together(good, service('other', 'exec sleep 1d'));
        const { report: told } = await bot.deploy({ [host.name]: again }, [`${host.name} deployed`]);
        expect(told).toContain('(it failed before the deploy too)');
        await host.inside('rm /run/stuck');
      },
    ));

  test('a changed unit that was stopped by hand stays so, and is held against nobody', () =>
    fleet.alone({ deploy: quick }, async ({ host, bot }) => {
      await bot.running();
      await bot.deploy({ [host.name]: service('web', 'exec sleep 1d') }, [`${host.name} deployed`]);
      await host.inside('systemctl stop web.service');
      const changed = together(service('web', 'exec sleep 2d'), service('other', 'exec sleep 1d'));
      const { report } = await bot.deploy({ [host.name]: changed }, [`${host.name} deployed`]);
      expect(report).not.toMatch(/restart[^|]*`web\.service`/);
      expect(report).not.toContain('| changed-units |');
    }));
});

/** A check as a host's own configuration brings it. */
function check(script: string): string {
  return `({ pkgs, ... }: { environment.systemPackages = [ (pkgs.runCommand "queue" { text = ''
    #!/bin/sh
    ${script}
  ''; passAsFile = [ "text" ]; } "mkdir -p $out/bin; cat $textPath >$out/bin/fleetwright-probe-queue; chmod 755 $out/bin/fleetwright-probe-queue") ]; })`;
}

/** A machine on a machine: the root of the host itself, read-only, with a unit that fails. */
const container = `set -e
mkdir -p /var/lib/machines/web/etc/systemd/system/multi-user.target.wants /var/lib/machines/web/usr /var/lib/machines/web/var
cd /var/lib/machines/web
ln -sfn usr/bin bin; ln -sfn usr/sbin sbin; ln -sfn usr/lib lib; ln -sfn usr/lib64 lib64
cp /usr/lib/os-release etc/os-release; cp /etc/passwd /etc/group etc/
: >etc/machine-id
printf '[Service]\\nExecStart=/bin/false\\n' >etc/systemd/system/broken.service
ln -sf ../broken.service etc/systemd/system/multi-user.target.wants/broken.service
systemd-run --unit=container-web --property=Delegate=yes systemd-nspawn --quiet --machine=web --directory=/var/lib/machines/web --bind-ro=/usr --boot --notify-ready=yes
for i in $(seq 100); do systemctl --machine=web is-failed --quiet broken.service && break; sleep 0.2; done
systemctl --machine=web is-failed broken.service`;
