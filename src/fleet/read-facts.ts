import type { Tree } from '../core/tree.ts';
import type { ZoneSource } from '../dns/zone.ts';
import type { Evaluator, OptionReading } from '../nix/eval/evaluator.ts';
import { ready, type Site, type SystemValue } from '../nix/eval/values.ts';
import type { FleetReading } from '../nix/hosts/find-hosts.ts';
import type { FoundHost } from '../nix/hosts/found.ts';
import type { Repository, Unread } from '../nix/repository.ts';
import { lineAt } from '../nix/line-at.ts';
import { undefinedOption } from './definitions/config-value.ts';
import { guestsOf } from './definitions/guests.ts';
import { type MachineOptions, machineOptions } from './definitions/machine-options.ts';
import type { Fact } from './fact.ts';
import { nameFacts } from './name-facts.ts';
import type { Said, Thing } from './readers/fact-reader.ts';
import { factReaders } from './readers/list.ts';

export interface FactsReading {
  readonly facts: readonly Fact[];
  readonly unread: readonly Unread[];
}

/** Steps for one machine: some ten times what one with a hundred modules takes. */
const fuelPerMachine = 3_000_000;
/** For all of them together: what is missing then is said, and a fleet of any size is read in seconds. */
const fuelPerRepository = 12_000_000;
/** What a machine gets when those steps are used up: its plain facts. */
const fuelWhenWorn = 150_000;

/** Everything that a repository says of its machines, host by host in the order in which they were found, then its zones. */
export async function readFacts(
  reading: FleetReading,
  tree: Tree,
  zones: readonly ZoneSource[],
): Promise<FactsReading> {
  const machines = machineFacts(reading);
  const names = await nameFacts(tree, zones);
  return {
    facts: [...machines.facts, ...names.facts],
    unread: [...reading.unread, ...machines.unread, ...names.unread],
  };
}

function machineFacts(reading: FleetReading): FactsReading {
  const { evaluator, hosts } = reading;
  const before = evaluator.reading;
  evaluator.reading = new OptionsOfAll(evaluator);
  const facts: Fact[] = [];
  const unread: Unread[] = [];
  let left = fuelPerRepository;
  try {
    for (const host of hosts) {
      if (host.kind !== 'host') continue;
      const fuel = Math.min(fuelPerMachine, Math.max(left, fuelWhenWorn));
      evaluator.fuel = fuel;
      evaluator.cut = false;
      facts.push(...factsOfHost(reading, host));
      left -= fuel - Math.max(0, evaluator.fuel);
      if (evaluator.cut)
        unread.push({
          file: host.file,
          line: host.line,
          why: `too much to evaluate: some facts of ${host.name} are missing`,
        });
    }
  } finally {
    evaluator.reading = before;
  }
  return { facts, unread };
}

/** Options of machines that look at each other, each read once. */
class OptionsOfAll implements OptionReading {
  private readonly evaluator: Evaluator;
  private readonly known = new WeakMap<SystemValue, MachineOptions>();
  readonly undefinedOption = undefinedOption;

  constructor(evaluator: Evaluator) {
    this.evaluator = evaluator;
  }

  configOf(system: SystemValue): MachineOptions['config'] {
    const known = this.known.get(system) ?? machineOptions(this.evaluator, { name: '', value: ready(system) });
    this.known.set(system, known);
    return known.config;
  }
}

function factsOfHost(reading: FleetReading, host: FoundHost): Fact[] {
  const machine = reading.machineOf(host.name);
  if (machine === null) return [];
  const options = machineOptions(reading.evaluator, machine);
  const things: Thing[] = [{ host: host.name, guest: null, root: options.root }];
  for (const guest of guestsOf(options)) things.push({ host: host.name, guest: guest.name, root: guest.options.root });
  const facts = new Map<string, Fact>();
  for (const thing of things) {
    for (const said of factReaders.flatMap((reader) => [...reader(thing)])) {
      const fact = factOf(reading.repository, host, thing, said);
      const key = [fact.kind, fact.guest ?? '', fact.name, fact.value].join('\n');
      // A definition that may hold, beside the same one that does, is one fact.
      if (!facts.has(key)) facts.set(key, fact);
    }
  }
  return [...facts.values()];
}

function factOf(repository: Repository, host: FoundHost, thing: Thing, { kind, name, value, site, guest }: Said): Fact {
  const about = guest ?? thing.guest;
  const place = site === null ? { file: host.file, line: host.line } : placeOf(repository, site);
  return { kind, host: host.name, ...(about === null ? {} : { guest: about }), name, value, ...place };
}

function placeOf(repository: Repository, { file, offset }: Site): { readonly file: string; readonly line: number } {
  return { file, line: lineAt(repository, file, offset) };
}
