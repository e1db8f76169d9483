import { Deps, flattenDeps } from './deps.ts';
import { inputMark } from './input-marks.ts';
import type { AttrsValue, Site, SystemValue, Value } from './values.ts';
import type { DataWatch, Watch } from './watch.ts';

/**
 * What an evaluation comes to while it answers: files, folders, other machines, and the pieces that somebody watches.
 * All of it is kept with the value that was being worked out, and handed to whoever asks for that value later.
 */
export class Recorder {
  protected deps: Deps | null = null;
  protected readonly watch: Watch | null;

  constructor(watch: Watch | null) {
    this.watch = watch;
  }

  get isWatching(): boolean {
    return this.watch !== null;
  }

  /** Runs a question and returns what it looked at beside the answer. */
  watched<Answer>(ask: () => Answer): { readonly answer: Answer; readonly deps: Deps | null } {
    const saved = this.deps;
    this.deps = null;
    try {
      const answer = ask();
      return { answer, deps: this.deps };
    } finally {
      this.deps = saved;
    }
  }

  protected inherit(deps: Deps): void {
    this.deps ??= new Deps();
    if (this.deps !== deps) this.deps.inner.add(deps);
  }

  /** Takes on what somebody else looked at, also what comes to it later. */
  noteAll(deps: Deps): void {
    this.inherit(deps);
  }

  /** Takes on what a question looked at, without one mark. */
  handOver(deps: Deps | null, without: string | null): void {
    const { files, listings, marks, systems } = flattenDeps(deps);
    for (const path of files) this.note('files', path);
    for (const path of listings) this.note('listings', path);
    for (const mark of marks) if (mark !== without) this.noteMark(mark);
    for (const system of systems) this.noteSystem(system);
  }

  note(kind: 'files' | 'listings', path: string): void {
    this.deps ??= new Deps();
    this.deps[kind].add(path);
  }

  /** Somebody came to a piece of syntax. */
  touch(node: object): void {
    const marks = this.watch?.nodes.get(node);
    if (marks !== undefined) for (const mark of marks) this.noteMark(mark);
  }

  /** Somebody read a file as it is, not what it says as Nix. */
  noteBytes(path: string): void {
    this.noteMark(`#${path}`);
  }

  noteMark(mark: string): void {
    this.deps ??= new Deps();
    this.deps.marks ??= new Set();
    this.deps.marks.add(mark);
  }

  /** Somebody came to an input of a flake. */
  noteInput(name: string): void {
    this.noteMark(inputMark(name));
  }

  noteSystem(system: SystemValue): void {
    this.deps ??= new Deps();
    this.deps.systems ??= new Set();
    this.deps.systems.add(system);
  }

  /**
   * What a `lib` is taken from. Whoever takes an input's library has not come to the input yet: its functions that are
   * known here are the same in every version of Nixpkgs. With any other it is come to (`selectSymbol`).
   */
  libraryOwner(ask: () => Value): Value {
    const { answer, deps } = this.watched(ask);
    const name =
      answer.kind === 'symbol' && answer.path.length === 2 && answer.path[0] === 'inputs' ? answer.path[1] : null;
    if (name === null || name === undefined) {
      if (deps !== null) this.inherit(deps);
      return answer;
    }
    this.handOver(deps, inputMark(name));
    return answer;
  }

  /** What of a file of data is watched; null for a text that is no whole file, or where nothing is. */
  dataWatch(site: Site | null): DataWatch | null {
    return site?.offset === 0 ? (this.watch?.data.get(site.file) ?? null) : null;
  }

  touchData(marks: readonly string[] | undefined): void {
    for (const mark of marks ?? []) this.noteMark(mark);
  }

  /** Somebody looked at which names a set has, all of them. */
  enumerate({ names }: AttrsValue): void {
    if (names !== undefined) for (const { mark } of names) this.noteMark(mark);
  }

  /** Somebody asked a set for one name: of which it matters whether it is there. */
  asked({ names, slots }: AttrsValue, name: string): void {
    if (names === undefined) return;
    for (const { mark, arrivals } of names) if (!slots.has(name) || arrivals.has(name)) this.noteMark(`!${mark}`);
  }

  /** The set, and what is watched of its names. */
  named(node: object, value: Value): Value {
    const names = this.watch?.names.get(node);
    return names === undefined || value.kind !== 'attrs' ? value : { ...value, names: [names] };
  }
}
