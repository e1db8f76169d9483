import { unfinished } from '../eval/consume.ts';
import { Deps, flattenDeps } from '../eval/deps.ts';
import type { Evaluator } from '../eval/evaluator.ts';
import { nothing } from '../eval/nothing.ts';
import {
  attrs,
  hole,
  ready,
  symbol,
  trimmed,
  type Mark,
  type Site,
  type SymbolValue,
  type SystemValue,
  type Thunk,
  type Value,
} from '../eval/values.ts';
import { filesUnder, folderOf, joinPath, realPath } from '../repository.ts';
import type { Lambda } from '../syntax.ts';
import { walk } from '../walk.ts';
import { ImportLog, moduleFile, type Imports } from './import-log.ts';
import { OptionLog, type SaidOfOptions } from './option-log.ts';
import { anywhere, moduleTop, packaged, placeBelow, type Place } from './walk-place.ts';

/** A file or folder that something refers to. */
export interface Reference {
  readonly path: string;
  /**
   * `module`: Nix that is evaluated as a module in turn, `package`: as a package, or as nobody knows what.
   * `read`: already evaluated where it is used. `data`: used as it is. `folder`: everything below it. `listing`: the names in it.
   */
  readonly use: 'module' | 'package' | 'read' | 'data' | 'folder' | 'listing';
}

/** What a walk through values found. */
export interface Findings {
  readonly references: readonly Reference[];
  readonly hostNames: readonly { readonly name: string; readonly site: Site | null }[];
  readonly guests: readonly Guest[];
  /** Top-level options that are set: what tells a machine's own module from a shared one. */
  readonly options: ReadonlySet<string>;
  /** Other machines whose configuration is looked at. */
  readonly systems: readonly SystemValue[];
  /** Arguments that home-manager and the like give to their own modules. */
  readonly moduleArgs: ReadonlyMap<string, Thunk>;
  /** Names of what an input brings: `installation-cd-minimal.nix`, `qemu-vm.nix`. */
  readonly symbols: ReadonlySet<string>;
  /** What a watch was on and was come to. */
  readonly marks: ReadonlySet<string>;
  /** Files of which every byte counts, and not only what they say as Nix. */
  readonly raw: ReadonlySet<string>;
  /** True where not all of what is here was looked at; the files that it names are known all the same. */
  readonly partial: boolean;
  /** What is said of options, and what was come to for it alone: without imports and declarations. */
  readonly said: SaidOfOptions;
  readonly defined: Deps;
  /** The same by the beginning of the option's path, `''` being what decides which there are. */
  readonly definedAt: ReadonlyMap<string, Deps>;
  /** Options of other machines, each with what was read of it; null where that is not known. */
  readonly reads: readonly SystemRead[];
  readonly imports: Imports;
  /** Files that are given as values: to an option whose modules they are, or to a function. */
  readonly values: ReadonlySet<string>;
}

export interface SystemRead {
  readonly system: SystemValue;
  readonly path: readonly string[] | null;
}

export interface Guest {
  readonly name: string;
  readonly site: Site | null;
  readonly how: string;
}

interface Waiting {
  readonly thunk: Thunk;
  /** The option path that leads here. */
  readonly at: readonly string[];
  readonly asModule: boolean;
  /** One of several that it may be: too little to say what kind of machine this is. */
  readonly maybe: boolean;
  /** A path here may be copied as it is; in a list of imports it cannot. */
  readonly raw: boolean;
  readonly place: Place;
  /** The beginning of the path of the option that this is part of. */
  readonly key: string;
  /** Among declarations: what the way here came to, and whether this is part of one option's. */
  readonly way: Deps | null;
  readonly inOption: boolean;
}

/** Attributes whose values the module system imports. */
const moduleLists = new Set(['imports', 'modules', 'sharedModules', 'extraModules', 'require', 'baseModules']);
export const mostSteps = 60_000;
/** How much of an option's path tells it from others. */
const mostKeyed = 4;
/** In how many places one value is looked at. */
const mostPlaces = 24;
/** How often one written function is looked into in one walk; its closures differ little. */
const mostCalls = 40;

/** Goes through everything that a value leads to and notes what of the repository is in it. */
export class ModuleWalk {
  private readonly evaluator: Evaluator;
  private readonly args: Value;
  private readonly seen = new Map<Value, Set<string>>();
  private readonly log = new OptionLog();
  private readonly importLog: ImportLog;
  private readonly defined = new Deps();
  private readonly definedAt = new Map<string, Deps>();
  private readonly reads: SystemRead[] = [];
  /** What stands beside the machine's own modules came to. */
  private readonly besides = new Deps();
  private isAside = false;
  private readonly declared = new Deps();
  private readonly found = new Map<string, Reference>();
  /** Paths that were looked up: a folder that many values name is gone through once. */
  private readonly added = new Set<string>();
  private readonly hostNames: { name: string; site: Site | null }[] = [];
  private readonly guests: Guest[] = [];
  private readonly options = new Set<string>();
  private readonly systems: SystemValue[] = [];
  private readonly moduleArgs = new Map<string, Thunk>();
  private readonly symbols = new Set<string>();
  private readonly calls = new Map<Lambda, number>();
  private readonly marks = new Set<string>();
  private readonly raw = new Set<string>();
  private readonly values = new Set<string>();
  private partial = false;
  private readonly most: number;
  steps = 0;
  /** True where the walk ended before its end: the answer is then too small. */
  exhausted = false;

  /** `args` is what a function that is met is called with. */
  constructor(evaluator: Evaluator, args: Value, most = mostSteps) {
    this.evaluator = evaluator;
    this.args = args;
    this.most = most;
    this.importLog = new ImportLog(evaluator.repository);
  }

  /** `aside`: what is walked is not the machine's own, so machines that it mentions are none that this one looks at. */
  walk(root: Thunk, asModule: boolean, aside = false, place: Place = moduleTop): void {
    const [before, readBefore] = [this.systems.length, this.reads.length];
    this.isAside = aside;
    this.evaluator.cut = false;
    const waiting: Waiting[] = [
      { thunk: root, at: [], asModule, maybe: false, raw: !asModule, place, key: '', way: null, inOption: false },
    ];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (this.steps++ > this.most || this.evaluator.fuel <= 0) {
        this.exhausted = true;
        break;
      }
      this.step(next, waiting);
    }
    if (this.evaluator.cut) this.exhausted = true;
    if (aside) this.systems.length = before;
    if (aside) this.reads.length = readBefore;
  }

  /** Looks at one value, and keeps what that came to with others of its place. */
  private step(next: Waiting, waiting: Waiting[]): void {
    const way = next.place.zone === 'options' && !next.inOption ? new Deps() : next.way;
    const { answer: value, deps } = this.evaluator.watched(() => {
      const held = this.evaluator.force(next.thunk);
      this.visit(held, { ...next, way }, waiting);
      return held;
    });
    if (way !== null && way !== next.way && next.way !== null) way.inner.add(next.way);
    if (deps !== null) this.depsFor({ ...next, way }, value).inner.add(deps);
    if (way !== null && next.place.zone === 'options') this.declared.inner.add(way);
  }

  private depsFor({ place, way, key }: Waiting, { kind }: Value): Deps {
    if (place.zone === 'options') return way ?? this.declared;
    if (place.zone === 'imports' && (kind === 'path' || kind === 'list')) return this.importLog.deps;
    if (this.isAside) return this.besides;
    const known = this.definedAt.get(key);
    if (known !== undefined) return known;
    const made = new Deps();
    this.definedAt.set(key, made);
    this.defined.inner.add(made);
    return made;
  }

  /** Takes everything that a file names as used: for a file whose evaluation did not come to its end. */
  takeLiterals(file: string): void {
    const tree = this.evaluator.repository.parsed(file);
    if (tree === null || tree.root === null) return;
    walk(tree.root, (node) => {
      if (node.type !== 'path') return;
      const pieces = node.parts.map((part) => (part.type === 'text' ? tree.text.slice(part.from, part.to) : hole));
      const path = joinPath(folderOf(file), pieces.join(''));
      if (path !== null && !/^[/~]/.test(pieces[0] ?? '')) this.addPath(path, false, true);
    });
  }

  findings(): Findings {
    this.gather();
    const { hostNames, guests, options, systems, moduleArgs, symbols, marks, raw, partial, defined } = this;
    const references = [...this.found.values()];
    const found = { references, hostNames, guests, options, systems, moduleArgs, symbols, marks, raw, partial };
    const { definedAt, reads, log, importLog, values } = this;
    return { ...found, said: log, defined, definedAt, reads, imports: importLog, values };
  }

  private gather(): void {
    const all = new Deps();
    for (const deps of [this.defined, this.declared, this.importLog.deps]) all.inner.add(deps);
    for (const system of flattenDeps(all).systems) {
      this.systems.push(system);
      this.reads.push({ system, path: null });
    }
    this.defined.inner.add(this.besides);
    all.inner.add(this.besides);
    const { files, listings, marks } = flattenDeps(all);
    for (const mark of marks) {
      if (mark === unfinished) this.partial = true;
      else if (mark.startsWith('#')) this.raw.add(mark.slice(1));
      else this.marks.add(mark);
    }
    for (const path of files) this.add(path, 'read');
    for (const path of listings) this.add(path, 'listing');
  }

  private add(path: string, use: Reference['use']): void {
    const key = `${use} ${path}`;
    if (!this.found.has(key)) this.found.set(key, { path, use });
  }

  private visit(value: Value, from: Waiting, waiting: Waiting[]): void {
    if (value === nothing) return;
    const { thunk, at, asModule, maybe, raw } = from;
    const { place, inOption } = this.placed(value, from);
    const { way } = from;
    const go = (
      inner: Thunk,
      path: readonly string[] = at,
      module = asModule,
      isRaw = raw,
      where: Place = place,
    ): void => {
      const isMaybe = maybe || value.kind === 'choice';
      const key = where.def[0] === anywhere.def[0] ? from.key : where.def.slice(0, mostKeyed).join('.');
      waiting.push({
        thunk: inner,
        at: path,
        asModule: module,
        maybe: isMaybe,
        raw: isRaw,
        place: where,
        key,
        way,
        inOption,
      });
    };
    const parts = place.zone === 'options' ? place : anywhere;
    const packed = place.zone === 'options' ? place : packaged;
    switch (value.kind) {
      case 'null':
      case 'bool':
      case 'number':
        return;
      case 'string':
        this.noteText(at, value.text, value.site ?? thunk.site);
        return value.parts.forEach((part) => go(part, at, asModule, true, parts));
      case 'path':
        this.addPath(trimmed(value.path), asModule, raw, place.isPackage === true ? 'package' : 'module');
        if (place.zone !== 'imports') this.values.add(moduleFile(this.evaluator.repository, value.path));
        return value.parts.forEach((part) => go(part, [], false, true, parts));
      default:
        break;
    }
    if (this.isKnown(value, place)) return;
    switch (value.kind) {
      case 'list':
        for (const item of value.items) go(item);
        return value.more.forEach((item) => go(item));
      case 'attrs':
        return this.visitSet(value, at, place, go);
      case 'lambda':
        if (this.isWornOut(value.node)) return;
        return go(ready(this.evaluator.apply(value, ready(this.args))));
      case 'builtin':
        return value.args.forEach((arg) => go(arg, [], false, true, parts));
      case 'symbol':
        if (!maybe) this.symbols.add(value.path[value.path.length - 1] ?? '');
        if (value.path[0] === 'inputs' && value.path[1] !== undefined) this.evaluator.noteInput(value.path[1]);
        if (value.path[0] === 'system' && this.isRead(value)) return;
        if (value.path[0] === 'merged') return value.parts.forEach((part) => go(part));
        // What went into an unknown value says nothing about the option that it is given to.
        if (isCallPackage(value.path)) return value.parts.forEach((part) => go(part, [], asModule, false, packed));
        return value.parts.forEach((part) => go(part, [], asModule, true, parts));
      case 'choice':
        return value.options.forEach((option) => go(option));
      case 'system':
        this.systems.push(value);
        this.reads.push({ system: value, path: null });
        return;
    }
  }

  /** An option of another machine, of which nothing else went into the value. */
  private isRead({ path, parts }: SymbolValue): boolean {
    const [only] = parts;
    const system = only === undefined || parts.length > 1 ? null : this.evaluator.force(only);
    if (system?.kind !== 'system' || path[1] !== 'config' || path.length < 3 || path.includes('()')) return false;
    this.systems.push(system);
    this.reads.push({ system, path: path.slice(2) });
    return true;
  }

  /** Notes what a value says where it stands, and where what is in it stands. */
  private placed(
    value: Value,
    { place, way, inOption }: Waiting,
  ): { readonly place: Place; readonly inOption: boolean } {
    switch (place.zone) {
      case 'imports':
        this.importLog.take(value);
        return { place: value.kind === 'attrs' ? moduleTop : place, inOption };
      case 'options':
        return { place, inOption: inOption || (way !== null && this.log.declare(place, value, way)) };
      case 'config':
        this.log.define(place, value);
        return { place, inOption };
    }
  }

  /** Looked at before in the same place. One value in very many places may say anything in them. */
  private isKnown(value: Value, { zone, def }: Place): boolean {
    const key = `${zone} ${def.join('.')}`;
    const places = this.seen.get(value);
    if (places === undefined) this.seen.set(value, new Set([key]));
    if (places === undefined) return false;
    if (places.has(key)) return true;
    if (places.size > mostPlaces) {
      if (zone === 'config') this.log.mayDefine(def);
      return true;
    }
    places.add(key);
    return false;
  }

  /** A function that gives functions of its own kind (`withPlugins`) would be called without end. */
  private isWornOut(node: Lambda): boolean {
    const count = (this.calls.get(node) ?? 0) + 1;
    this.calls.set(node, count);
    if (count <= mostCalls) return false;
    this.partial = true;
    return true;
  }

  private visitSet(
    value: Extract<Value, { kind: 'attrs' }>,
    at: readonly string[],
    place: Place,
    go: (inner: Thunk, path?: readonly string[], module?: boolean, raw?: boolean, where?: Place) => void,
  ): void {
    if (value.isFlake === true) return;
    this.evaluator.enumerate(value);
    if (value.mark !== undefined) return seenThrough(value.mark, go);
    const option = at[0] === 'config' ? at.slice(1) : at;
    this.noteGuests(option, value.slots);
    if (isArguments(option)) {
      // Arguments matter where a module asks for them. Packages matter everywhere: NixOS itself asks for those.
      for (const [name, slot] of value.slots) this.moduleArgs.set(name, slot);
      const packages = value.slots.get('pkgs');
      if (packages !== undefined) go(packages, [], false, true, anywhere);
      return;
    }
    for (const [name, slot] of value.slots) {
      // Deeper than any option that is looked for, the path is of no use and only costs.
      const path = at.length < 8 ? [...at, name] : at;
      if (at.length < 2) this.options.add(path.join('.'));
      go(slot, path, moduleLists.has(name), !moduleLists.has(name) && !isModuleAt(option), placeBelow(place, name));
    }
    if (value.rest !== null) go(ready(value.rest), at, false);
  }

  private noteText(at: readonly string[], text: string, site: Site | null): void {
    const option = at[0] === 'config' ? at.slice(1) : at;
    if (option.length !== 2 || option[0] !== 'networking' || option[1] !== 'hostName') return;
    if (text !== '' && !text.includes(hole)) this.hostNames.push({ name: text, site });
  }

  private noteGuests(option: readonly string[], slots: ReadonlyMap<string, Thunk>): void {
    const path = option.join('.');
    if (path !== 'containers' && path !== 'microvm.vms' && path !== 'nixos-containers') return;
    for (const [name, slot] of slots) this.guests.push({ name, site: slot.site, how: path });
  }

  private addPath(path: string, asModule: boolean, raw: boolean, use: 'module' | 'package' = 'module'): void {
    const key = `${asModule ? 'm' : ' '}${raw ? 'r' : ' '}${use} ${path}`;
    if (this.added.has(key)) return;
    this.added.add(key);
    if (path.includes(hole)) return this.addPattern(path, raw);
    const { entries, folders } = this.evaluator.repository;
    const real = realPath(this.evaluator.repository, path);
    if (real !== path) {
      this.add(path, 'data');
      return this.addPath(real, asModule, raw, use);
    }
    if (!folders.has(path)) {
      if (raw) this.raw.add(path);
      return this.add(path, path.endsWith('.nix') && entries.has(path) ? use : 'data');
    }
    const inner = joinPath(path, 'default.nix') ?? '';
    const hasDefault = entries.has(inner);
    if (hasDefault) this.add(inner, use);
    if (hasDefault && asModule) return;
    // The whole repository as a value stands for its revision, which is no part of what a host is.
    if (path === '') return;
    this.add(path, 'folder');
    // What is in a folder that is used as it is may be anything.
    const inFolder = asModule ? 'module' : 'package';
    if (!hasDefault) for (const file of this.under(path)) if (file.endsWith('.nix')) this.add(file, inFolder);
  }

  private under(folder: string): string[] {
    return filesUnder(this.evaluator.repository, folder);
  }

  /** A path of which a piece is not known: all that it may be. */
  private addPattern(path: string, raw: boolean): void {
    const quoted = path.split(hole).map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    const pattern = new RegExp(`^${quoted.join('.*')}(/.*)?$`);
    for (const file of this.evaluator.repository.entries.keys()) {
      if (!pattern.test(file)) continue;
      if (raw) this.raw.add(file);
      this.add(file, file.endsWith('.nix') ? 'module' : 'data');
    }
  }
}

function seenThrough(mark: Mark, go: (inner: Thunk, path?: readonly string[], module?: boolean) => void): void {
  if (mark.kind === 'if') go(mark.condition, [], false);
  go(mark.kind === 'merge' ? mark.contents : mark.content);
}

/** `callPackage ./x.nix { }` calls what the file says; the file itself goes nowhere. */
function isCallPackage(path: readonly string[]): boolean {
  return path.some((step) => step === 'callPackage' || step === 'callPackages');
}

/** Options whose values are modules: `home-manager.users.<name>`. What is set one by one below them is not. */
function isModuleAt(option: readonly string[]): boolean {
  return option.length === 2 && option[0] === 'home-manager' && option[1] === 'users';
}

function isArguments(option: readonly string[]): boolean {
  const last = option[option.length - 1];
  return (
    last === 'extraSpecialArgs' ||
    last === 'specialArgs' ||
    (last === 'args' && option[option.length - 2] === '_module')
  );
}

/** The arguments of a NixOS module, with a host's own ones. What is not known of `config` stays a symbol. */
export function moduleArguments(
  special: ReadonlyMap<string, Thunk>,
  hostName: Thunk | null,
  config: Value = unknownConfig(hostName),
): Value {
  const slots = new Map<string, Thunk>([
    ['config', ready(config)],
    ['lib', ready(symbol(['lib']))],
    ['pkgs', ready(symbol(['pkgs']))],
    ['options', ready(symbol(['options']))],
    ['modulesPath', ready(symbol(['inputs', 'nixpkgs', 'nixos', 'modules']))],
    ...special,
  ]);
  return attrs(slots, symbol(['argument']));
}

function unknownConfig(hostName: Thunk | null): Value {
  const networking = attrs(
    new Map(hostName === null ? [] : [['hostName', hostName]]),
    symbol(['config', 'networking']),
  );
  return attrs(new Map([['networking', ready(networking)]]), symbol(['config']));
}
