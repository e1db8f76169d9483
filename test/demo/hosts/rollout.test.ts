import { describe, expect, it } from 'vitest';
import { networkAsker } from '../../../src/adapters/net/network-asker.ts';
import { sshLinks } from '../../../src/adapters/ssh/ssh-links.ts';
import { attributeOf, fingerprintOf } from '../../../src/config/host-target.ts';
import { systemClock } from '../../../src/core/system-clock.ts';
import { type CommitSha, type HostName } from '../../../src/core/names.ts';
import { isRefusal } from '../../../src/core/refusal.ts';
import { consulEdits, replacedOnce } from '../../../src/demo/story/consul-edits.ts';
import type { BundleSource } from '../../../src/host/bundle-source.ts';
import { machinesOverSsh } from '../../../src/host/machine-over-ssh.ts';
import type { ExpectedRecord } from '../../../src/host/machine.ts';
import type { Wakeup } from '../../../src/rollout/wakeups.ts';
import { type Deploy, deployKey, parseDeploy } from '../../../src/rollout/deploy.ts';
import type { DriveDeps } from '../../../src/rollout/drive-deps.ts';
import { driveDeploy } from '../../../src/rollout/drive-deploy.ts';
import { mannerOf } from '../../../src/rollout/manner-of.ts';
import { policyOf } from '../../../src/rollout/policy-of.ts';
import { createRollouts } from '../../../src/rollout/rollouts.ts';
import { startRollout } from '../../../src/rollout/start-rollout.ts';
import { waveOrderOf } from '../../../src/rollout/waves.ts';
import { memoryHostLocks } from '../../fakes/host-locks.ts';
import { memoryRecords } from '../../fakes/records.ts';
import { configOf, practiceFleet, repositoryName } from './practice-fleet.ts';

/** The deploy as it is used, against practice hosts: their answers must be the ones that it knows from real ones. */

const practised = practiceFleet();

/** Rolls a commit out to hosts and returns what became of each. */
async function rollOut(
  sha: CommitSha,
  names: readonly string[],
  records: Readonly<Record<string, readonly ExpectedRecord[]>> = {},
): Promise<Readonly<Record<string, Deploy>>> {
  const fleet = await configOf(practised(), 1);
  const store = memoryRecords();
  const bundles: BundleSource = {
    bundle: async (commit, base) => ({
      incremental: base !== null,
      bytes: (async function* () {
        yield await Promise.resolve(practised().repository.bundle(commit, base ?? undefined));
      })(),
    }),
  };
  const links = sshLinks({ privateKey: practised().hosts.clientKey?.private ?? '', clock: systemClock });
  const machines = machinesOverSsh({
    repository: repositoryName as never,
    fleet,
    links,
    bundles,
    asker: networkAsker(),
    clock: systemClock,
  });
  const deps: DriveDeps = {
    records: store,
    rollouts: createRollouts(store),
    locks: memoryHostLocks(),
    clock: systemClock,
    machines: () => machines,
    mayActivate: async () => null,
    tell: () => {},
    onChange: () => {},
    onOutput: () => {},
  };
  const hosts = names as readonly HostName[];
  const started = await startRollout(deps, {
    id: 'r1',
    kind: 'deploy',
    repository: { name: repositoryName as never, installation: 1 },
    sha,
    cause: { kind: 'merge', by: 'robin', pullRequest: 1 },
    reason: 'merge of #1',
    // All at once: a host that waits for its turn when another one fails would never begin.
    policy: { ...policyOf(fleet), parallel: names.length },
    order: waveOrderOf(fleet),
    hosts: hosts.map((host) => {
      const config = fleet.hosts[host];
      const fingerprint = config === undefined ? null : fingerprintOf(config);
      if (fingerprint === null) throw new Error(`no key of ${host}`);
      return {
        host,
        fingerprint,
        attribute: attributeOf(fleet, host),
        manner: mannerOf(fleet, host, { adopt: false }),
        records: records[host] ?? [],
        named: false,
        touched: 'own',
      };
    }),
  });
  if (isRefusal(started)) throw new Error(started.code);
  const seen = new Set<string>();
  const work = async (wake: readonly Wakeup[]): Promise<void> => {
    const fresh = wake.filter((wakeup) => wakeup.id === undefined || !seen.has(wakeup.id));
    for (const { id } of fresh) if (id !== undefined) seen.add(id);
    await Promise.all(
      fresh.map(async (wakeup) => work((await driveDeploy(deps, wakeup, new AbortController().signal)).wake)),
    );
  };
  await work(started.wake);
  const ends = await Promise.all(
    hosts.map(async (host) => [host, parseDeploy((await store.read(deployKey('r1', host)))?.value)] as const),
  );
  return Object.fromEntries(ends);
}

function outcomes(deploys: Readonly<Record<string, Deploy>>): Readonly<Record<string, string | null>> {
  return Object.fromEntries(Object.entries(deploys).map(([host, deploy]) => [host, deploy.outcome]));
}

function consul(): CommitSha {
  const zone = 'dns/fleet.lan.zone';
  const files: Record<string, string> = {
    [zone]: practised().repository.textAt(zone).replace('2026111402', '2026112201'),
  };
  for (const edit of consulEdits) {
    if (edit.kind === 'create') files[edit.path] = edit.content;
    if (edit.kind === 'record') files[zone] += `${edit.name} IN ${edit.type} ${edit.data}\n`;
    if (edit.kind !== 'replace') continue;
    files[edit.path] = replacedOnce(practised().repository.textAt(edit.path), edit.oldText, edit.newText) ?? '';
  }
  return practised().repository.commit(files, 'Set up Consul');
}

const consulRecord: ExpectedRecord = {
  zone: 'fleet.lan.',
  serial: 2026112201,
  name: 'consul.fleet.lan.',
  type: 'A',
  data: ['10.0.20.11', '10.0.20.12', '10.0.20.13'],
};
const all = ['griffin', 'wolfhound', 'blackjack', 'anubis', 'kestrel'];

describe('the story on practice hosts', () => {
  it('deploys the three hosts that it is about, and finds the others unchanged', async () => {
    const deploys = await rollOut(consul(), all, { griffin: [consulRecord] });
    expect(outcomes(deploys)).toEqual({
      griffin: 'deployed',
      wolfhound: 'deployed',
      blackjack: 'deployed',
      anubis: 'unchanged',
      kestrel: 'unchanged',
    });
    for (const [host, { target }] of Object.entries(deploys)) {
      const { running, profile, bootDefault } = practised().hosts.host(host).truth();
      expect([running, profile, bootDefault]).toEqual([target, target, target]);
    }
    expect(practised().hosts.host('anubis').truth().zones['fleet.lan.']).toBe(2026112201);
  });

  it('puts the one host back whose unit fails, and says which unit', async () => {
    const before = practised().hosts.host('blackjack').truth();
    practised()
      .hosts.host('blackjack')
      .fail({ kind: 'unit-fails', unit: 'consul.service', when: { path: 'modules/consul.nix' } });
    const deploys = await rollOut(consul(), all);
    expect(outcomes(deploys)).toMatchObject({ griffin: 'deployed', wolfhound: 'deployed', blackjack: 'reverted' });
    expect(deploys['blackjack']?.findings.map((finding) => finding.message).join()).toContain('consul.service');
    expect(practised().hosts.host('blackjack').truth()).toMatchObject({
      running: before.running,
      profile: before.profile,
      bootDefault: before.bootDefault,
      failedUnits: [],
    });
  });
});

describe('a deploy to a practice host ends', () => {
  it('build-failed on a syntax error, with the place in its log', async () => {
    const sha = practised().repository.commit({ 'modules/forge.nix': '{ containers = ; }\n' });
    const { wolfhound } = await rollOut(sha, ['wolfhound']);
    expect(wolfhound?.outcome).toBe('build-failed');
    expect(Object.values(wolfhound?.logs ?? {}).join()).toContain('modules/forge.nix:1:');
  });

  it('reverted when a declared port does not answer although every unit is well', async () => {
    const text = practised().repository.textAt('modules/wiki.nix');
    const sha = practised().repository.commit({ 'modules/wiki.nix': text.replaceAll('3080', '3081') });
    const { blackjack } = await rollOut(sha, ['blackjack']);
    expect(blackjack?.outcome).toBe('reverted');
    expect(blackjack?.findings.map((finding) => finding.check)).toEqual(['http']);
  });

  it('reverted when a changed record is not served', async () => {
    const sha = practised().repository.commit({
      'hosts/griffin/hardware.nix': `${practised().repository.textAt('hosts/griffin/hardware.nix')}# new fan\n`,
    });
    const { griffin } = await rollOut(sha, ['griffin'], { griffin: [consulRecord] });
    expect(griffin?.outcome).toBe('reverted');
  });

  it.each([
    [
      'the connection is cut in the middle of the switch',
      { kind: 'connection-cut', command: 'read-run', afterMs: 20, times: 2 },
    ],
    ['an answer is cut short', { kind: 'connection-cut', command: 'start-activation', afterBytes: 3, times: 1 }],
    ['an exit status is lost', { kind: 'exit-status-lost', command: 'look', times: 1 }],
    ['the switch ends with 120', { kind: 'run-ends-120', run: 'activation', times: 1 }],
    ['the shell around the switch is killed', { kind: 'run-killed', what: 'runner', times: 1 }],
  ] as const)('deployed although %s', async (_, failure) => {
    const host = practised().hosts.host('wolfhound');
    host.fail({ kind: 'activation-slow', ms: 100 });
    host.fail(failure);
    const { wolfhound } = await rollOut(consul(), ['wolfhound']);
    expect(wolfhound?.outcome).toBe('deployed');
    expect(host.truth()).toMatchObject({ running: wolfhound?.target, bootDefault: wolfhound?.target });
  });

  it('refused, untouched, while somebody else switches it', async () => {
    const host = practised().hosts.host('wolfhound');
    host.fail({ kind: 'another-switch' });
    const before = host.truth();
    const { wolfhound } = await rollOut(consul(), ['wolfhound']);
    expect(wolfhound?.outcome).toBe('refused');
    expect(host.truth()).toEqual({ ...before, fence: host.truth().fence });
  });
});
