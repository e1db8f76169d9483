import { describe, expect, it } from 'vitest';
import { networkAsker } from '../../../src/adapters/net/network-asker.ts';
import { sshLinks } from '../../../src/adapters/ssh/ssh-links.ts';
import { systemClock } from '../../../src/core/system-clock.ts';
import { type HostName } from '../../../src/core/names.ts';
import type { PracticeFailure } from '../../../src/demo/hosts/practice-failure.ts';
import { machinesOverSsh } from '../../../src/host/machine-over-ssh.ts';
import type { ExpectedRecord } from '../../../src/host/machine.ts';
import { configOf, practiceFleet, repositoryName } from './practice-fleet.ts';

const practised = practiceFleet();

/** Level and message of what the probes of one host find, on the system that it runs; ports as `PORT`. */
async function probed(host: string, records: readonly ExpectedRecord[] = []): Promise<readonly string[]> {
  const fleet = await configOf(practised(), 2);
  const machines = machinesOverSsh({
    repository: repositoryName,
    fleet,
    links: sshLinks({ privateKey: practised().hosts.clientKey?.private ?? '', clock: systemClock }),
    bundles: { bundle: () => Promise.reject(new Error('nothing is shipped')) },
    asker: networkAsker({ timeoutMs: 500 }),
    clock: systemClock,
  });
  const machine = await machines.open(host as HostName, 1);
  try {
    const state = await machine.look({ probes: false });
    const { running } = state;
    if (running === null) throw new Error('it runs nothing');
    const findings = await machine.probe(
      { running, baseline: state, records, after: 'activation' },
      { deadlineMs: 30_000 },
    );
    return findings.map(
      ({ level, message }) =>
        `${level}: ${message.replaceAll(/:\d{5}\b/g, ':PORT').replaceAll(/port \d{5}/g, 'port PORT')}`,
    );
  } finally {
    await machine.close();
  }
}

/** Arranges a failure on griffin that takes a port from the bot, and waits until it has. */
async function failing(failure: PracticeFailure & { readonly port: number }): Promise<void> {
  const griffin = practised().hosts.host('griffin');
  const port = await griffin.portFor(failure.port);
  griffin.fail(failure);
  const asker = networkAsker();
  await expect.poll(async () => (await asker.ask({ kind: 'tcp', address: '127.0.0.1', port })).kind).toBe('none');
}

/** Every practice host is on the loopback, and so in one network; the first of the others by name speaks for it. */
const there = '127.0.0.0/24 (anubis)';

describe('What the bot cannot reach on a practice host', () => {
  it('is nothing where all is well, and nobody else is asked', async () => {
    expect(await probed('griffin')).toEqual([]);
    const asked = practised()
      .hosts.all.flatMap(({ journal }) => journal)
      .filter(({ text }) => /reach|fetch/.test(text));
    expect(asked).toEqual([]);
  });

  it('is down where nobody reaches it', async () => {
    await failing({ kind: 'endpoint-dead', port: 3000 });
    const [finding] = await probed('griffin');
    expect(finding).toContain('error: http://127.0.0.1:PORT/api/health does not answer');
    expect(finding).toContain(`down everywhere: no answer from the bot, the host itself and ${there}`);
  });

  it('is behind a firewall where only the host itself reaches it', async () => {
    await failing({ kind: 'unreachable-from', port: 3000, from: ['bot', 'anubis'] });
    const [finding] = await probed('griffin');
    expect(finding).toContain(`up on the host but not reachable from ${there} and the bot (firewall or routing)`);
  });

  it('is a warning where only the bot has no way, over HTTP and over DNS', async () => {
    await failing({ kind: 'unreachable-from', port: 3000, from: ['bot'] });
    await failing({ kind: 'unreachable-from', port: 53, from: ['bot'] });
    const findings = await probed('griffin', [
      { zone: 'fleet.lan.', serial: 1, name: 'griffin.fleet.lan.', type: 'A', data: ['10.0.20.11'] },
    ]);
    expect(findings.length).toBeGreaterThan(1);
    for (const finding of findings) {
      expect(finding).toMatch(/^warning: /);
      expect(finding).toContain(`unreachable from here, not down: reachable from ${there}`);
    }
  });
});
