import type { DataWatch, Watch, WatchedNames } from '../eval/watch.ts';
import type { Repository } from '../repository.ts';
import { anyInput } from '../eval/input-marks.ts';
import { changedData } from './changed-data.ts';
import { changedInputs, flakeOfLock } from './changed-inputs.ts';
import { changedParts, type ChangedParts } from './changed-parts.ts';
import { wholeRepository, type HostFiles } from './closure.ts';
import type { HostEffects } from './host-effects.ts';
import type { NixTree } from '../parser.ts';
import { asksForPositions } from './same-tokens.ts';

/** A reading that can be read again with an eye on some pieces. */
export interface Watchable {
  readonly repository: Repository;
  filesOf(name: string): HostFiles | null;
  watching(watch: Watch): WatchedHosts;
}

/** What hosts are made of, and which of the watched pieces each comes to. */
export interface WatchedHosts {
  filesOf(name: string): HostFiles | null;
  /** The same less what stands behind options that are off. */
  effectsOf(name: string, hostName: string | null): HostEffects | null;
}

/**
 * Proofs that a host does not come to what changed within a file. The pieces of the changed files that differ are
 * watched while both readings are evaluated once more; that happens only if somebody asks, and once for all hosts.
 */
export class Narrowing {
  private readonly before: Watchable;
  private readonly after: Watchable;
  private readonly parts = new Map<string, ChangedParts>();
  /** By flake, for each flake that changes or whose lock file does. */
  private readonly inputs = new Map<string, ReadonlySet<string> | null>();
  private readings: readonly [WatchedHosts, WatchedHosts] | null = null;
  private readonly hosts = new Map<string, readonly [HostFiles, HostFiles] | null>();
  private readonly effects = new Map<string, readonly [HostEffects, HostEffects] | null>();

  constructor(before: Watchable, after: Watchable, changed: readonly string[]) {
    this.before = before;
    this.after = after;
    if (readsPositions(before.repository) || readsPositions(after.repository)) return;
    const twins = twinsAmong(changed, [before.repository, after.repository]);
    for (const path of changed) {
      const flake = path.endsWith('flake.nix') ? path : flakeOfLock(path);
      if (flake !== null) this.inputs.set(flake, changedInputs(flake, before.repository, after.repository));
      if (twins.has(path)) continue;
      const parts = path.endsWith('.nix')
        ? nixParts(path, before.repository, after.repository)
        : dataParts(path, before.repository, after.repository);
      if (parts !== null) this.parts.set(path, parts);
    }
  }

  /** True where it is proved that the host is the same for all that this file says. */
  isUntouched(host: string, path: string): boolean {
    const flake = flakeOfLock(path);
    if (flake !== null) return this.isUntouchedByInputs(host, flake, path);
    if (this.inputs.has(path) && !this.isUntouchedByInputs(host, path, null)) return false;
    const both = this.filesOf(host);
    if (both === null || both.some(({ partial }) => partial)) return false;
    const parts = this.parts.get(path);
    if (parts === undefined || both.some((files) => isRaw(files, path))) return this.isUnused(host, path);
    const [old, fresh] = both;
    const own = new Set([...marksIn(parts.before), ...marksIn(parts.after)]);
    if (own.size === 0) return true;
    return (!this.isMoved(path) && isSame(old, fresh, own)) || this.isUntouchedByOptions(host, path, own);
  }

  /** True where what is left once options that are off are left out does not come to what changed. */
  private isUntouchedByOptions(host: string, path: string, own: ReadonlySet<string>): boolean {
    const files = this.filesOf(host);
    const effects = this.effectsOf(host);
    if (files === null || effects === null) return false;
    const [old, fresh] = effects;
    if (!sameImports(old, fresh)) return false;
    const isRead = ({ files: read, listings }: HostEffects): boolean =>
      read.has(path) || [...listings].some((folder) => folder === '' || path.startsWith(`${folder}/`));
    if (this.isMoved(path) && effects.some(isRead)) return false;
    const [a, b] = files;
    return isSame({ marks: old.marks, frame: a.frame }, { marks: fresh.marks, frame: b.frame }, own);
  }

  private isMoved(path: string): boolean {
    return this.before.repository.entries.has(path) !== this.after.repository.entries.has(path);
  }

  /** True where what is left does not refer to the file at all. */
  private isUnused(host: string, path: string): boolean {
    const effects = this.effectsOf(host);
    if (effects === null || !sameImports(...effects)) return false;
    return effects.every(({ references, files, listings }) => {
      const isBelow = [...references, ...listings].some((folder) => folder === '' || path.startsWith(`${folder}/`));
      return !isBelow && !references.has(path) && !files.has(path);
    });
  }

  private effectsOf(host: string): readonly [HostEffects, HostEffects] | null {
    const known = this.effects.get(host);
    if (known !== undefined) return known;
    const files = this.filesOf(host);
    const both = files?.map(({ hostName }, side) => this.readings?.[side]?.effectsOf(host, hostName) ?? null) ?? [];
    const [old, fresh] = both;
    const made = old && fresh ? ([old, fresh] as const) : null;
    this.effects.set(host, made);
    return made;
  }

  /** True where the host comes to none of the inputs that differ, and is made by that flake. */
  private isUntouchedByInputs(host: string, flake: string, lock: string | null): boolean {
    const changed = this.inputs.get(flake) ?? null;
    if (changed === null) return false;
    if (changed.size === 0 && lock === null) return true;
    const both = this.filesOf(host);
    if (both === null) return false;
    return both.every((files) => {
      const { via, partial, marks, frame } = files;
      if (partial || frame === null || via.get(flake) !== flake) return false;
      if (lock !== null && (via.has(lock) || isRaw(files, lock))) return false;
      const used = [...marks, ...frame];
      return !used.some((mark) => mark === anyInput || (mark.startsWith('@') && changed.has(mark.slice(1))));
    });
  }

  private filesOf(host: string): readonly [HostFiles, HostFiles] | null {
    const known = this.hosts.get(host);
    if (known !== undefined) return known;
    // Where the first reading did not come to its end, the second will not either.
    const isCut = [this.before, this.after].some((reading) => {
      const files = reading.filesOf(host);
      return files === null || files.partial || files.exhausted.length > 0;
    });
    if (isCut) {
      this.hosts.set(host, null);
      return null;
    }
    this.readings ??= [
      this.before.watching(joined([...this.parts.values()].map(({ before }) => before))),
      this.after.watching(joined([...this.parts.values()].map(({ after }) => after))),
    ];
    const [old, fresh] = [this.readings[0].filesOf(host), this.readings[1].filesOf(host)];
    const both = old === null || fresh === null ? null : ([old, fresh] as const);
    this.hosts.set(host, both);
    return both;
  }
}

/** Changed paths with equal bytes are one tree: what a host comes to in it does not say in which of the files. */
function twinsAmong(changed: readonly string[], repositories: readonly Repository[]): ReadonlySet<string> {
  const met = new Map<object, Set<string>>();
  for (const path of changed) {
    for (const tree of repositories.map((repository) => repository.parsed(path))) {
      if (tree !== null) met.set(tree, (met.get(tree) ?? new Set()).add(path));
    }
  }
  return new Set([...met.values()].filter((paths) => paths.size > 1).flatMap((paths) => [...paths]));
}

function nixParts(path: string, before: Repository, after: Repository): ChangedParts | null {
  const [old, fresh] = [before.parsed(path), after.parsed(path)];
  if (before.entries.has(path) !== after.entries.has(path)) return wholeFile(path, old, fresh);
  return old === null || fresh === null ? null : changedParts(path, old, fresh);
}

function dataParts(path: string, before: Repository, after: Repository): ChangedParts | null {
  const [old, fresh] = [before.texts.get(path), after.texts.get(path)];
  const parts = old === undefined || fresh === undefined ? null : changedData(path, old, fresh);
  const watch = (data: DataWatch): Watch => ({ nodes: new Map(), names: new Map(), data: new Map([[path, data]]) });
  return parts === null ? null : { before: watch(parts.before), after: watch(parts.after) };
}

/** A reading in which some program asks where its text stands cannot be compared by what the text says. */
function readsPositions(repository: Repository): boolean {
  for (const [path, text] of repository.texts) {
    if (!path.endsWith('.nix') || !/CurPos|curPos|GetAttrPos|GetLambdaPos/.test(text)) continue;
    const tree = repository.parsed(path);
    if (tree !== null && asksForPositions(tree)) return true;
  }
  return false;
}

function isRaw(files: HostFiles, path: string): boolean {
  if (files.raw.has(path)) return true;
  return [...files.folders.keys()].some((folder) => folder === wholeRepository || path.startsWith(`${folder}/`));
}

/** A file that only one of the readings has: whoever evaluates it comes to it. */
function wholeFile(path: string, old: NixTree | null, fresh: NixTree | null): ChangedParts | null {
  const nodes = (tree: NixTree | null): Watch['nodes'] =>
    new Map(tree?.root ? [[tree.root, [`+${path}#`]] as const] : []);
  const tree = old ?? fresh;
  if (tree === null || tree.root === null || tree.errors.length > 0) return null;
  const watch = (of: NixTree | null): Watch => ({ nodes: nodes(of), names: new Map(), data: new Map() });
  return { before: watch(old), after: watch(fresh) };
}

function sameImports({ imports: old }: HostEffects, { imports: fresh }: HostEffects): boolean {
  return [...old].every(([file, list]) => !fresh.has(file) || fresh.get(file) === list);
}

type CameTo = Pick<HostFiles, 'marks' | 'frame'>;

/** See `Watch` for what the first character says. */
function isSame(before: CameTo, after: CameTo, own: ReadonlySet<string>): boolean {
  const [old, fresh] = [before, after].map((files) => [...files.marks].filter((mark) => own.has(bare(mark))));
  const shared = (marks: readonly string[] | undefined): string =>
    (marks ?? [])
      .filter((mark) => mark.startsWith('='))
      .sort()
      .join('\n');
  if ([...(old ?? []), ...(fresh ?? [])].some((mark) => !mark.startsWith('='))) return false;
  if (shared(old) !== shared(fresh)) return false;
  return [before, after].every(({ frame }) => {
    if (frame === null) return false;
    return ![...frame].some((mark) => mark.startsWith('!') && own.has(bare(mark)));
  });
}

/** `!~…` is a name of a watched set that was asked for. */
function bare(mark: string): string {
  return mark.startsWith('!~') ? mark.slice(1) : mark;
}

function marksIn({ nodes, names, data }: Watch): string[] {
  const within = [{ nodes, names }, ...data.values()];
  return within.flatMap((each) => [
    ...[...each.nodes.values()].flat(),
    ...[...each.names.values()].map(({ mark }) => mark),
  ]);
}

function joined(watches: readonly Watch[]): Watch {
  const nodes = new Map<object, readonly string[]>();
  const names = new Map<object, WatchedNames>();
  const data = new Map<string, DataWatch>();
  for (const watch of watches) {
    for (const [node, marks] of watch.nodes) nodes.set(node, marks);
    for (const [node, watched] of watch.names) names.set(node, watched);
    for (const [path, watched] of watch.data) data.set(path, watched);
  }
  return { nodes, names, data };
}
