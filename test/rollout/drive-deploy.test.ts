import { describe, expect, test } from 'vitest';
import type { CommitSha } from '../../src/core/names.ts';
import { type Outcome, outcomeMeanings } from '../../src/core/outcome.ts';
import { refuse } from '../../src/core/refusal.ts';
import type { DeployReason } from '../../src/report/deploy-report.ts';
import { hostKey, parseHostRecord } from '../../src/rollout/host-record.ts';
import type { DriveDeps } from '../../src/rollout/drive-deps.ts';
import type { WatchdogLevel } from '../../src/host/machine.ts';
import type { Manner } from '../../src/rollout/shapes.ts';
import { type FakeHost, system } from '../fakes/machine.ts';
import {
  begin,
  deployOf,
  fingerprintOf,
  hostOf,
  newSystem,
  newWorld,
  oldSystem,
  plainManner,
  requestOf,
  watched,
  work,
} from './deploying.ts';

interface Case {
  readonly claim: string;
  readonly given?: (host: FakeHost) => void;
  readonly deps?: Partial<DriveDeps>;
  readonly outcome: Outcome;
  readonly reason?: DeployReason;
  readonly runs: string;
  readonly boots?: string;
  readonly acts: readonly string[];
  readonly watchdog?: WatchdogLevel;
  readonly manner?: Partial<Manner>;
  readonly reboots?: number;
}

const cases: readonly Case[] = [
  {
    claim: 'a good commit is tested, probed, and then made the boot default',
    outcome: 'deployed',
    runs: newSystem,
    acts: [`test ${newSystem}`, `boot ${newSystem}`],
  },
  {
    claim: 'a commit that builds to what runs touches nothing',
    given: (host) => void (host.builds = { kind: 'built', path: oldSystem }),
    outcome: 'unchanged',
    runs: oldSystem,
    acts: [],
  },
  {
    claim: 'a commit that does not evaluate leaves the host alone',
    given: (host) => void (host.builds = { kind: 'build-failed', why: 'evaluation', log: 'error: undefined variable' }),
    outcome: 'build-failed',
    reason: 'evaluation-failed',
    runs: oldSystem,
    acts: [],
  },
  {
    claim: 'a failed probe brings the old system back, and the boot default was never moved',
    given: (host) => void host.manners.set(newSystem, { unwell: true }),
    outcome: 'reverted',
    reason: 'probes-failed',
    runs: oldSystem,
    acts: [`test ${newSystem}`, `test ${oldSystem}`],
  },
  {
    claim: 'exit code 4 is left to the probes',
    given: (host) => void host.manners.set(newSystem, { testExit: 4 }),
    outcome: 'deployed',
    runs: newSystem,
    acts: [`test ${newSystem}`, `boot ${newSystem}`],
  },
  {
    claim: 'an activation that fails half-way is taken back',
    given: (host) => void host.manners.set(newSystem, { testExit: 2 }),
    outcome: 'reverted',
    reason: 'activation-failed',
    runs: oldSystem,
    acts: [`test ${newSystem}`, `test ${oldSystem}`],
  },
  {
    claim: 'a boot that cannot be set is tried three times, then everything is taken back and proven',
    given: (host) => void host.manners.set(newSystem, { bootExit: 1 }),
    outcome: 'reverted',
    reason: 'boot-not-set',
    runs: oldSystem,
    acts: [
      `test ${newSystem}`,
      `boot ${newSystem}`,
      `boot ${newSystem}`,
      `boot ${newSystem}`,
      `test ${oldSystem}`,
      `boot ${oldSystem}`,
    ],
  },
  {
    claim: 'a change that cannot be activated live waits for a reboot',
    given: (host) => void host.manners.set(newSystem, { inhibited: true }),
    outcome: 'boot-pending',
    reason: 'inhibited',
    runs: oldSystem,
    boots: newSystem,
    acts: [`boot ${newSystem}`],
  },
  {
    claim: 'a plain switch makes it the boot default at once, and proves it after the probes',
    manner: { mode: 'switch' },
    outcome: 'deployed',
    runs: newSystem,
    acts: [`switch ${newSystem}`],
  },
  {
    claim: 'a plain switch that turns out to be bad is taken back, running and boot default',
    given: (host) => void host.manners.set(newSystem, { unwell: true }),
    manner: { mode: 'switch' },
    outcome: 'reverted',
    reason: 'probes-failed',
    runs: oldSystem,
    acts: [`switch ${newSystem}`, `test ${oldSystem}`, `boot ${oldSystem}`],
  },
  {
    claim: 'a plain switch that fails half-way is taken back, running and boot default',
    given: (host) => void host.manners.set(newSystem, { testExit: 2 }),
    manner: { mode: 'switch' },
    outcome: 'reverted',
    reason: 'activation-failed',
    runs: oldSystem,
    acts: [`switch ${newSystem}`, `test ${oldSystem}`, `boot ${oldSystem}`],
  },
  {
    claim: 'a plain switch that is inhibited waits for a reboot all the same',
    given: (host) => void host.manners.set(newSystem, { inhibitedUnseen: true }),
    manner: { mode: 'switch' },
    outcome: 'boot-pending',
    reason: 'inhibited',
    runs: oldSystem,
    boots: newSystem,
    acts: [`boot ${newSystem}`],
  },
  {
    claim: 'a dry deploy builds and shows, and activates nothing',
    manner: { mode: 'dry' },
    outcome: 'unchanged',
    reason: 'dry-mode',
    runs: oldSystem,
    acts: [],
  },
  {
    claim: 'an older nixos-rebuild on a host whose commit nobody knows is refused',
    given: (host) => void (host.more = { dialect: 'flake-only' }),
    outcome: 'refused',
    reason: 'no-way-back',
    runs: oldSystem,
    acts: [],
  },
  {
    claim: 'an older nixos-rebuild is told the commit, once a person accepts a reboot as the way back',
    given: (host) => void (host.more = { dialect: 'flake-only' }),
    manner: { adopt: true },
    outcome: 'deployed',
    runs: newSystem,
    acts: ['from aaaa', `test ${newSystem}`, 'from aaaa', `boot ${newSystem}`],
  },
  {
    claim: 'an older nixos-rebuild that does not know the old commit cannot be put back live',
    given: (host) => {
      host.more = { dialect: 'flake-only' };
      host.manners.set(newSystem, { unwell: true });
    },
    manner: { adopt: true },
    outcome: 'needs-hands',
    reason: 'revert-inhibited',
    runs: newSystem,
    boots: oldSystem,
    acts: ['from aaaa', `test ${newSystem}`],
  },
  {
    claim: 'a system that brings an older nixos-rebuild with it is told the commit from there on',
    given: (host) => void (host.rebuildOf = (running) => (running === newSystem ? 'flake-only' : 'store-path')),
    outcome: 'deployed',
    runs: newSystem,
    acts: [`test ${newSystem}`, 'from aaaa', `boot ${newSystem}`],
  },
  {
    claim: 'an older nixos-rebuild has no plain switch',
    given: (host) => void (host.more = { dialect: 'flake-only' }),
    manner: { mode: 'switch' },
    outcome: 'refused',
    reason: 'dialect-without-store-path',
    runs: oldSystem,
    acts: [],
  },
  {
    claim: 'a good commit under a watchdog is disarmed before it becomes the boot default',
    watchdog: 'reboot',
    outcome: 'deployed',
    runs: newSystem,
    acts: ['arm reboot', `test ${newSystem}`, 'disarm', `boot ${newSystem}`],
  },
  {
    claim: 'a host that its commit cut off comes back by the scheduled reboot',
    given: (host) => void host.manners.set(newSystem, { cutsNetwork: true }),
    watchdog: 'reboot',
    outcome: 'reverted-by-reboot',
    reason: 'watchdog-rebooted',
    runs: oldSystem,
    reboots: 1,
    acts: ['arm reboot', `test ${newSystem}`],
  },
  {
    claim: 'a host that its commit cut off comes back by the unit, without a reboot',
    given: (host) => void host.manners.set(newSystem, { cutsNetwork: true }),
    watchdog: 'unit',
    outcome: 'reverted',
    reason: 'watchdog-reverted',
    runs: oldSystem,
    acts: ['arm unit', `test ${newSystem}`, `test ${oldSystem}`, 'disarm'],
  },
  {
    claim: 'an activation that never ends is ended by the watchdog',
    given: (host) => void host.manners.set(newSystem, { hangs: true }),
    watchdog: 'reboot',
    outcome: 'reverted-by-reboot',
    reason: 'watchdog-rebooted',
    runs: oldSystem,
    reboots: 1,
    acts: ['arm reboot', `test ${newSystem}`],
  },
  {
    claim: 'an old system that cannot be brought back live is brought back by the watchdog',
    given: (host) => {
      host.manners.set(newSystem, { unwell: true });
      host.manners.set(oldSystem, { testExit: 2 });
    },
    watchdog: 'reboot',
    outcome: 'reverted',
    reason: 'probes-failed',
    runs: oldSystem,
    reboots: 1,
    acts: ['arm reboot', `test ${newSystem}`, ...Array.from({ length: 3 }, () => `test ${oldSystem}`)],
  },
  {
    claim: 'a bad commit under a watchdog is put back, and no reboot follows',
    given: (host) => void host.manners.set(newSystem, { unwell: true }),
    watchdog: 'reboot',
    outcome: 'reverted',
    reason: 'probes-failed',
    runs: oldSystem,
    acts: ['arm reboot', `test ${newSystem}`, `test ${oldSystem}`, 'disarm'],
  },
  {
    claim: 'a switch of somebody else in the last moment leaves no watchdog behind',
    given: (host) => void host.manners.set(newSystem, { missing: true }),
    watchdog: 'reboot',
    outcome: 'refused',
    reason: 'path-missing',
    runs: oldSystem,
    acts: [],
  },
  {
    claim: 'a shutdown that somebody scheduled in the last moment is not overwritten',
    given: (host) => void (host.foreignShutdown = true),
    watchdog: 'reboot',
    outcome: 'refused',
    reason: 'shutdown-scheduled',
    runs: oldSystem,
    acts: [],
  },
  {
    claim: 'a systemd that cannot schedule a reboot has no such watchdog',
    given: (host) => void (host.more = { systemd: 252 }),
    watchdog: 'reboot',
    outcome: 'refused',
    reason: 'watchdog-impossible',
    runs: oldSystem,
    acts: [],
  },
  {
    claim: 'an old system that cannot be brought back calls for a person',
    given: (host) => {
      host.manners.set(newSystem, { unwell: true });
      host.manners.set(oldSystem, { testExit: 2 });
    },
    outcome: 'needs-hands',
    reason: 'revert-failed',
    runs: oldSystem,
    acts: [`test ${newSystem}`, ...Array.from({ length: 3 }, () => `test ${oldSystem}`)],
  },
  {
    claim: 'an old system that is unwell too calls for a person',
    given: (host) => {
      host.manners.set(newSystem, { unwell: true });
      host.manners.set(oldSystem, { unwell: true });
    },
    outcome: 'needs-hands',
    reason: 'old-system-unhealthy',
    runs: oldSystem,
    acts: [`test ${newSystem}`, `test ${oldSystem}`],
  },
  {
    claim: 'a host that cuts itself off is known to be bad, and a reboot would cure it',
    given: (host) => void host.manners.set(newSystem, { cutsNetwork: true }),
    outcome: 'unknown',
    reason: 'unreachable-while-activating',
    runs: newSystem,
    boots: oldSystem,
    acts: [`test ${newSystem}`],
  },
  {
    claim: 'an activation that never ends is not cut off in the middle',
    given: (host) => void host.manners.set(newSystem, { hangs: true }),
    deps: {},
    outcome: 'needs-hands',
    reason: 'activation-hangs',
    runs: newSystem,
    boots: oldSystem,
    acts: [`test ${newSystem}`],
  },
  {
    claim: 'a commit that went stale while it was built is not activated',
    deps: { mayActivate: async () => refuse('head-moved', { head: 'bbbb' }) },
    outcome: 'refused',
    reason: 'head-moved',
    runs: oldSystem,
    acts: [],
  },
  ...(
    [
      ['switch-running', { switching: true }],
      ['shutdown-scheduled', { scheduledShutdown: 'USEC=1\nMODE=reboot\n' }],
      ['running-is-not-profile', { profile: newSystem }],
      ['link-missing', { profile: null }],
      ['link-missing', { running: null }],
      ['detached-runs-killed', { killsDetachedRuns: true }],
      ['dialect-missing', { dialect: 'missing' }],
      ['no-way-back', { dialect: 'flake-only' }],
      ['several-not-ready', { dialect: 'missing', switching: true }],
    ] as const
  ).map(
    ([reason, more]): Case => ({
      claim: `a host that is not ready is refused: ${reason} (${Object.keys(more).join(', ')})`,
      given: (host) => void (host.more = more),
      outcome: 'refused',
      reason,
      runs: oldSystem,
      acts: [],
    }),
  ),
];

const activations = (host: FakeHost) =>
  host.journal.filter((line) => /^(test|boot|switch|from|arm|disarm)\b/.test(line));

describe('one deploy, from its first look to its end', () => {
  test.each(cases)(
    '$claim',
    async ({ given, deps, outcome, reason, runs, boots, acts, watchdog, manner: more, reboots = 0 }) => {
      const world = newWorld(['griffin'], deps);
      const host = hostOf(world, 'griffin');
      given?.(host);
      const manner = { ...(watchdog === undefined ? plainManner : watched(watchdog)), ...more };
      await work(world, await begin(world, requestOf(['griffin'], {}, manner)));
      const deploy = await deployOf(world, 'griffin');
      expect(host.watchdog).toBeNull();
      expect(host.boots).toBe(1 + reboots);
      expect({ outcome: deploy.outcome, reason: deploy.reason?.code }).toEqual({ outcome, reason });
      expect(host.running).toBe(runs);
      expect(host.bootDefault).toBe(boots ?? runs);
      expect(host.profile).toBe(host.bootDefault);
      expect(activations(host)).toEqual(acts);
      expect(await world.deps.locks.inspect(deploy.fingerprint)).toBeNull();
      expect((await world.deps.rollouts.read('r1'))?.endedAt).not.toBeNull();
      // Whoever is called finds both systems; nobody else's disk is kept full.
      expect(host.roots.size > 0).toBe(acts.length > 0 && outcomeMeanings[outcome].callsForPerson);
    },
  );
});

describe('a nixos-rebuild that takes no store path', () => {
  test('goes back by the commit that the last good deploy brought', async () => {
    const world = newWorld(['griffin']);
    const host = hostOf(world, 'griffin');
    host.more = { dialect: 'flake-only' };
    await work(world, await begin(world, requestOf(['griffin'], {}, { ...plainManner, adopt: true })));
    const bad = system('bad');
    host.builds = { kind: 'built', path: bad };
    host.manners.set(bad, { unwell: true });
    host.journal.length = 0;
    const other = 'b'.repeat(40) as CommitSha;
    await work(world, await begin(world, requestOf(['griffin'], { id: 'r2', sha: other })));
    expect(await deployOf(world, 'griffin', 'r2')).toMatchObject({ outcome: 'reverted', dialect: 'flake-only' });
    expect(activations(host)).toEqual(['from bbbb', `test ${bad}`, 'from aaaa', `test ${newSystem}`]);
    expect(host).toMatchObject({ running: newSystem, profile: newSystem });
  });
});

describe('a reboot into what waits for it', () => {
  /** The first rollout leaves the commit waiting; the second is the reboot. */
  async function rebooted(given: (host: FakeHost) => void = () => {}) {
    const world = newWorld(['griffin']);
    const host = hostOf(world, 'griffin');
    host.manners.set(newSystem, { inhibited: true });
    await work(world, await begin(world, requestOf(['griffin'])));
    given(host);
    await work(world, await begin(world, requestOf(['griffin'], { id: 'r2', kind: 'reboot' })));
    const record = await world.records.read(hostKey(fingerprintOf('griffin')));
    return { host, deploy: await deployOf(world, 'griffin', 'r2'), record: parseHostRecord(record?.value) };
  }

  test('brings it, proves it by a new boot, and remembers it as what runs', async () => {
    const { host, deploy, record } = await rebooted();
    expect(deploy).toMatchObject({ outcome: 'deployed', reason: null });
    expect(host).toMatchObject({ running: newSystem, profile: newSystem, booted: newSystem, boots: 2 });
    expect(record).toMatchObject({
      pending: null,
      held: null,
      current: { path: newSystem },
      previous: { path: oldSystem },
    });
    expect(host.roots.size).toBe(0);
  });

  const rows: readonly (readonly [string, (host: FakeHost) => void, Outcome, DeployReason, Partial<FakeHost>])[] = [
    [
      'that turns out to be bad is put back, running and boot default',
      (host) => void host.manners.set(newSystem, { unwell: true }),
      'reverted',
      'probes-failed',
      { running: oldSystem, bootDefault: oldSystem },
    ],
    [
      'that cannot be put back live leaves the old system as the boot default and calls for a person',
      (host) => {
        host.manners.set(newSystem, { unwell: true });
        host.manners.set(oldSystem, { inhibitedUnseen: true });
      },
      'needs-hands',
      'revert-inhibited',
      { running: newSystem, bootDefault: oldSystem },
    ],
    [
      'that the boot loader falls back from is put right',
      (host) => void (host.fallsBack = true),
      'reverted-by-reboot',
      'came-up-old',
      { running: oldSystem, profile: oldSystem, bootDefault: oldSystem },
    ],
    [
      'that does not happen still waits',
      (host) => void (host.stays = true),
      'boot-pending',
      'reboot-not-begun',
      { running: oldSystem, bootDefault: newSystem, boots: 1 },
    ],
    [
      'from which the host does not come back calls for a person',
      (host) => void host.manners.set(newSystem, { cutsNetwork: true }),
      'needs-hands',
      'did-not-come-back',
      { boots: 2 },
    ],
    [
      'is refused while something keeps the host up',
      (host) => void (host.more = { shutdownInhibitors: [{ who: 'restic', why: 'backup', pid: 7 }] }),
      'refused',
      'shutdown-inhibited',
      { running: oldSystem, boots: 1 },
    ],
    [
      'is refused where the host boots into something else by now',
      (host) => {
        host.profile = oldSystem;
        host.bootDefault = oldSystem;
      },
      'refused',
      'nothing-pending',
      { boots: 1 },
    ],
  ];
  test.each(rows)('%s', async (_, given, outcome, reason, state) => {
    const { host, deploy } = await rebooted(given);
    expect({ outcome: deploy.outcome, reason: deploy.reason?.code }).toEqual({ outcome, reason });
    expect(host).toMatchObject(state);
  });

  test('has nothing to do where somebody rebooted the host already', async () => {
    const { host, deploy, record } = await rebooted((seen) => seen.reboot());
    expect(deploy.outcome).toBe('unchanged');
    expect(host.boots).toBe(2);
    expect(record).toMatchObject({ pending: null, current: { path: newSystem } });
  });
});
