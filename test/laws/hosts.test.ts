import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gitMirror } from '../../src/adapters/git/mirror.ts';
import { networkAsker } from '../../src/adapters/net/network-asker.ts';
import { sshLinks } from '../../src/adapters/ssh/ssh-links.ts';
import { fleetConfigShape } from '../../src/config/fleet-config.ts';
import type { Clock } from '../../src/core/clock.ts';
import { Fault } from '../../src/core/fault.ts';
import {
  type CommitSha,
  parseCommitSha,
  parseHostName,
  parseRepositoryName,
  type StorePath,
} from '../../src/core/names.ts';
import { startPracticeHosts } from '../../src/demo/hosts/start-practice-hosts.ts';
import type { Machine, Machines } from '../../src/host/machine.ts';
import { machinesOverSsh } from '../../src/host/machine-over-ssh.ts';
import { type SshdHost, startSshdHost, whyNoSshd } from '../e2e/real-sshd.ts';

/**
 * The practice hosts stand for real ones in every other test, so the two are asked the same things in the same random
 * order, through the same code, and must answer the same.
 */

const clock: Clock = { now: () => Date.now(), sleep: (ms, signal) => sleep(ms, undefined, { signal }) };
const follow = { deadlineMs: 20_000 };
const why = whyNoSshd();

/** What a commit makes of the host: for the practice host as Nix, for the scripted one in its own words. */
const variants = ['good', 'better', 'eval-error', 'build-error', 'failing', 'inhibited'] as const;
type Variant = (typeof variants)[number];

function nixOf(variant: Variant): string {
  const body = 'services.openssh.enable = true; services.consul.enable = true;';
  return `{ ... }: { ${body} } # variant ${variant}\n${variant === 'eval-error' ? '}' : ''}`;
}

function settingsOf(variant: Variant): string {
  const consul = variant === 'failing' ? 'failed' : 'active';
  const word = variant === 'good' || variant === 'better' || variant === 'failing' ? '' : `${variant}\n`;
  return `variant ${variant}\n${word}unit sshd.service active\nunit consul.service ${consul}\n`;
}

const flake = `{
  outputs = { self, nixpkgs }: {
    nixosConfigurations.wolfhound = nixpkgs.lib.nixosSystem { modules = [ ./wolfhound.nix ]; };
  };
}
`;

type Step =
  | { readonly do: 'look' }
  | { readonly do: 'ship'; readonly variant: Variant }
  | { readonly do: 'build'; readonly variant: Variant; readonly attempt: number; readonly attribute: string }
  | { readonly do: 'activate'; readonly action: 'test' | 'boot'; readonly variant: Variant; readonly attempt: number }
  | { readonly do: 'cancel'; readonly variant: Variant }
  | { readonly do: 'new-worker'; readonly ahead: number }
  | { readonly do: 'cut' }
  | { readonly do: 'reboot' };

const variant = fc.constantFrom(...variants);
const attempt = fc.nat(1);
const activation = fc.record({
  do: fc.constant('activate' as const),
  action: fc.constantFrom('test' as const, 'boot' as const),
  variant,
  attempt,
});
/** Most sequences should get somewhere: a commit is shipped and built more often than it is left out. */
const steps: fc.Arbitrary<Step[]> = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.tuple(variant, fc.boolean()).map(([one, kept]) => deploy(one, kept)) },
      { weight: 3, arbitrary: activation.map((one): Step[] => [one, { do: 'look' }]) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('ship' as const), variant }).map((one): Step[] => [one]) },
      {
        weight: 1,
        arbitrary: fc
          .record({
            do: fc.constant('build' as const),
            variant,
            attempt,
            attribute: fc.constantFrom('wolfhound', 'griffin'),
          })
          .map((one): Step[] => [one]),
      },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), variant }).map((one): Step[] => [one]) },
      {
        weight: 1,
        arbitrary: fc
          .record({ do: fc.constant('new-worker' as const), ahead: fc.constantFrom(-1, 0, 1) })
          .map((one): Step[] => [one]),
      },
      { weight: 1, arbitrary: fc.constant<Step[]>([{ do: 'cut' }, { do: 'look' }]) },
      { weight: 1, arbitrary: fc.constant<Step[]>([{ do: 'reboot' }, { do: 'look' }]) },
    ),
    { minLength: 2, maxLength: 6 },
  )
  .map((parts) => parts.flat());

function deploy(one: Variant, kept: boolean): Step[] {
  return [{ do: 'ship', variant: one }, build(one), test(one), ...(kept ? [boot(one)] : []), { do: 'look' }];
}
function build(one: Variant): Step {
  return { do: 'build', variant: one, attempt: 0, attribute: 'wolfhound' };
}
function test(one: Variant): Step {
  return { do: 'activate', action: 'test', variant: one, attempt: 0 };
}

function boot(one: Variant): Step {
  return { do: 'activate', action: 'boot', variant: one, attempt: 0 };
}

/** A host of either kind, as far as the steps reach it from outside. */
interface Subject {
  readonly machines: Machines;
  readonly commits: ReadonlyMap<Variant, CommitSha>;
  cut(): Promise<void>;
  reboot(): Promise<void>;
}

/** Takes the steps and tells what came of each, in words that do not depend on hashes, boot ids or logs. */
async function play(subject: Subject, sequence: readonly Step[]): Promise<readonly unknown[]> {
  const wolfhound = known(parseHostName('wolfhound'));
  let token = 5;
  let machine: Machine = await subject.machines.open(wolfhound, token);
  const built = new Map<Variant, StorePath>();
  const names = new Map<string, string>();
  const bootIds: string[] = [];
  const nameOf = (path: string | null): string | null => (path === null ? null : (names.get(path) ?? 'another system'));
  const initial = await machine.look();
  names.set(initial.running ?? '', 'the first system');

  const act = async (step: Step): Promise<unknown> => {
    switch (step.do) {
      case 'look': {
        const seen = await machine.look();
        if (!bootIds.includes(seen.bootId)) bootIds.push(seen.bootId);
        const { running, booted, profile, failedUnits, switching, dialect, killsDetachedRuns } = seen;
        const links = [running, booted, profile].map(nameOf);
        return { links, boot: bootIds.indexOf(seen.bootId), failedUnits, switching, dialect, killsDetachedRuns };
      }
      case 'ship': {
        const shipped = await machine.ship(known(subject.commits.get(step.variant)));
        return shipped.kind === 'shipped' ? shipped.how : shipped.kind;
      }
      case 'build': {
        const sha = known(subject.commits.get(step.variant));
        const run = `build-${step.attribute}-${step.variant}-${step.attempt}`;
        const answer = await machine.build(run, sha, step.attribute, follow);
        if (answer.kind !== 'built') return { kind: answer.kind, why: 'why' in answer ? answer.why : null };
        built.set(step.variant, answer.path);
        names.set(answer.path, step.variant);
        return nameOf(answer.path);
      }
      case 'activate': {
        const path = built.get(step.variant);
        if (path === undefined) return 'nothing to activate';
        const run = `${step.action}-${step.variant}-${step.attempt}`;
        const { log: _log, ...answer } = await machine.activate(run, step.action, path, follow);
        return answer;
      }
      case 'cancel':
        return machine.cancelBuild(`build-wolfhound-${step.variant}-0`);
      case 'new-worker':
        await machine.close();
        token += step.ahead;
        machine = await subject.machines.open(wolfhound, token);
        return 'opened';
      case 'cut':
        return subject.cut();
      case 'reboot':
        return subject.reboot();
    }
  };

  const told: unknown[] = [];
  for (const step of sequence) {
    try {
      told.push([step, await act(step)]);
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      told.push([step, fault.code]);
    }
  }
  await machine.close();
  return told;
}

function known<Value>(value: Value | null | undefined): Value {
  if (value === null || value === undefined) throw new Error('expected a value');
  return value;
}

describe.skipIf(why !== null)(
  `A practice host${why === null ? '' : ` (not compared here: the other side ${why})`}`,
  { timeout: 240_000 },
  () => {
    let host: SshdHost;
    let folder: string;
    let commits: Map<Variant, CommitSha>;

    beforeAll(async () => {
      host = await startSshdHost();
      folder = await mkdtemp(join(tmpdir(), 'fleetwright-laws-'));
      commits = await commitsIn(join(folder, 'fleet'));
    });
    afterAll(async () => {
      await host.stop();
      await rm(folder, { recursive: true, force: true });
    });

    const machinesFor = (place: { port: number; user: string; hostKey: string }, privateKey: string): Machines =>
      machinesOverSsh({
        repository: known(parseRepositoryName('acme/fleet')),
        fleet: fleetConfigShape.parse({
          hosts: { wolfhound: { address: '127.0.0.1', port: place.port, user: place.user, host_key: place.hostKey } },
        }),
        links: sshLinks({ privateKey, clock }),
        bundles: gitMirror({
          folder: join(folder, 'mirror.git'),
          url: `file://${join(folder, 'fleet')}`,
          credentials: async () => null,
          programFolders: ['/usr/local/bin', '/usr/bin', '/bin'],
        }),
        asker: networkAsker(),
        clock,
      });

    async function onRealSshd(sequence: readonly Step[]): Promise<readonly unknown[]> {
      const first = '/nix/store/00000000000000000000000000000001-nixos-system-wolfhound-1';
      await host.inside(
        `rm -rf /var/lib/fleetwright/.fleetwright; ln -sfn ${first} /nix/var/nix/profiles/system; ln -sfn ${first} /boot/default`,
      );
      await host.reboot();
      const machines = machinesFor(host, host.privateKey);
      return play({ machines, commits, cut: () => host.cut(), reboot: () => host.reboot() }, sequence);
    }

    async function onPracticeHost(sequence: readonly Step[]): Promise<readonly unknown[]> {
      const stateFolder = await mkdtemp(join(folder, 'practice-'));
      const hosts = await startPracticeHosts({ hosts: [{ name: 'wolfhound' }], stateFolder });
      const practice = hosts.host('wolfhound');
      practice.fail({ kind: 'build-fails', when: { text: 'variant build-error' } });
      practice.fail({ kind: 'activation-inhibited', when: { text: 'variant inhibited' } });
      practice.fail({ kind: 'unit-fails', unit: 'consul.service', when: { text: 'variant failing' } });
      try {
        const machines = machinesFor(practice, known(hosts.clientKey).private);
        const cut = async (): Promise<void> => practice.cutConnections();
        const told = await play({ machines, commits, cut, reboot: () => practice.reboot() }, sequence);
        expect(hosts.violations()).toEqual([]);
        return told;
      } finally {
        await hosts.close();
      }
    }

    it('answers as OpenSSH, sudo and a scripted NixOS do, whatever it is asked in whatever order', async () => {
      await fc.assert(
        fc.asyncProperty(steps, async (sequence) => {
          expect(await onPracticeHost(sequence)).toEqual(await onRealSshd(sequence));
        }),
        { numRuns: 15, endOnFailure: true },
      );
    });

    it('answers the same through a whole life: good, failing, put back, torn, rebooted, taken over', async () => {
      const all: Step[] = [
        ...variants.flatMap((one): Step[] => [{ do: 'ship', variant: one }, build(one)]),
        ...variants.flatMap((one): Step[] => [test(one), { do: 'look' }]),
        boot('better'),
        { do: 'look' },
        { do: 'cut' },
        { do: 'reboot' },
        { do: 'look' },
        boot('failing'),
        { do: 'reboot' },
        { do: 'look' },
        { do: 'new-worker', ahead: 1 },
        test('good'),
        { do: 'new-worker', ahead: -1 },
        test('good'),
        { do: 'cancel', variant: 'good' },
      ];
      const real = await onRealSshd(all);
      expect(await onPracticeHost(all)).toEqual(real);
      // The comparison is worth something only where the sequence gets somewhere.
      expect(JSON.stringify(real)).toContain('"links":["better","better","better"]');
      expect(JSON.stringify(real)).toContain('"consul.service"');
      expect(JSON.stringify(real)).toContain('"not-begun"');
    });
  },
);

/** One commit per variant, each on top of the one before. */
async function commitsIn(repository: string): Promise<Map<Variant, CommitSha>> {
  const git = (...words: string[]): string =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-C', repository, ...words], {
      encoding: 'utf8',
    }).trim();
  execFileSync('git', ['init', '--quiet', '-b', 'main', repository]);
  execFileSync('mkdir', [join(repository, 'hosts')]);
  await writeFile(join(repository, 'flake.nix'), flake);
  const commits = new Map<Variant, CommitSha>();
  for (const one of variants) {
    await writeFile(join(repository, 'wolfhound.nix'), nixOf(one));
    await writeFile(join(repository, 'hosts', 'wolfhound'), settingsOf(one));
    git('add', '.');
    git('commit', '--quiet', '-m', `Make it ${one}`);
    commits.set(one, known(parseCommitSha(git('rev-parse', 'HEAD'))));
  }
  return commits;
}
