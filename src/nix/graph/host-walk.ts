import { Deps, flattenDeps } from '../eval/deps.ts';
import type { Evaluator } from '../eval/evaluator.ts';
import { anyInput } from '../eval/input-marks.ts';
import { ready, symbol, text, Thunk, type SystemValue, type Value } from '../eval/values.ts';
import { Closure, type HostFiles } from './closure.ts';
import { hostEffects, type HostEffects } from './host-effects.ts';
import { KnownOptions, OptionMemory, readMark } from './known-options.ts';
import { readKey, readOfMachine, type ReadOfMachine } from './machine-reads.ts';
import { anywhere, moduleList, moduleTop, packaged, type Place } from './walk-place.ts';
import { ModuleWalk, moduleArguments, mostSteps, type Findings, type Reference } from './module-walk.ts';

export type { HostFiles } from './closure.ts';

/** A machine as the repository describes it, before any file is opened. */
export interface Machine {
  readonly name: string;
  /** The value that makes it: a system, a module, or a path. */
  readonly value: Thunk;
  /** Files that decide about it and are not part of any module, such as `flake.nix`. */
  readonly entry: string;
  /** What was looked at to find it. */
  readonly deps: Deps | null;
  /** Arguments that its modules get where nothing else is known to give them. */
  readonly commonArgs?: ReadonlyMap<string, Thunk>;
}

interface Cached {
  /** Which options were asked for, and what they were. Null where no options are known. */
  readonly asked: ReadonlyMap<string, string>;
  /** What its findings are known by: those of one file are the same ones for all that share them. */
  readonly knownFor: KnownOptions | null;
  /** Which of the host's own arguments were looked at, and what they were. */
  readonly touched: ReadonlyMap<string, string>;
  /** The same, as the values themselves. */
  readonly values: ReadonlyMap<string, Value>;
  readonly findings: Findings;
  readonly exhausted: boolean;
}

/** One file of a machine, or its own value, and what that leads to. */
export interface Step {
  readonly from: string;
  readonly findings: Findings;
  readonly exhausted: boolean;
}

/** A machine without those that it looks at. */
interface Part {
  readonly print: string;
  readonly steps: readonly Step[];
  readonly systems: readonly { readonly system: SystemValue; readonly from: string }[];
  /** True where not all that it is made of is known. */
  readonly isCut: boolean;
}

/** A machine without what stands behind options that are off, and what is known of them. */
interface Settled {
  readonly part: Part;
  readonly known: KnownOptions;
}

/** Some thirty times what a long module takes. */
const fuelPerFile = 200_000;
/** What a file gets that did not come to its end for another host, and every file where the repository's steps are used up. */
const fuelWhenWorn = 2_000;
/** For all files and hosts together: an answer within seconds that names too much is better than none. */
const fuelPerRepository = 5_000_000;
/** A fleet larger than this whose machines all look at each other is one whose every change reaches all of them. */
const mostSystems = 2000;
/** How often what is known of options is worked out anew; after each round it is right, and may be more. */
const mostRounds = 4;
const hostNameArg = 'config.networking.hostName';

/** Walks hosts of one repository. A file is evaluated once for all hosts that give it the same arguments. */
export class HostWalks {
  private readonly evaluator: Evaluator;
  private readonly cache = new Map<string, Cached[]>();
  private readonly ids = new WeakMap<object, number>();
  private readonly prints = new WeakMap<Thunk, Thunk>();
  private nextId = 1;
  private readonly others = new WeakMap<SystemValue, Part>();
  private readonly parts = new Map<string, Part>();

  private left: number;
  private readonly worn = new Map<string, readonly Reference[]>();
  private readonly knownCache = new Map<string, Cached[]>();
  private readonly memory = new OptionMemory();
  private readonly settledMachines = new Map<Value, Settled | null>();
  private readonly names = new Map<SystemValue, string | null>();

  constructor(evaluator: Evaluator, fuel = fuelPerRepository) {
    this.evaluator = evaluator;
    this.left = fuel;
  }

  filesOf(machine: Machine): HostFiles {
    // Most machines are named by their attribute. What a name is cannot rest on itself, so a guess that is met was right.
    const guess = this.closure(machine, machine.name);
    const guessed = new Set(guess.hostNames.map(({ name }) => name));
    if (guessed.size === 1 && guessed.has(machine.name)) return { ...guess, hostName: machine.name };
    const first = this.closure(machine, null);
    const names = new Set(first.hostNames.map(({ name }) => name));
    const [only] = names;
    if (names.size !== 1 || only === undefined) return first;
    return { ...this.closure(machine, only), hostName: only };
  }

  private closure(machine: Machine, hostName: string | null): HostFiles {
    const state = new Closure(machine.entry);
    const own = this.partOf(machine, hostName);
    state.read(machine.entry, machine.deps);
    for (const { from, findings, exhausted } of own.steps) state.take(from, findings, exhausted);
    if (own.isCut) state.takeEverything(machine.entry);
    const others = [...own.systems];
    const seen = new Set([this.markedPrint(own)]);
    const itself = new Set(systemsIn(this.evaluator, this.evaluator.force(machine.value)));
    for (let next = others.pop(); next !== undefined; next = others.pop()) {
      const { system, from } = next;
      if (itself.has(system)) continue;
      const part = this.otherPart(system, machine);
      // Whatever is not looked at any more may be made of all that there is.
      if (part === null || part.isCut || seen.size > mostSystems) state.takeEverything(from);
      const print = part === null ? '' : this.markedPrint(part);
      if (part === null || seen.has(print) || seen.size > mostSystems) continue;
      seen.add(print);
      for (const step of part.steps)
        state.take(step.from === machine.entry ? from : step.from, step.findings, step.exhausted, false);
      others.push(...part.systems);
    }
    return state.result(null);
  }

  /**
   * What decides about a machine, as `filesOf` tells it by name, less what stands behind options that are off: what may
   * be defined tells which options are not, and those tell what may be defined, until nothing more comes of it. Null
   * where not all of it could be looked at.
   */
  effectsOf(machine: Machine, hostName: string | null): HostEffects | null {
    const settled = this.settled(machine, hostName);
    const others = settled === null ? null : this.readsOf(machine, settled);
    return settled === null || others === null ? null : hostEffects(machine, settled.part.steps, others);
  }

  private settled(machine: Pick<Machine, 'value' | 'entry' | 'commonArgs'>, hostName: string | null): Settled | null {
    const key = this.evaluator.force(machine.value);
    const before = this.settledMachines.get(key);
    if (before !== undefined) return before;
    const made = this.settle(machine, hostName);
    this.settledMachines.set(key, made);
    return made;
  }

  private settle(machine: Pick<Machine, 'value' | 'entry' | 'commonArgs'>, hostName: string | null): Settled | null {
    let part = this.partOf(machine, hostName);
    let known: KnownOptions | null = null;
    for (let round = 0; round < mostRounds; round++) {
      if (!isWhole(part)) return null;
      const said = part.steps.map(({ findings }) => findings.said);
      known = new KnownOptions(this.evaluator, said, this.memory);
      const next = this.partOf(machine, hostName, false, known);
      const isSame = round > 0 && sameSteps(part, next, machine.entry);
      part = next;
      if (isSame) break;
    }
    return known === null || !isWhole(part) ? null : { part, known };
  }

  /** What the machines that a machine looks at come to; null where not all of that could be looked at. */
  private readsOf(machine: Machine, { part }: Settled): readonly ReadOfMachine[] | null {
    const found: ReadOfMachine[] = [];
    const seen = new Set<string>();
    const ids = new Map<SystemValue, number>();
    const waiting = part.steps.flatMap(({ findings }) => findings.reads);
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { system, path } = next;
      const key = readKey(next, system, ids);
      if (seen.has(key)) continue;
      seen.add(key);
      const { entry, commonArgs } = machine;
      const other = { value: ready(system), entry, ...(commonArgs === undefined ? {} : { commonArgs }) };
      const settled = seen.size > mostSystems ? null : this.settled(other, this.nameOf(system, other));
      if (settled === null) return null;
      const read = readOfMachine(entry, settled.part.steps, path, (option) => settled.known.isDeclared(option));
      found.push(read);
      waiting.push(...read.reads);
    }
    return found;
  }

  private nameOf(system: SystemValue, machine: Pick<Machine, 'value' | 'entry' | 'commonArgs'>): string | null {
    const known = this.names.get(system);
    if (known !== undefined) return known;
    const { steps } = this.partOf(machine, null);
    const names = new Set(steps.flatMap(({ findings }) => findings.hostNames.map(({ name }) => name)));
    const [only = null] = names;
    const name = names.size === 1 ? only : null;
    this.names.set(system, name);
    return name;
  }

  /** What a machine is made of, without the machines that it looks at. */
  private partOf(
    machine: Pick<Machine, 'value' | 'entry' | 'commonArgs'>,
    hostName: string | null,
    isOther = false,
    known: KnownOptions | null = null,
  ): Part {
    const special = new Map<string, Thunk>(machine.commonArgs);
    const root = this.rootFindings(machine.value, special, hostName, known);
    const print = this.printPart(root.findings, special);
    const shared = isOther ? this.parts.get(`${print}\n${hostName ?? ''}`) : undefined;
    if (shared !== undefined && !this.evaluator.isWatching) return shared;
    const steps: Step[] = [];
    const systems: { readonly system: SystemValue; readonly from: string }[] = [];
    const waiting: { readonly path: string; readonly from: string; readonly use: 'module' | 'package' }[] = [];
    const follow = (step: Step): void => {
      const { from, findings } = step;
      steps.push(step);
      for (const [name, thunk] of findings.moduleArgs) {
        if (!special.has(name) || special.get(name) === machine.commonArgs?.get(name)) special.set(name, thunk);
      }
      for (const { path, use } of findings.references)
        if (use === 'module' || use === 'package') waiting.push({ path, from, use });
      for (const system of findings.systems) systems.push({ system, from });
    };
    follow({ from: machine.entry, ...root });
    let isCut = root.exhausted;
    const done = new Set<string>();
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (done.has(next.path) || done.has(`${next.use} ${next.path}`)) continue;
      // A module is looked at as such where it was taken for a package before.
      done.add(next.use === 'module' ? next.path : `package ${next.path}`);
      // What is left is wanted for names and guests only, which stand near the top.
      if (this.left <= 0) isCut = true;
      if (this.left <= 0 && next.from !== machine.entry) continue;
      const { findings, exhausted } = this.fileFindings(next.path, special, hostName, known, next.use);
      follow({ from: next.path, findings, exhausted });
    }
    const part = { print, steps, systems, isCut };
    if (isOther) this.parts.set(`${print}\n${hostName ?? ''}`, part);
    return part;
  }

  /** Another machine that this one looks at, with its own arguments and its own name. Null for want of steps. */
  private otherPart(system: SystemValue, { entry, commonArgs }: Machine): Part | null {
    const known = this.others.get(system);
    if (known !== undefined) return known;
    if (this.left <= 0) return null;
    const machine = { value: ready(system), entry, ...(commonArgs === undefined ? {} : { commonArgs }) };
    const first = this.partOf(machine, null, true);
    const names = new Set(first.steps.flatMap(({ findings }) => findings.hostNames.map(({ name }) => name)));
    const [only] = names;
    const part = names.size === 1 && only !== undefined ? this.partOf(machine, only, true) : first;
    this.others.set(system, part);
    return part;
  }

  /** Machines that are written out in one file refer to nothing that tells them apart, and yet differ by its pieces. */
  private markedPrint({ print, steps }: Part): string {
    if (!this.evaluator.isWatching) return print;
    return [print, ...new Set(steps.flatMap(({ findings }) => [...findings.marks]))].sort().join('\n');
  }

  /** Two machines with one print are one: what they name, and the plain arguments that they give. */
  private printPart(findings: Findings, special: ReadonlyMap<string, Thunk>): string {
    const references = findings.references.map(({ path, use }) => `${use} ${path}`);
    // A function or an input that is made anew at each look has another print each time, and is the same.
    const given = [...special.keys()].map((name) => `${name} ${this.printOf(name, special, null)}`);
    const { hostNames, symbols } = findings;
    const names = hostNames.map(({ name }) => `name ${name}`);
    return [...references, ...names, ...symbols, ...given.filter((each) => !each.includes('value '))].join('\n');
  }

  /** What the machine's own value leads to, and the arguments that it gives its modules. */
  private rootFindings(
    root: Thunk,
    special: Map<string, Thunk>,
    hostName: string | null,
    known: KnownOptions | null,
  ): Cached {
    const value = this.evaluator.force(root);
    const { deps } = this.evaluator.watched(() => {
      const systems = systemsIn(this.evaluator, value);
      // Whoever is given arguments that are not known may be given any input.
      if (systems.length === 0) this.evaluator.noteMark(anyInput);
      for (const system of systems) {
        const given = this.evaluator.select(system.args, 'specialArgs');
        const extra = this.evaluator.select(system.args, 'extraSpecialArgs');
        for (const set of [given, extra]) {
          if (set.kind === 'attrs') for (const [name, slot] of set.slots) special.set(name, slot);
          if (isOpen(set)) this.evaluator.noteMark(anyInput);
        }
      }
    });
    const walked = this.walkRoot(root, special, hostName, known);
    const { files, listings, marks } = flattenDeps(deps);
    const references: Reference[] = [
      ...[...files].map((path) => ({ path, use: 'read' as const })),
      ...[...listings].map((path) => ({ path, use: 'listing' as const })),
    ];
    const { findings } = walked;
    if (deps !== null) findings.defined.inner.add(deps);
    return {
      ...walked,
      findings: {
        ...findings,
        marks: new Set([...findings.marks, ...marks]),
        references: [...findings.references, ...references],
      },
    };
  }

  private walkRoot(
    root: Thunk,
    special: ReadonlyMap<string, Thunk>,
    hostName: string | null,
    known: KnownOptions | null,
  ): Cached {
    const fuel = this.fuelFor('');
    const name = hostNameThunk(hostName);
    const walk = new ModuleWalk(
      this.evaluator,
      moduleArguments(
        special,
        name,
        known?.config(name, () => undefined),
      ),
    );
    const value = this.evaluator.force(root);
    const systems = systemsIn(this.evaluator, value);
    walk.walk(root, true, false, systems.length > 0 ? anywhere : moduleTop);
    for (const system of systems)
      for (const part of argumentsOf(system)) walk.walk(part.thunk, part.asModule, part.aside, part.place);
    this.spend(fuel, walk);
    // The machine itself is no other machine.
    const findings = walk.findings();
    return {
      asked: new Map(),
      knownFor: known,
      touched: new Map(),
      values: new Map(),
      findings: {
        ...findings,
        systems: findings.systems.filter((each) => !systems.includes(each)),
        reads: findings.reads.filter(({ system, path }) => path !== null || !systems.includes(system)),
      },
      exhausted: walk.exhausted,
    };
  }

  private fileFindings(
    path: string,
    special: ReadonlyMap<string, Thunk>,
    hostName: string | null,
    known: KnownOptions | null,
    use: 'module' | 'package',
  ): Cached {
    const cache = known === null ? this.cache : this.knownCache;
    const key = `${use} ${path}`;
    const entries = cache.get(key) ?? [];
    const fits = (entry: Cached): boolean =>
      [...entry.touched].every(([name, print]) => print === this.printOf(name, special, hostName)) &&
      [...entry.asked].every(([name, print]) => print === known?.printAt(name)) &&
      // Arguments that a module gives to others are worked out later, with the options of one host.
      (known === null || entry.knownFor === known || entry.findings.moduleArgs.size === 0);
    const cached = entries.find(fits);
    if (cached !== undefined) return this.evaluator.isWatching ? this.withOwnMarks(cached, special, known) : cached;
    const fresh = this.walkFile(path, special, hostName, known, use);
    cache.set(key, [...entries, fresh]);
    return fresh;
  }

  /**
   * Another host's arguments that say the same may stand elsewhere. Those that are the very same value are marked as
   * it was; of others all of what they say is.
   */
  private withOwnMarks(cached: Cached, special: ReadonlyMap<string, Thunk>, known: KnownOptions | null): Cached {
    const { deps } = this.evaluator.watched(() => {
      for (const [name, value] of cached.values) {
        const own = special.get(name);
        if (own === undefined) continue;
        const held = this.evaluator.force(own);
        if (held !== value) this.evaluator.consume(held);
      }
    });
    const own = new Deps();
    if (deps !== null) own.inner.add(deps);
    for (const path of cached.asked.keys()) {
      const declared = known?.depsAt(path) ?? null;
      if (declared !== null) own.inner.add(declared);
    }
    const { marks } = flattenDeps(own);
    if (marks.size === 0) return cached;
    const { findings } = cached;
    const defined = new Deps();
    defined.inner.add(findings.defined).add(own);
    return { ...cached, findings: { ...findings, defined, marks: new Set([...findings.marks, ...marks]) } };
  }

  /** Fills the evaluator up for one file; what a machine's own value leads to has no path and is never worn. */
  private fuelFor(path: string): number {
    const fuel = this.worn.has(path) || this.left <= 0 ? fuelWhenWorn : fuelPerFile;
    this.evaluator.fuel = fuel;
    return fuel;
  }

  private spend(fuel: number, walk: ModuleWalk): void {
    this.left -= fuel - Math.max(0, this.evaluator.fuel) + walk.steps;
  }

  private walkFile(
    path: string,
    special: ReadonlyMap<string, Thunk>,
    hostName: string | null,
    known: KnownOptions | null,
    use: 'module' | 'package',
  ): Cached {
    const fuel = this.fuelFor(path);
    const asked = new Map<string, string>();
    const touched = new Map<string, string>();
    const values = new Map<string, Value>();
    const watched = new Map(
      [...special].map(([name, thunk]) => {
        const touch = (): Value => {
          touched.set(name, this.printOf(name, special, hostName));
          const value = this.evaluator.force(thunk);
          values.set(name, value);
          return value;
        };
        return [name, new Thunk(touch, thunk.site)] as const;
      }),
    );
    const name = new Thunk(() => {
      touched.set(hostNameArg, this.printOf(hostNameArg, special, hostName));
      if (known !== null) this.evaluator.noteMark(`${readMark}networking.hostName`);
      return hostName === null ? symbol(['config', 'networking', 'hostName']) : text(hostName);
    }, null);
    const most = fuel === fuelPerFile ? mostSteps : fuelWhenWorn;
    const config = known?.config(name, (option, print) => asked.set(option, print));
    const walk = new ModuleWalk(this.evaluator, moduleArguments(watched, name, config), most);
    const file = this.evaluator.file(path);
    if (file !== null) walk.walk(file, false, false, use === 'module' ? moduleTop : packaged);
    this.spend(fuel, walk);
    if (walk.exhausted) walk.takeLiterals(path);
    const findings = walk.findings();
    if (walk.exhausted && !this.worn.has(path)) this.worn.set(path, findings.references);
    // A shorter look goes on naming what the long one found.
    const references = walk.exhausted ? [...findings.references, ...(this.worn.get(path) ?? [])] : findings.references;
    return {
      asked,
      knownFor: known,
      touched,
      values,
      findings: { ...findings, references },
      exhausted: walk.exhausted,
    };
  }

  /** Two arguments with one print are one argument. */
  private printOf(name: string, special: ReadonlyMap<string, Thunk>, hostName: string | null): string {
    if (name === hostNameArg) return hostName === null ? 'unknown' : `text ${hostName}`;
    const thunk = special.get(name);
    if (thunk === undefined) return 'none';
    const print = this.evaluator.force(this.printThunk(thunk));
    return print.kind === 'string' ? print.text : `value ${this.nextId++}`;
  }

  /** A print is asked for once for each file and host; as a thunk it goes on knowing what it rests on. */
  private printThunk(thunk: Thunk): Thunk {
    const known = this.prints.get(thunk);
    const print =
      known ?? new Thunk(() => text(this.printValue(this.evaluator.force(thunk), { left: 300 })), thunk.site);
    if (known === undefined) this.prints.set(thunk, print);
    return print;
  }

  /** A text that two values share only if they are the same: what they hold where that is plain, else which one it is. */
  private printValue(value: Value, budget: { left: number }): string {
    if (budget.left-- > 0) {
      switch (value.kind) {
        case 'null':
        case 'bool':
        case 'number':
          return `${value.kind} ${String(value.value)}`;
        case 'string':
          if (value.parts.length === 0) return JSON.stringify(value.text);
          break;
        case 'symbol':
          if (value.parts.length === 0) return `<${value.path.join('.')}>`;
          break;
        case 'list':
          if (value.more.length === 0)
            return `[${value.items.map((item) => this.printValue(this.evaluator.force(item), budget)).join(' ')}]`;
          break;
        case 'attrs':
          if (value.rest === null && value.isFlake !== true && value.slots.size <= 60) {
            const slots = [...value.slots].map(
              ([name, slot]) => `${name}=${this.printValue(this.evaluator.force(slot), budget)}`,
            );
            return `{${slots.join(' ')}}`;
          }
          break;
        default:
          break;
      }
    }
    const id = this.ids.get(value) ?? this.nextId++;
    this.ids.set(value, id);
    return `value ${id}`;
  }
}

function isWhole({ steps, isCut }: Part): boolean {
  return !isCut && steps.every(({ findings, exhausted }) => !exhausted && !findings.partial);
}

function sameSteps(a: Part, b: Part, entry: string): boolean {
  return (
    a.steps.length === b.steps.length &&
    a.steps.every(({ from, findings }, at) => from === entry || findings.said === b.steps[at]?.findings.said)
  );
}

function hostNameThunk(hostName: string | null): Thunk | null {
  return hostName === null ? null : ready(text(hostName));
}

/** The systems that a value may be. */
function systemsIn(evaluator: Evaluator, value: Value): SystemValue[] {
  if (value.kind === 'system') return [value];
  return value.kind === 'choice'
    ? value.options.flatMap((option) => systemsIn(evaluator, evaluator.force(option)))
    : [];
}

/** True where there may be arguments whose names are not known. An input that is written nowhere has none. */
function isOpen(set: Value): boolean {
  const rest = set.kind === 'attrs' ? set.rest : set;
  return rest !== null && !(rest.kind === 'symbol' && ['missing', 'inputs'].includes(rest.path[0] ?? ''));
}

/** Arguments of a system that hold what its modules are given, not what the machine is made of. */
const notWalked = new Set(['specialArgs', 'extraSpecialArgs', 'inputs', 'self', 'lib']);

interface Argument {
  readonly thunk: Thunk;
  readonly asModule: boolean;
  readonly aside: boolean;
  readonly place: Place;
}

function argumentsOf(system: SystemValue): Argument[] {
  const { args } = system;
  if (args.kind !== 'attrs') return [{ thunk: ready(args), asModule: true, aside: false, place: moduleTop }];
  const named = [...args.slots].filter(([name]) => !notWalked.has(name));
  const parts = named.map(([name, thunk]) => ({
    thunk,
    asModule: name !== 'pkgs',
    aside: name.startsWith('#'),
    place: placeOf(name),
  }));
  const rest =
    args.rest === null || args.rest.kind === 'attrs'
      ? []
      : [{ thunk: ready(args.rest), asModule: false, aside: false, place: anywhere }];
  return [...parts, ...rest];
}

function placeOf(argument: string): Place {
  if (argument === 'modules' || argument === 'extraModules') return moduleList;
  return argument === 'configuration' || argument === 'module' ? moduleTop : anywhere;
}
