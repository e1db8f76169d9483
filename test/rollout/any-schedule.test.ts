import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/core/outcome.ts';
import type { Machine } from '../../src/host/machine.ts';
import type { Deploy } from '../../src/rollout/deploy.ts';
import type { Manner } from '../../src/rollout/shapes.ts';
import type { DriveDeps } from '../../src/rollout/drive-deps.ts';
import type { FakeHost, SystemManners, Trouble } from '../fakes/machine.ts';
import {
  begin,
  deployOf,
  hostOf,
  Killed,
  newSystem,
  newWorld,
  oldSystem,
  plainManner,
  requestOf,
  watched,
  type World,
  work,
} from './deploying.ts';

/** Trouble at the nth call to the host; `kill` is the worker's. */
interface Event {
  readonly call: number;
  readonly trouble: Trouble | { readonly kind: 'kill'; readonly after: boolean };
}

const trouble: fc.Arbitrary<Event['trouble']> = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), ms: fc.constantFrom(500, 5000, 30_000, 3_600_000) }),
  fc.record({ kind: fc.constant('lost' as const), ms: fc.constantFrom(500, 5000, 30_000, 3_600_000) }),
  fc.record({ kind: fc.constant('reboot' as const), afterMs: fc.constantFrom(0, 300, 700, 1500) }),
  fc.constant({ kind: 'flaky-probe' as const }),
  fc.record({ kind: fc.constant('kill' as const), after: fc.boolean() }),
);
const schedule = fc.array(fc.record({ call: fc.nat(25), trouble }), { maxLength: 6 });
const manners: fc.Arbitrary<SystemManners> = fc.constantFrom<SystemManners[]>(
  {},
  {},
  { unwell: true },
  { testExit: 2 },
  { testExit: 4 },
  { bootExit: 1 },
  { inhibited: true },
  { inhibitedUnseen: true },
);

/** A worker that can be killed by the schedule. */
function mortal(world: World, deadly: (after: boolean) => boolean): DriveDeps {
  const { deps, records } = world;
  let dead = false;
  const living = async <Answer>(act: () => Promise<Answer>): Promise<Answer> => {
    if (dead) throw new Killed();
    const answer = await act();
    if (dead) throw new Killed();
    return answer;
  };
  const acting = async <Answer>(act: () => Promise<Answer>): Promise<Answer> => {
    if (deadly(false)) dead = true;
    const answer = await living(act);
    if (deadly(true)) dead = true;
    return living(async () => answer);
  };
  const wrapped = (machine: Machine): Machine => ({
    look: () => acting(() => machine.look()),
    ship: (commit) => acting(() => machine.ship(commit)),
    build: (...args) => acting(() => machine.build(...args)),
    activate: (...args) => acting(() => machine.activate(...args)),
    keep: (...args) => acting(() => machine.keep(...args)),
    compare: (...args) => acting(() => machine.compare(...args)),
    release: (name) => acting(() => machine.release(name)),
    arm: (...args) => acting(() => machine.arm(...args)),
    disarm: () => acting(() => machine.disarm()),
    reboot: (bootId) => acting(() => machine.reboot(bootId)),
    cancelBuild: (run) => acting(() => machine.cancelBuild(run)),
    probe: (...args) => acting(() => machine.probe(...args)),
    close: async () => {},
  });
  return {
    ...deps,
    records: {
      ...records,
      read: (key) => living(() => records.read(key)),
      write: (...args) => living(() => records.write(...args)),
    },
    locks: {
      acquire: (...args) => living(() => deps.locks.acquire(...args)),
      renew: (...args) => living(() => deps.locks.renew(...args)),
      release: (lock) => living(() => deps.locks.release(lock)),
      inspect: (of) => deps.locks.inspect(of),
    },
    machines: (rollout) => ({ open: async (host, token) => wrapped(await deps.machines(rollout).open(host, token)) }),
  };
}

const ways: fc.Arbitrary<Manner> = fc.constantFrom(plainManner, watched('reboot'), watched('unit'), {
  ...plainManner,
  mode: 'switch' as const,
});

async function live(events: readonly Event[], manner: SystemManners, way: Manner = plainManner) {
  const world = newWorld(['griffin']);
  const host = hostOf(world, 'griffin');
  host.manners.set(newSystem, manner);
  let calls = 0;
  const at = (kind: (event: Event) => boolean) => events.find((event) => event.call === calls && kind(event));
  host.trouble = () => {
    calls += 1;
    const found = at(({ trouble: { kind } }) => kind !== 'kill')?.trouble;
    return found === undefined || found.kind === 'kill' ? null : found;
  };
  const died = new Set<Event>();
  const deadly = (after: boolean): boolean => {
    const found = at(({ trouble }) => trouble.kind === 'kill' && trouble.after === after);
    if (found === undefined || died.has(found)) return false;
    died.add(found);
    return true;
  };
  await work(world, await begin(world, requestOf(['griffin'], {}, way)), () => mortal(world, deadly));
  const deploy = await deployOf(world, 'griffin');
  return { world, host, deploy };
}

const performed = (host: FakeHost) => host.journal.filter((line) => /^(test|boot|switch) /.test(line));
const isOn = (host: FakeHost, path: string) =>
  host.running === path && host.profile === path && host.bootDefault === path && !host.switching;

/** What must be true of the host for an outcome to be true. */
const truths: Readonly<Record<Outcome, (host: FakeHost, deploy: Deploy) => boolean>> = {
  deployed: (host) => isOn(host, newSystem) && host.manners.get(newSystem)?.unwell !== true,
  unchanged: (host) => performed(host).length === 0 && isOn(host, oldSystem),
  'build-failed': (host) => performed(host).length === 0 && isOn(host, oldSystem),
  offline: (host) => performed(host).length === 0 && isOn(host, oldSystem),
  refused: (host) => performed(host).length === 0 && isOn(host, oldSystem),
  cancelled: (host) => performed(host).length === 0 && isOn(host, oldSystem),
  'boot-pending': (host) =>
    host.running === oldSystem && host.profile === newSystem && host.bootDefault === newSystem && !host.switching,
  reverted: (host) => isOn(host, oldSystem),
  'reverted-by-reboot': (host) => isOn(host, oldSystem) && host.boots > 1,
  'needs-hands': (_, deploy) => deploy.testAsked || deploy.bootAsked,
  unknown: (_, deploy) => deploy.testAsked || deploy.bootAsked,
};

const cutMs = (events: readonly Event[]) =>
  events.reduce((sum, { trouble }) => sum + ('ms' in trouble ? trouble.ms : 0), 0);

describe('whatever goes wrong, and whenever', () => {
  test('a deploy ends, its outcome is true of the host, and nothing is activated twice', async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(schedule, manners, ways, async (events, manner, way) => {
        const { world, host, deploy } = await live(events, manner, way);
        // A watchdog is left alone only with a host that nobody reaches, or that calls for a person.
        const left = host.watchdog !== null && !['needs-hands', 'unknown', 'offline'].includes(deploy.outcome ?? '');
        expect({ left, outcome: deploy.outcome }).toEqual({ left: false, outcome: deploy.outcome });
        const { outcome } = deploy;
        expect(outcome).not.toBeNull();
        if (outcome === null) return;
        seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
        const isTrue = truths[outcome](host, deploy);
        expect({ isTrue, outcome, journal: host.journal }).toEqual({ isTrue: true, outcome, journal: host.journal });
        expect(
          host.journal.filter((line) => line === `test ${newSystem}` || line === `switch ${newSystem}`).length,
        ).toBeLessThanOrEqual(1);
        expect((await world.deps.rollouts.read('r1'))?.endedAt).not.toBeNull();
      }),
      { numRuns: 400 },
    );
    // The schedules reach every kind of end that trouble can bring; otherwise this test shows little.
    expect([...seen.keys()]).toEqual(
      expect.arrayContaining(['deployed', 'reverted', 'reverted-by-reboot', 'offline', 'boot-pending']),
    );
  });

  test('a healthy commit on a host that is only cut off or rebooted for moments never calls for a person', async () => {
    const moments = fc.array(
      fc.record({
        call: fc.nat(25),
        trouble: fc.oneof(
          fc.record({ kind: fc.constantFrom('cut' as const, 'lost' as const), ms: fc.constantFrom(500, 5000, 30_000) }),
          fc.record({ kind: fc.constant('reboot' as const), afterMs: fc.constantFrom(0, 300, 700, 1500) }),
          fc.record({ kind: fc.constant('kill' as const), after: fc.boolean() }),
        ),
      }),
      { maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(moments, async (events) => {
        const { deploy } = await live(events, {});
        // One cut of half a minute is waited for; only several together may look like a host that is away.
        const away = cutMs(events) > 30_000 ? ['offline'] : [];
        expect(['deployed', 'reverted', 'reverted-by-reboot', ...away]).toContain(deploy.outcome);
      }),
      { numRuns: 300 },
    );
  });
});
