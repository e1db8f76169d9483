import { flattenDeps, type Deps } from '../eval/deps.ts';
import type { Site } from '../eval/values.ts';
import type { Findings, Guest } from './module-walk.ts';

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

/** The folder that every path is in. */
export const wholeRepository = '';

/** Collects one machine's files while they are found. */
export class Closure {
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

  /** The whole repository, for want of steps to tell what of it. */
  takeEverything(from: string): void {
    if (!this.folders.has(wholeRepository)) this.folders.set(wholeRepository, from);
    if (!this.exhausted.includes(from)) this.exhausted.push(from);
    this.partial = true;
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
