import { assert } from '../core/bug.ts';
import type { Clock } from '../core/clock.ts';
import type { HostName, RepositoryName } from '../core/names.ts';
import type { FleetConfig } from '../config/fleet-config.ts';
import { activationOutcome } from './activation-outcome.ts';
import { begun, buildCommand, flakeCommand } from './begin-run.ts';
import { buildOutcome } from './build-outcome.ts';
import type { BundleSource } from './bundle-source.ts';
import { followRun } from './follow-run.ts';
import type { Links, Target } from './link.ts';
import { type Look, parseLook } from './look-answer.ts';
import type { Expected, Follow, Machine, Machines, RebuildFlag, RunId } from './machine.ts';
import { failingBefore, runProbes } from './probes/run-probes.ts';
import type { Scene } from './probes/probe.ts';
import type { Asker } from './probes/question.ts';
import { isRunId, parseAttribute, slugOf } from './remote-names.ts';
import { strangeAnswer, textOf, wordOf } from './run-command.ts';
import { ship } from './ship.ts';
import { type Patience, type SteadyLink, steadyLink } from './steady-link.ts';
import { switchEvidence } from './switch-evidence.ts';
import { systemsOverSsh } from './systems-over-ssh.ts';
import { tellWhy } from './unit-logs.ts';
import { watchdogOverSsh } from './watchdog-over-ssh.ts';

export interface MachinesSettings {
  readonly repository: RepositoryName;
  /** From the default branch. */
  readonly fleet: FleetConfig;
  readonly links: Links;
  readonly bundles: BundleSource;
  readonly asker: Asker;
  readonly clock: Clock;
  /** How long opening a host, or one look at it, may take; fifteen seconds by default, since logins can be slow. */
  readonly lookMs?: number;
  /** How long bringing a commit to a host may take; ten minutes by default. */
  readonly shipMs?: number;
}

/** Hosts over ssh, by the names of one repository's config file. */
export function machinesOverSsh(settings: MachinesSettings): Machines {
  return {
    async open(host, token) {
      const { fleet, links, clock, lookMs = 15_000 } = settings;
      const config = fleet.hosts[host];
      assert(config !== undefined, `${host} to be a host of the fleet`);
      assert(Number.isSafeInteger(token) && token >= 0, 'a fencing token that a shell can compare');
      const target = targetOf(fleet, host);
      const link = steadyLink(links, target, clock);
      // Opened now and once, so that a host that is away is found out before anything is asked of it.
      await link.use({ end: clock.now() + lookMs, tries: 1 }, async () => undefined);
      return machine({ settings, token, target, link, scene: { host, config, fleet }, lookMs });
    },
  };
}

/** Where a host of the fleet is, and the one key that it is believed by. */
export function targetOf(fleet: FleetConfig, host: HostName): Target {
  const config = fleet.hosts[host];
  assert(config !== undefined, `${host} to be a host of the fleet`);
  const { address, port, user, host_key: hostKey } = config;
  return { host, address, port, user, hostKey };
}

interface Parts {
  readonly settings: MachinesSettings;
  readonly token: number;
  readonly target: Target;
  readonly link: SteadyLink;
  readonly scene: Scene;
  readonly lookMs: number;
}

function machine(parts: Parts): Machine {
  const { settings, token, target, link, scene, lookMs } = parts;
  const { clock, links, bundles } = settings;
  const repository = slugOf(settings.repository);
  const patienceOf = ({ deadlineMs, signal }: Follow): Patience => ({
    end: clock.now() + deadlineMs,
    ...(signal === undefined ? {} : { signal }),
  });
  let lastLook: Look | null = null;
  /** Told by any look; a deploy has looked before it does anything. */
  const flag = (): RebuildFlag => lastLook?.rebuildFlag ?? '--no-reexec';
  const look = async (patience: Patience = { end: clock.now() + lookMs, tries: 2 }) =>
    (lastLook = await link.use(patience, (open) => lookOver(open)));
  const follow = (run: RunId, { onOutput }: Follow, patience: Patience) =>
    followRun(link, run, onOutput ?? (() => undefined), patience, clock);

  return {
    async look({ probes = false, derived = [], signal } = {}) {
      const seen = await look();
      if (!probes || seen.running === null) return seen;
      const expected: Expected = { running: seen.running, baseline: seen, records: [], derived, after: 'nothing' };
      const patience = { end: clock.now() + 30_000, tries: 1, ...(signal === undefined ? {} : { signal }) };
      const failingProbes = await failingBefore(expected, scene, { link, asker: settings.asker, clock, patience });
      return { ...seen, failingProbes };
    },

    async ship(sha) {
      const deadlineMs = settings.shipMs ?? 600_000;
      return link.use({ end: clock.now() + deadlineMs, tries: 6 }, (open) =>
        ship(open, bundles, { token, repository, sha, deadlineMs }),
      );
    },

    async build(run, sha, attribute, options) {
      const patience = patienceOf(options);
      const parsed = parseAttribute(attribute);
      if (parsed === null) {
        return { kind: 'build-failed', why: 'no-such-host', log: `"${attribute}" cannot be the name of a system\n` };
      }
      assert(isRunId(run), 'a run id');
      const built = { run, token, repository, sha, flag: flag() };
      const asked = buildCommand(built, parsed, scene.config);
      if (asked === null) {
        const log = `"${scene.config.configuration}" cannot be the path of a configuration\n`;
        return { kind: 'build-failed', why: 'no-such-host', log };
      }
      await link.use(patience, async (open) => begun('start-build', await wordOf(open, asked)));
      return buildOutcome(await follow(run, options, patience));
    },

    async activate(run, action, path, options, from) {
      const patience = patienceOf(options);
      assert(isRunId(run), 'a run id');
      const asked =
        from === undefined
          ? ({ kind: 'start-activation', run, token, action, path } as const)
          : flakeCommand({ run, token, repository, sha: from.sha, flag: flag() }, action, from.attribute);
      await link.use(patience, async (open) => begun('start-activation', await wordOf(open, asked)));
      const finished = await follow(run, options, patience);
      const reading = activationOutcome(finished);
      return reading.kind === 'needs-evidence'
        ? switchEvidence({ link, look, clock }, finished, path, patience)
        : reading;
    },

    ...systemsOverSsh(link, clock, token),
    ...watchdogOverSsh(link, clock, token),

    async cancelBuild(run) {
      assert(isRunId(run), 'a run id');
      // A connection of its own: the other one waits for news of this very build.
      await overNewLink(links, target, clock, (own) =>
        own.use({ end: clock.now() + 30_000 }, async (open) => {
          const { word } = await wordOf(open, { kind: 'cancel-run', run, token });
          if (!['absent', 'over', 'kept', 'cancelled'].includes(word)) throw strangeAnswer('cancel-run', `"${word}"`);
        }),
      );
    },

    async probe(expected, options) {
      const patience = patienceOf(options);
      return overNewLink(links, target, clock, async (own) => {
        const { findings, suspects } = await runProbes(expected, scene, {
          link: own,
          asker: settings.asker,
          clock,
          patience,
          openOther: (other) => steadyLink(links, targetOf(settings.fleet, other), clock),
        });
        if (options.onOutput !== undefined)
          await tellWhy(own, suspects, options.onOutput, { clock, end: patience.end });
        return findings;
      });
    },

    close: () => link.close(),
  };
}

async function lookOver(open: Parameters<typeof textOf>[0]): Promise<Look> {
  const seen = parseLook(await textOf(open, { kind: 'look' }, { deadlineMs: 30_000 }));
  if (seen === null) throw strangeAnswer('look', 'not the report of a host');
  return seen;
}

async function overNewLink<Result>(
  links: Links,
  target: Target,
  clock: Clock,
  action: (own: SteadyLink) => Promise<Result>,
): Promise<Result> {
  const own = steadyLink(links, target, clock);
  try {
    return await action(own);
  } finally {
    await own.close();
  }
}
