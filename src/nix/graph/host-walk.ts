import { flattenDeps, type Deps } from '../eval/deps.ts';
import type { Evaluator } from '../eval/evaluator.ts';
import { ready, symbol, text, Thunk, type Site, type SystemValue, type Value } from '../eval/values.ts';
import { ModuleWalk, moduleArguments, mostSteps, type Findings, type Guest, type Reference } from './module-walk.ts';

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

/** Everything that a machine is made of. */
export interface HostFiles {
  /** Each path with the path that refers to it; the entry refers to itself. */
  readonly via: ReadonlyMap<string, string>;
  readonly folders: ReadonlyMap<string, string>;
  readonly listings: ReadonlyMap<string, string>;
  readonly hostName: string | null;
  readonly hostNames: Findings['hostNames'];
  readonly guests: readonly Guest[];
  readonly options: ReadonlySet<string>;
  readonly symbols: ReadonlySet<string>;
  readonly exhausted: readonly string[];
  /** What a watch was on and the machine's own parts came to. */
  readonly marks: ReadonlySet<string>;
  /** What a watch was on and was come to on the way to the machine's name. Null where that was not looked at. */
  readonly frame: ReadonlySet<string> | null;
  /** Files of which every byte counts. */
  readonly raw: ReadonlySet<string>;
  /** True where something was left out of the look, so that nothing can be told from the marks. */
  readonly partial: boolean;
}

interface Cached {
  /** Which of the host's own arguments were looked at, and what they were. */
  readonly touched: ReadonlyMap<string, string>;
  /** The same, as the values themselves. */
  readonly values: ReadonlyMap<string, Value>;
  readonly findings: Findings;
  readonly exhausted: boolean;
}

/** Some thirty times what a long module takes. */
const fuelPerFile = 200_000;
/** What a file gets that did not come to its end for another host, and every file where the repository's steps are used up. */
const fuelWhenWorn = 2_000;
/** For all files and hosts together: an answer within seconds that names too much is better than none. */
const fuelPerRepository = 3_000_000;
/** A fleet larger than this whose machines all look at each other is one whose every change reaches all of them. */
const mostSystems = 2000;
const hostNameArg = 'config.networking.hostName';

/** Walks hosts of one repository. A file is evaluated once for all hosts that give it the same arguments. */
export class HostWalks {
  private readonly evaluator: Evaluator;
  private readonly cache = new Map<string, Cached[]>();
  private readonly ids = new WeakMap<object, number>();
  private readonly prints = new WeakMap<Thunk, Thunk>();
  private nextId = 1;
  private readonly systems = new WeakMap<SystemValue, Cached>();

  private left: number;
  private readonly worn = new Set<string>();

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
    const special = new Map<string, Thunk>(machine.commonArgs);
    const root = this.rootFindings(machine, special, hostName);
    state.read(machine.entry, machine.deps);
    state.take(machine.entry, root.findings, root.exhausted);
    const waiting: { readonly path: string; readonly from: string; readonly own: boolean }[] = [];
    const others: { readonly system: SystemValue; readonly from: string }[] = [];
    const follow = (from: string, findings: Findings, own: boolean): void => {
      for (const [name, thunk] of findings.moduleArgs) {
        if (!special.has(name) || special.get(name) === machine.commonArgs?.get(name)) special.set(name, thunk);
      }
      for (const { path, use } of findings.references) if (use === 'module') waiting.push({ path, from, own });
      for (const system of findings.systems) others.push({ system, from });
    };
    follow(machine.entry, root.findings, true);
    const done = new Set<string>();
    const seen = new Set<string>();
    for (;;) {
      const next = waiting.pop();
      if (next === undefined) {
        const other = others.pop();
        if (other === undefined) return state.result(null);
        const found = this.otherSystem(other.system, seen, machine.commonArgs);
        if (found === null) continue;
        state.take(other.from, found.findings, found.exhausted, false);
        follow(other.from, found.findings, false);
      } else if (!done.has(next.path)) {
        done.add(next.path);
        const { findings, exhausted } = this.fileFindings(next.path, special, hostName);
        state.take(next.path, findings, exhausted, next.own);
        follow(next.path, findings, next.own);
      }
    }
  }

  /** Another machine that this one looks at. One that is made anew at every look is still one. Null if it was seen. */
  private otherSystem(
    system: SystemValue,
    seen: Set<string>,
    args: ReadonlyMap<string, Thunk> = new Map(),
  ): Cached | null {
    const known = this.systems.get(system);
    const found = known ?? this.walkRoot(ready(system), args, null);
    this.systems.set(system, found);
    const print = found.findings.references.map(({ path, use }) => `${use} ${path}`).join('\n');
    if (seen.has(print) || seen.size > mostSystems) return null;
    seen.add(print);
    return found;
  }

  /** What the machine's own value leads to, and the arguments that it gives its modules. */
  private rootFindings(machine: Machine, special: Map<string, Thunk>, hostName: string | null): Cached {
    const value = this.evaluator.force(machine.value);
    const { deps } = this.evaluator.watched(() => {
      for (const system of systemsIn(this.evaluator, value)) {
        const given = this.evaluator.select(system.args, 'specialArgs');
        const extra = this.evaluator.select(system.args, 'extraSpecialArgs');
        for (const set of [given, extra])
          if (set.kind === 'attrs') for (const [name, slot] of set.slots) special.set(name, slot);
      }
    });
    const root = this.walkRoot(machine.value, special, hostName);
    const { files, listings, marks } = flattenDeps(deps);
    const references: Reference[] = [
      ...[...files].map((path) => ({ path, use: 'read' as const })),
      ...[...listings].map((path) => ({ path, use: 'listing' as const })),
    ];
    const { findings } = root;
    return {
      ...root,
      findings: {
        ...findings,
        marks: new Set([...findings.marks, ...marks]),
        references: [...findings.references, ...references],
      },
    };
  }

  private walkRoot(root: Thunk, special: ReadonlyMap<string, Thunk>, hostName: string | null): Cached {
    const fuel = this.fuelFor('');
    const walk = new ModuleWalk(this.evaluator, moduleArguments(special, hostNameThunk(hostName)));
    const value = this.evaluator.force(root);
    const systems = systemsIn(this.evaluator, value);
    walk.walk(root, true);
    for (const system of systems) for (const part of partsOf(system)) walk.walk(part.thunk, part.asModule, part.aside);
    this.spend(fuel, walk, '');
    // The machine itself is no other machine.
    const findings = walk.findings();
    return {
      touched: new Map(),
      values: new Map(),
      findings: { ...findings, systems: findings.systems.filter((each) => !systems.includes(each)) },
      exhausted: walk.exhausted,
    };
  }

  private fileFindings(path: string, special: ReadonlyMap<string, Thunk>, hostName: string | null): Cached {
    const known = this.cache.get(path) ?? [];
    const fits = (entry: Cached): boolean =>
      [...entry.touched].every(([name, print]) => print === this.printOf(name, special, hostName));
    const cached = known.find(fits);
    if (cached !== undefined) return this.evaluator.isWatching ? this.withOwnMarks(cached, special) : cached;
    const fresh = this.walkFile(path, special, hostName);
    this.cache.set(path, [...known, fresh]);
    return fresh;
  }

  /**
   * Another host's arguments that say the same may stand elsewhere. Those that are the very same value are marked as
   * it was; of others all of what they say is.
   */
  private withOwnMarks(cached: Cached, special: ReadonlyMap<string, Thunk>): Cached {
    const { deps } = this.evaluator.watched(() => {
      for (const [name, value] of cached.values) {
        const own = special.get(name);
        if (own === undefined) continue;
        const held = this.evaluator.force(own);
        if (held !== value) this.evaluator.consume(held);
      }
    });
    const { marks } = flattenDeps(deps);
    if (marks.size === 0) return cached;
    return { ...cached, findings: { ...cached.findings, marks: new Set([...cached.findings.marks, ...marks]) } };
  }

  /** Fills the evaluator up for one file; what a machine's own value leads to has no path and is never worn. */
  private fuelFor(path: string): number {
    const fuel = this.worn.has(path) || this.left <= 0 ? fuelWhenWorn : fuelPerFile;
    this.evaluator.fuel = fuel;
    return fuel;
  }

  private spend(fuel: number, walk: ModuleWalk, path: string): void {
    this.left -= fuel - Math.max(0, this.evaluator.fuel) + walk.steps;
    if (walk.exhausted && path !== '') this.worn.add(path);
  }

  private walkFile(path: string, special: ReadonlyMap<string, Thunk>, hostName: string | null): Cached {
    const fuel = this.fuelFor(path);
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
      return hostName === null ? symbol(['config', 'networking', 'hostName']) : text(hostName);
    }, null);
    const most = fuel === fuelPerFile ? mostSteps : fuelWhenWorn;
    const walk = new ModuleWalk(this.evaluator, moduleArguments(watched, name), most);
    const file = this.evaluator.file(path);
    if (file !== null) walk.walk(file, false);
    this.spend(fuel, walk, path);
    if (walk.exhausted) walk.takeLiterals(path);
    return { touched, values, findings: walk.findings(), exhausted: walk.exhausted };
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

/** Arguments of a system that hold what its modules are given, not what the machine is made of. */
const notWalked = new Set(['specialArgs', 'extraSpecialArgs', 'inputs', 'self', 'lib']);

interface Part {
  readonly thunk: Thunk;
  readonly asModule: boolean;
  readonly aside: boolean;
}

function partsOf(system: SystemValue): Part[] {
  const { args } = system;
  if (args.kind !== 'attrs') return [{ thunk: ready(args), asModule: true, aside: false }];
  const named = [...args.slots].filter(([name]) => !notWalked.has(name));
  const parts = named.map(([name, thunk]) => ({ thunk, asModule: name !== 'pkgs', aside: name.startsWith('#') }));
  const rest =
    args.rest === null || args.rest.kind === 'attrs'
      ? []
      : [{ thunk: ready(args.rest), asModule: false, aside: false }];
  return [...parts, ...rest];
}

/** Collects one machine's files while they are found. */
class Closure {
  private readonly via = new Map<string, string>();
  private readonly folders = new Map<string, string>();
  private readonly listings = new Map<string, string>();
  private readonly hostNames: { name: string; site: Site | null }[] = [];
  private readonly guests: Guest[] = [];
  private readonly options = new Set<string>();
  private readonly symbols = new Set<string>();
  private readonly exhausted: string[] = [];
  private readonly marks = new Set<string>();
  private readonly raw = new Set<string>();
  private frame: ReadonlySet<string> | null = null;
  private partial = false;

  constructor(entry: string) {
    this.via.set(entry, entry);
  }

  take(from: string, findings: Findings, exhausted: boolean, own = true): void {
    for (const { path, use } of findings.references) {
      const into = use === 'folder' ? this.folders : use === 'listing' ? this.listings : this.via;
      if (!into.has(path)) into.set(path, from);
    }
    if (exhausted) this.exhausted.push(from);
    if (exhausted || findings.partial) this.partial = true;
    for (const mark of findings.marks) this.marks.add(mark);
    for (const path of findings.raw) this.raw.add(path);
    if (!own) return;
    this.hostNames.push(...findings.hostNames);
    this.guests.push(...findings.guests);
    for (const option of findings.options) this.options.add(option);
    for (const name of findings.symbols) this.symbols.add(name);
  }

  read(from: string, deps: Deps | null): void {
    const { files, listings, marks } = flattenDeps(deps);
    if (deps !== null) this.frame = marks;
    for (const mark of marks) if (mark.startsWith('#')) this.raw.add(mark.slice(1));
    for (const path of files) if (!this.via.has(path)) this.via.set(path, from);
    for (const path of listings) if (!this.listings.has(path)) this.listings.set(path, from);
  }

  result(hostName: string | null): HostFiles {
    const { via, folders, listings, hostNames, guests, options, symbols, exhausted } = this;
    const { marks, frame, raw, partial } = this;
    const found = { via, folders, listings, hostName, hostNames, guests, options, symbols, exhausted };
    return { ...found, marks, frame, raw, partial };
  }
}
