import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sshDoor } from '../../src/adapters/ssh/knock.ts';
import { sshLinks } from '../../src/adapters/ssh/ssh-links.ts';
import { fleetConfigShape } from '../../src/config/fleet-config.ts';
import { systemClock } from '../../src/core/system-clock.ts';
import type { Diagnosis } from '../../src/host/doctor/diagnosis.ts';
import { examineHosts } from '../../src/host/doctor/examine-hosts.ts';
import { type Fleet, type HostName, startFleet } from './machines/fleet.ts';

/** What the doctor says of real hosts: systemd, sshd, sudo and Nix are real, and so is the firewall. */

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet();
});
afterAll(() => fleet?.close());

async function examined(names: readonly HostName[], more: object = {}): Promise<readonly Diagnosis[]> {
  const written = names.map((name) => {
    const { address, hostKey } = fleet.host(name);
    return [name, { address, host_key: hostKey, ...more }];
  });
  const { hosts } = fleetConfigShape.parse({ hosts: Object.fromEntries(written) });
  const patients = Object.entries(hosts).map(([host, config]) => ({
    host: host as keyof typeof hosts,
    config,
    minFreeMiB: { nix: 10, boot: 1 },
  }));
  const links = sshLinks({ privateKey: fleet.clientKey, clock: systemClock });
  return examineHosts(patients, { links, door: sshDoor, clock: systemClock, parallel: 5, hostMs: 20_000 });
}

const wrong = (diagnoses: readonly Diagnosis[]): readonly string[] =>
  diagnoses.flatMap(({ host, findings }) =>
    findings
      .filter(({ level, check }) => level === 'error' || check === 'sudo')
      .map(({ check, message }) => `${host} ${check}: ${message}`),
  );

describe('the doctor at real hosts', () => {
  test('finds nothing wrong with five hosts as they come, and knows their versions', async () => {
    const found = await examined(['griffin', 'wolfhound', 'blackjack', 'anubis', 'kestrel'], { watchdog: 'reboot' });
    expect(wrong(found)).toEqual([]);
    for (const { facts } of found) {
      expect(facts).toMatchObject({ systemd: 257, dialect: 'store-path', rights: 'exact', lingers: true });
      expect(facts.running).toBe(facts.profile);
      expect(facts.watchdogsPossible).toContain('reboot');
    }
  });

  test('tells a missing rule, a scheduled shutdown, a failed unit and a host that is cut off, each at its host', async () => {
    const [griffin, wolfhound, blackjack, anubis] = (['griffin', 'wolfhound', 'blackjack', 'anubis'] as const).map(
      (name) => fleet.host(name),
    );
    await griffin?.inside('mv /etc/sudoers.d/fleetwright /root/rules');
    await wolfhound?.inside('systemctl reboot --when=+50min --no-wall');
    await blackjack?.inside('systemd-run --unit=broken sh -c "exit 3"; sleep 1; systemctl is-failed broken.service');
    await anubis?.cutNetwork('link');
    const found = await examined(['griffin', 'wolfhound', 'blackjack', 'anubis', 'kestrel']);
    await anubis?.mendNetwork();
    await blackjack?.inside('systemctl reset-failed broken.service');
    await wolfhound?.inside('systemctl reboot --when=cancel --no-wall');
    await griffin?.inside('mv /root/rules /etc/sudoers.d/fleetwright');
    expect(wrong(found)).toEqual([
      'griffin sudo: the account fleetwright may run nothing as root without a password',
      expect.stringMatching(/^wolfhound shutdown: a shutdown is scheduled: USEC=\d+ /),
      expect.stringMatching(/^anubis reach: (there is no way to|nobody answers at) 10\.77\.30\.14/),
    ]);
    expect(found[2]?.facts.failedUnits).toEqual(['broken.service']);
    expect(wrong(await examined(['griffin', 'wolfhound', 'blackjack', 'anubis']))).toEqual([]);
  });
});
