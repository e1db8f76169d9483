import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sshDoor } from '../../src/adapters/ssh/knock.ts';
import { sshLinks } from '../../src/adapters/ssh/ssh-links.ts';
import { fleetConfigShape } from '../../src/config/fleet-config.ts';
import type { Clock } from '../../src/core/clock.ts';
import { parseHostName } from '../../src/core/names.ts';
import type { Diagnosis, Symptom } from '../../src/host/doctor/diagnosis.ts';
import { examineHosts } from '../../src/host/doctor/examine-hosts.ts';
import { sudoersText } from '../../src/host/sudo-rules.ts';
import { startSshdHost, systemName, whyNoSshd, type SshdHost } from './real-sshd.ts';

const clock: Clock = { now: () => Date.now(), sleep: (ms, signal) => sleep(ms, undefined, { signal }) };
const why = whyNoSshd();

describe.skipIf(why !== null)(
  `The doctor at a host with real sshd and sudo${why === null ? '' : ` (not run here: it ${why})`}`,
  { timeout: 60_000 },
  () => {
    let host: SshdHost;
    beforeAll(async () => {
      host = await startSshdHost();
    });
    afterAll(() => host.stop());

    async function diagnosis(more: Readonly<Record<string, unknown>> = {}): Promise<Diagnosis> {
      const name = parseHostName(systemName);
      const { address, port, user, hostKey } = host;
      const { hosts } = fleetConfigShape.parse({
        hosts: { [systemName]: { address, port, user, host_key: hostKey, ...more } },
      });
      const config = name === null ? undefined : hosts[name];
      if (name === null || config === undefined) throw new Error('a host');
      const links = sshLinks({ privateKey: host.privateKey, clock });
      const patient = { host: name, config, minFreeMiB: { nix: 0, boot: 0 } };
      const [found] = await examineHosts([patient], { links, door: sshDoor, clock, parallel: 4, hostMs: 20_000 });
      if (found === undefined) throw new Error('a diagnosis');
      return found;
    }

    const sudoOf = ({ findings }: Diagnosis): readonly string[] =>
      findings.filter(({ check }) => check === 'sudo').map(({ level, message }) => `${level}: ${message}`);
    const checkOf = ({ findings }: Diagnosis, check: Symptom['check']) => findings.filter((one) => one.check === check);
    const rules = (text: string) =>
      host.inside(`cat >/etc/sudoers <<'RULES'\nroot ALL=(ALL:ALL) ALL\n${text}\nRULES\nchmod 440 /etc/sudoers`);

    it('finds nothing to say of rules that are those of the module', async () => {
      const found = await diagnosis();
      expect(sudoOf(found)).toEqual([]);
      expect(found.facts).toMatchObject({ loggedIn: true, rights: 'exact', clockOffSeconds: 0, cannot: [] });
      expect(found.facts.sudo).toMatch(/^1\.9\./);
    });

    it('asks sudo itself, so that a rule for another host is seen as missing and named', async () => {
      await rules(sudoersText('fleetwright', 'griffin'));
      expect(sudoOf(await diagnosis())).toEqual([
        expect.stringMatching(/^error: sudo does not allow nixos-rebuild test /),
        'error: its sudo rule is for systems named griffin, and the one that runs is named wolfhound',
      ]);
    });

    it('names rights that no deploy needs, and those that ask for a password', async () => {
      await rules(
        `${sudoersText('fleetwright', systemName, { parts: ['deploy'] })}fleetwright ALL=(ALL) ALL\nfleetwright ALL=(root) NOPASSWD: /usr/bin/id\n`,
      );
      const found = sudoOf(await diagnosis({ watchdog: 'reboot' }));
      expect(found).toContain('warning: it may run more than deploys need: /usr/bin/id (as root)');
      expect(found).toContain('warning: it may run more than deploys need: everything (as ALL, with a password)');
      expect(
        found.some((line) => line.startsWith('error: sudo asks for a password for systemctl reboot --when=')),
      ).toBe(true);
    });

    it('takes the plain programs for enough, and says what they are', async () => {
      await rules(sudoersText('fleetwright', systemName, { mode: 'programs', folder: '/run/current-system/sw/bin' }));
      const found = await diagnosis({ watchdog: 'reboot' });
      expect(sudoOf(found)).toEqual([expect.stringMatching(/^note: .*root by another name$/)]);
      expect(found.facts.rights).toBe('programs');
    });

    it('says that an account may do nothing', async () => {
      await rules('');
      const found = await diagnosis();
      expect(sudoOf(found)).toEqual(['error: the account fleetwright may run nothing as root without a password']);
      expect(found.facts.cannot.length).toBeGreaterThan(2);
    });

    it('reads the keys of a host that shows another than the config says', async () => {
      const found = await diagnosis({ host_key: `SHA256:${'A'.repeat(43)}` });
      expect(checkOf(found, 'host-key')).toHaveLength(1);
      expect(found.facts).toMatchObject({ reachable: true, loggedIn: false });
    });

    it('is refused as an account that is not there', async () => {
      expect(checkOf(await diagnosis({ user: 'nobody-here' }), 'login')).toHaveLength(1);
    });
  },
);
