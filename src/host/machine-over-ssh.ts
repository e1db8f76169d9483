import { assert } from '../core/bug.ts';
import type { Clock } from '../core/clock.ts';
import { Fault } from '../core/fault.ts';
import type { HostName, RepositoryName, StorePath } from '../core/names.ts';
import type { FleetConfig, HostConfig } from '../config/fleet-config.ts';
import { activationOutcome, journalProves, logProves } from './activation-outcome.ts';
import { buildOutcome } from './build-outcome.ts';
import { parseCompare } from './compare-answer.ts';
import type { BundleSource } from './bundle-source.ts';
import { type FinishedRun, followRun } from './follow-run.ts';
import type { Links, Target } from './link.ts';
import { type Look, parseLook } from './look-answer.ts';
import type { Activated, Expected, Follow, Machine, Machines, RebuildFlag, RunId } from './machine.ts';
import { failingBefore, runProbes } from './probes/run-probes.ts';
import type { Scene } from './probes/probe.ts';
import type { Asker } from './probes/question.ts';
import {
  isRunId,
  parseAttribute,
  parseBootId,
  parseRepositoryPath,
  parseUnitName,
  slugOf,
  type SystemAttribute,
} from './remote-names.ts';
import type { RemoteCommand } from './remote-command.ts';
import { strangeAnswer, textOf, wordOf } from './run-command.ts';
import { ship } from './ship.ts';
import { type Patience, type SteadyLink, steadyLink } from './steady-link.ts';

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

function targetOf(fleet: FleetConfig, host: HostName): Target {
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
  /** For what a host answers at once, however slow its disk is. */
  const shortly = (): Patience => ({ end: clock.now() + 60_000, tries: 3 });
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
      return reading.kind === 'needs-evidence' ? evidence({ link, look, clock }, finished, path, patience) : reading;
    },

    async keep(name, paths) {
      const asked = { kind: 'keep-systems', token, name, paths } as const;
      const { word, value } = await link.use(shortly(), (open) => wordOf(open, asked));
      if (word === 'missing') return { kind: 'missing', path: value };
      if (word !== 'kept') throw strangeAnswer('keep-systems', `"${word}"`);
      return { kind: 'kept' };
    },

    async release(name) {
      await link.use(shortly(), (open) => wordOf(open, { kind: 'release-systems', token, name }));
    },

    async compare(from, to) {
      const text = await link.use(shortly(), (open) => textOf(open, { kind: 'compare-systems', from, to }));
      const difference = parseCompare(text);
      if (difference === null) throw strangeAnswer('compare-systems', 'not a whole comparison');
      return difference;
    },

    async arm(level, seconds) {
      const asked = { kind: 'arm-watchdog', token, level, seconds } as const;
      const { word, value, rest } = await link.use(shortly(), (open) => wordOf(open, asked));
      if (word === 'foreign') return { kind: 'foreign' };
      const left = Number(value) - Number(rest);
      if (word !== 'armed' || !Number.isSafeInteger(left)) throw strangeAnswer('arm-watchdog', `"${word} ${value}"`);
      // The host's clock may be another one; how long it is from now is the same for both.
      return { kind: 'armed', until: clock.now() + left * 1000 };
    },

    async disarm() {
      const { word } = await link.use(shortly(), (open) => wordOf(open, { kind: 'disarm-watchdog', token }));
      if (word !== 'disarmed' && word !== 'absent' && word !== 'foreign')
        throw strangeAnswer('disarm-watchdog', `"${word}"`);
      return word;
    },

    async reboot(bootId) {
      const boot = parseBootId(bootId);
      assert(boot !== null, 'a boot id');
      // Once, and on the connection that is there: whether it was lost by the reboot is seen by looking.
      const patience = { end: clock.now() + 60_000, tries: 1 };
      const { word } = await link.use(patience, (open) => wordOf(open, { kind: 'reboot-host', token, bootId: boot }));
      if (word !== 'rebooting' && word !== 'rebooted') throw strangeAnswer('reboot-host', `"${word}"`);
      return word;
    },

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
        if (options.onOutput !== undefined) await tellWhy(own, suspects, options.onOutput, clock);
        return findings;
      });
    },

    close: () => link.close(),
  };
}

type Begun = Pick<
  Extract<RemoteCommand, { readonly kind: 'start-build' }>,
  'run' | 'token' | 'repository' | 'sha' | 'flag'
>;

/** What builds the host's system: a flake, or the file that the config names. Null: that cannot be a file's path. */
function buildCommand(begun: Begun, attribute: SystemAttribute, host: HostConfig): RemoteCommand | null {
  const { configuration, expression } = host;
  const text = configuration ?? expression;
  if (text === undefined) return { kind: 'start-build', ...begun, attribute };
  const file = parseRepositoryPath(text);
  if (file === null) return null;
  return { kind: 'start-file-build', ...begun, file, attribute: configuration === undefined ? attribute : null };
}

function flakeCommand(begun: Begun, action: 'test' | 'boot' | 'switch' | 'dry-activate', name: string): RemoteCommand {
  const attribute = parseAttribute(name);
  assert(attribute !== null, 'the name of a system that was built');
  assert(action === 'test' || action === 'boot', 'an action that is made of a commit');
  return { kind: 'start-flake-activation', ...begun, action, attribute };
}

async function lookOver(open: Parameters<typeof textOf>[0]): Promise<Look> {
  const seen = parseLook(await textOf(open, { kind: 'look' }, { deadlineMs: 30_000 }));
  if (seen === null) throw strangeAnswer('look', 'not the report of a host');
  return seen;
}

function begun(command: 'start-build' | 'start-activation', { word }: { readonly word: string }): void {
  if (word !== 'started' && word !== 'attached') throw strangeAnswer(command, `"${word}"`);
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

interface Witness {
  readonly link: SteadyLink;
  readonly look: (patience: Patience) => Promise<Look>;
  readonly clock: Clock;
}

/**
 * Whether a switch finished that left no exit code worth believing. That the running system is the wanted one is no
 * proof: the link is set early. So first the switch's unit must be gone, then its own last words count.
 */
async function evidence(
  { link, look, clock }: Witness,
  { reading, log }: FinishedRun,
  path: StorePath,
  patience: Patience,
): Promise<Activated> {
  while ((await look(patience)).switching) {
    if (clock.now() >= patience.end) {
      throw new Fault('timed-out', 'waiting for the switch to end', 'later', { detail: 'it still runs on the host' });
    }
    await clock.sleep(1000, patience.signal);
  }
  if (logProves(log, path)) return { kind: 'ended', exitCode: 0, proof: 'log', log };
  const { started } = reading;
  if (started === null) return { kind: 'no-answer', log };
  const journal = await link.use(patience, (open) => open.run({ kind: 'read-switch-journal', since: started }));
  const lines = new TextDecoder().decode(journal.stdout);
  return journal.exitCode === 0 && journalProves(lines, path)
    ? { kind: 'ended', exitCode: 0, proof: 'journal', log }
    : { kind: 'no-answer', log };
}

/** The last words of units that failed. They explain and decide nothing, so not getting them is no fault. */
async function tellWhy(
  link: SteadyLink,
  suspects: readonly string[],
  onOutput: (text: string) => void,
  clock: Clock,
): Promise<void> {
  const patience = { end: clock.now() + 10_000 };
  for (const unit of suspects.slice(0, 5).map(parseUnitName)) {
    if (unit === null) continue;
    try {
      const ended = await link.use(patience, (open) => open.run({ kind: 'read-unit-journal', unit, lines: 20 }));
      if (ended.exitCode === 0) onOutput(`--- ${unit}\n${new TextDecoder().decode(ended.stdout)}`);
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      return;
    }
  }
}
