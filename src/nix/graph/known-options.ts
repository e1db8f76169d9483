import { Deps, flattenDeps } from '../eval/deps.ts';
import type { Evaluator } from '../eval/evaluator.ts';
import { attrs, isKnownText, ready, symbol, Thunk, type Value } from '../eval/values.ts';
import { declaredDefault, hasApply } from './declared-options.ts';
import type { Declaration, SaidOfOptions } from './option-log.ts';

/** Takes note of each option or set of options that somebody asks for, with a print of what there is. */
export type Asked = (path: string, print: string) => void;

/** Before the path of an option that was read, among what something came to. */
export const readMark = '%';

interface Node {
  readonly path: readonly string[];
  readonly children: Map<string, Node>;
  readonly declarations: Declaration[];
  known?: Value | null;
  marks?: Deps;
}

/** What is defined of one option within one walk: its values, or that it may be anything. */
type Possible = readonly (Value | null)[] | 'anything';

/**
 * What the options are that the repository itself declares, on one host. An option is known where everything that any
 * module of the host may define of it, whether or not its conditions hold, is its default once more, or where nothing
 * is defined at all.
 *
 * Modules from elsewhere are taken not to define options that the repository declares: they cannot know of them. The
 * danger is an input that is made for this repository (its owner's second one), which sets such an option by a module
 * of its own: a host that is switched by nothing else would then be taken for one where the option has its default.
 */
export class KnownOptions {
  private readonly evaluator: Evaluator;
  private readonly said: readonly SaidOfOptions[];
  private readonly memory: OptionMemory;
  private readonly top: Node = { path: [], children: new Map(), declarations: [] };

  constructor(evaluator: Evaluator, said: readonly SaidOfOptions[], memory: OptionMemory) {
    this.evaluator = evaluator;
    this.said = said;
    this.memory = memory;
    for (const { declarations } of said)
      for (const each of declarations) this.nodeFor(each.path).declarations.push(each);
  }

  private nodeFor(path: readonly string[]): Node {
    let node = this.top;
    for (const [at, name] of path.entries()) {
      const known = node.children.get(name);
      const next = known ?? { path: path.slice(0, at + 1), children: new Map<string, Node>(), declarations: [] };
      if (known === undefined) node.children.set(name, next);
      node = next;
    }
    return node;
  }

  /** `config` for the modules of the host. What is not known of it stays a symbol. */
  config(hostName: Thunk | null, asked: Asked): Value {
    return this.setOf(this.top, asked, hostName);
  }

  private setOf(node: Node, asked: Asked, hostName: Thunk | null): Value {
    const slots = [...node.children].map(([name, child]) => [name, this.slotOf(child, asked, hostName)] as const);
    const named = hostName === null || node.path.join('.') !== 'networking' ? [] : [['hostName', hostName] as const];
    const own = node.path.length === 0 && hostName !== null && !node.children.has('networking');
    const networking = { path: ['networking'], children: new Map<string, Node>(), declarations: [] };
    const more = own ? [['networking', new Thunk(() => this.setOf(networking, asked, hostName), null)] as const] : [];
    const noted: Asked = (path, print) => {
      asked(path, print);
      if (print === '') this.evaluator.noteMark(readMark + path);
    };
    const set = new AskedSlots([...slots, ...more, ...named], node.path, noted);
    return attrs(set, symbol(['config', ...node.path]));
  }

  private slotOf(node: Node, asked: Asked, hostName: Thunk | null): Thunk {
    return new Thunk(() => {
      asked(node.path.join('.'), this.print(node));
      if (node.children.size > 0) return this.setOf(node, asked, hostName);
      this.evaluator.noteMark(readMark + node.path.join('.'));
      const held = ready(this.valueOf(node) ?? symbol(['config', ...node.path]));
      // Whoever reads an option rests on how it is declared.
      held.deps = this.marksOf(node);
      return this.evaluator.force(held);
    }, null);
  }

  /** Whether the repository declares an option, or a set of them. */
  isDeclared(path: string): boolean {
    const node = this.find(path);
    return node !== null && node.children.size + node.declarations.length > 0;
  }

  /** What an asked option is here, to be compared with what it was where it was asked. */
  printAt(path: string): string {
    const node = this.find(path);
    return node === null ? '' : this.print(node);
  }

  /** What an option's declarations came to; null where nothing of it is watched. */
  depsAt(path: string): Deps | null {
    const node = this.find(path);
    const deps = node === null ? null : this.marksOf(node);
    return deps === null || deps.marks?.size === 0 ? null : deps;
  }

  private find(path: string): Node | null {
    let node: Node | undefined = this.top;
    for (const name of path === '' ? [] : path.split('.')) node = node?.children.get(name);
    return node ?? null;
  }

  private print(node: Node): string {
    if (node.children.size > 0) return `{${[...node.children.keys()].join(' ')}}`;
    const value = this.valueOf(node);
    if (value === null) return '?';
    return 'text' in value ? `"${value.text}` : 'value' in value ? `${value.kind} ${String(value.value)}` : value.kind;
  }

  private marksOf(node: Node): Deps {
    if (node.marks !== undefined) return node.marks;
    const deps = new Deps();
    deps.marks = new Set();
    for (const each of node.declarations) {
      const { marks, files, listings } = flattenDeps(each.deps);
      // Which other options there are beside it says nothing of this one.
      for (const mark of marks) if (!mark.startsWith('~')) deps.marks.add(mark);
      for (const path of files) deps.files.add(path);
      for (const path of listings) deps.listings.add(path);
    }
    node.marks = deps;
    return deps;
  }

  private valueOf(node: Node): Value | null {
    if (node.known !== undefined) return node.known;
    // A default may rest on the option itself, where it is an error, or on others.
    node.known = null;
    node.known = this.judged(node);
    return node.known;
  }

  private judged({ path, declarations }: Node): Value | null {
    if (declarations.some(({ value }) => hasApply(this.evaluator, value))) return null;
    const defaults = declarations.flatMap(({ value }) => declaredDefault(this.evaluator, value) ?? []);
    const values: Value[] = defaults.map((thunk) => this.evaluator.force(thunk));
    const [first] = values;
    if (first === undefined) return null;
    for (const said of this.said) {
      const possible = this.memory.possible(said, path);
      if (possible === 'anything') return null;
      for (const value of possible) {
        if (value === null) return null;
        values.push(value);
      }
    }
    if (first.kind === 'list' && first.items.length === 0 && first.more.length === 0)
      return values.every((value) => value === first) ? first : null;
    return isScalar(first) && values.every((value) => sameScalar(value, first)) ? first : null;
  }
}

/** What single walks say of single options, looked up once for all hosts that share them. */
export class OptionMemory {
  private readonly known = new WeakMap<SaidOfOptions, Map<string, Possible>>();

  possible(said: SaidOfOptions, path: readonly string[]): Possible {
    const key = path.join('.');
    const known = this.known.get(said) ?? new Map<string, Possible>();
    this.known.set(said, known);
    const answer = known.get(key) ?? possibleIn(said, path, key);
    known.set(key, answer);
    return answer;
  }
}

/**
 * A definition counts from the end of its path: what a user of home-manager or a container is given stands deeper than
 * what its own modules say, and is the same option to them.
 */
function possibleIn(said: SaidOfOptions, path: readonly string[], key: string): Possible {
  if (said.open.has('')) return 'anything';
  for (let length = 1; length <= path.length; length++)
    if (said.open.has(path.slice(0, length).join('.'))) return 'anything';
  const ended = said.definitions.get(path[path.length - 1] as string) ?? [];
  return ended.flatMap((each) => {
    const joined = each.path.join('.');
    return joined === key || joined.endsWith(`.${key}`) ? [each.value] : [];
  });
}

function isScalar(value: Value): boolean {
  return (
    value.kind === 'null' ||
    value.kind === 'bool' ||
    value.kind === 'number' ||
    (isKnownText(value) && value.parts.length === 0)
  );
}

function sameScalar(a: Value, b: Value): boolean {
  if (!isScalar(a) || a.kind !== b.kind) return false;
  return 'text' in a && 'text' in b ? a.text === b.text : 'value' in a && 'value' in b && a.value === b.value;
}

/** A set of options that takes note of who asks for what is not declared, or for all that is. */
class AskedSlots extends Map<string, Thunk> {
  private readonly path: readonly string[];
  private readonly asked: Asked;

  constructor(slots: readonly (readonly [string, Thunk])[], path: readonly string[], asked: Asked) {
    super(slots);
    this.path = path;
    this.asked = asked;
  }

  override get(name: string): Thunk | undefined {
    this.note(name);
    return super.get(name);
  }

  override has(name: string): boolean {
    this.note(name);
    return super.has(name);
  }

  override [Symbol.iterator](): MapIterator<[string, Thunk]> {
    return this.entries();
  }

  override entries(): MapIterator<[string, Thunk]> {
    if (this.path.length === 0) this.asked('', `{${[...super.keys()].join(' ')}}`);
    return super.entries();
  }

  override values(): MapIterator<Thunk> {
    if (this.path.length === 0) this.asked('', `{${[...super.keys()].join(' ')}}`);
    return super.values();
  }

  private note(name: string): void {
    if (!super.has(name)) this.asked([...this.path, name].join('.'), '');
  }
}
