import { describe, expect, test } from 'vitest';
import { type Outcome, outcomeMeanings } from '../../src/core/outcome.ts';
import { refuse } from '../../src/core/refusal.ts';
import type { DeployReason } from '../../src/report/deploy-report.ts';
import type { DriveDeps } from '../../src/rollout/drive-deps.ts';
import type { FakeHost } from '../fakes/machine.ts';
import { begin, deployOf, hostOf, newSystem, newWorld, oldSystem, requestOf, work } from './deploying.ts';

interface Case {
  readonly claim: string;
  readonly given?: (host: FakeHost) => void;
  readonly deps?: Partial<DriveDeps>;
  readonly outcome: Outcome;
  readonly reason?: DeployReason;
  readonly runs: string;
  readonly boots?: string;
  readonly acts: readonly string[];
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
      ['dialect-without-store-path', { dialect: 'flake-only' }],
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

const activations = (host: FakeHost) => host.journal.filter((line) => /^(test|boot) /.test(line));

describe('one deploy, from its first look to its end', () => {
  test.each(cases)('$claim', async ({ given, deps, outcome, reason, runs, boots, acts }) => {
    const world = newWorld(['griffin'], deps);
    const host = hostOf(world, 'griffin');
    given?.(host);
    await work(world, await begin(world, requestOf(['griffin'])));
    const deploy = await deployOf(world, 'griffin');
    expect({ outcome: deploy.outcome, reason: deploy.reason?.code }).toEqual({ outcome, reason });
    expect(host.running).toBe(runs);
    expect(host.bootDefault).toBe(boots ?? runs);
    expect(host.profile).toBe(host.bootDefault);
    expect(activations(host)).toEqual(acts);
    expect(await world.deps.locks.inspect(deploy.fingerprint)).toBeNull();
    expect((await world.deps.rollouts.read('r1'))?.endedAt).not.toBeNull();
    // Whoever is called finds both systems; nobody else's disk is kept full.
    expect(host.roots.size > 0).toBe(acts.length > 0 && outcomeMeanings[outcome].callsForPerson);
  });
});
