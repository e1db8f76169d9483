import { note, type Places } from './data-places.ts';

type Table = { [key: string]: unknown };

/**
 * Reads TOML 1.0 as far as host lists go: tables, arrays of tables, dotted keys, strings, numbers, booleans, arrays and
 * inline tables; dates stay text. Throws a SyntaxError on anything else, like `JSON.parse`.
 */
export function parseToml(text: string): unknown {
  return new TomlReader(text).read();
}

/** The same with the place of each key. */
export function placedToml(text: string): { readonly value: unknown; readonly places: Places } {
  const reader = new TomlReader(text);
  return { value: reader.read(), places: reader.places };
}

/** A name, and where it stands. */
interface Key {
  readonly name: string;
  readonly at: number;
}

class TomlReader {
  private readonly text: string;
  private at = 0;
  readonly places: Places = new WeakMap();

  constructor(text: string) {
    this.text = text;
  }

  read(): Table {
    const root = empty();
    let table = root;
    for (this.skip(true); this.at < this.text.length; this.skip(true)) {
      if (this.take('[[')) {
        const path = this.keyPath();
        this.expect(']]');
        const last = path.pop() as Key;
        const parent = this.descend(root, path);
        const list = Array.isArray(parent[last.name]) ? (parent[last.name] as unknown[]) : [];
        this.set(parent, last, list);
        table = empty();
        list.push(table);
      } else if (this.take('[')) {
        const path = this.keyPath();
        this.expect(']');
        table = this.descend(root, path);
      } else this.pair(table);
      this.skip(false);
      if (this.at < this.text.length && !/[\r\n]/.test(this.text[this.at] as string)) this.fail();
    }
    return root;
  }

  private fail(): never {
    throw new SyntaxError(`unexpected text at offset ${this.at}`);
  }

  private skip(lines: boolean): void {
    const blank = lines ? /(?:[ \t\r\n]|#[^\n]*)*/y : /[ \t]*(?:#[^\n]*)?/y;
    blank.lastIndex = this.at;
    this.at += blank.exec(this.text)?.[0].length ?? 0;
  }

  private take(token: string): boolean {
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  private expect(token: string): void {
    if (!this.take(token)) this.fail();
  }

  private match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? null;
    if (found !== null) this.at += found.length;
    return found;
  }

  private pair(table: Table): void {
    const path = this.keyPath();
    this.expect('=');
    const last = path.pop() as Key;
    this.set(this.descend(table, path), last, this.value());
  }

  private set(table: Table, { name, at }: Key, value: unknown): void {
    if (!(name in table)) note(this.places, table, name, at);
    table[name] = value;
  }

  private keyPath(): Key[] {
    const path: Key[] = [];
    do {
      this.skip(false);
      const { at } = this;
      path.push({ name: this.match(/[A-Za-z0-9_-]+/y) ?? this.quoted(), at });
      this.skip(false);
    } while (this.take('.'));
    return path;
  }

  private quoted(): string {
    if (this.take('"""')) return unescape(this.until('"""').replace(/^\r?\n/, ''));
    if (this.take("'''")) return this.until("'''").replace(/^\r?\n/, '');
    const basic = this.match(/"(?:[^"\\\n]|\\.)*"/y);
    if (basic !== null) return unescape(basic.slice(1, -1));
    const literal = this.match(/'[^'\n]*'/y);
    if (literal === null) this.fail();
    return literal.slice(1, -1);
  }

  private until(end: string): string {
    const stop = this.text.indexOf(end, this.at);
    if (stop < 0) this.fail();
    const inner = this.text.slice(this.at, stop);
    this.at = stop + end.length;
    return inner;
  }

  private descend(table: Table, path: readonly Key[]): Table {
    let inner = table;
    for (const key of path) {
      let next = inner[key.name];
      if (Array.isArray(next)) next = next.at(-1);
      if (next === undefined) {
        next = empty();
        this.set(inner, key, next);
      }
      if (typeof next !== 'object' || next === null) throw new SyntaxError(`"${key.name}" is no table`);
      inner = next as Table;
    }
    return inner;
  }

  private value(): unknown {
    this.skip(false);
    const next = this.text[this.at];
    if (next === '"' || next === "'") return this.quoted();
    if (this.take('[')) return this.list();
    if (this.take('{')) return this.inline();
    const word = this.match(/[A-Za-z0-9_+.:-]+/y);
    if (word === null) this.fail();
    if (word === 'true' || word === 'false') return word === 'true';
    const number = Number(word.replaceAll('_', ''));
    return Number.isNaN(number) ? word : number;
  }

  private list(): unknown[] {
    const items: unknown[] = [];
    for (this.skip(true); !this.take(']'); this.skip(true)) {
      items.push(this.value());
      this.skip(true);
      if (!this.take(',') && this.text[this.at] !== ']') this.fail();
    }
    return items;
  }

  private inline(): Table {
    const table = empty();
    for (this.skip(true); !this.take('}'); this.skip(true)) {
      this.pair(table);
      this.skip(true);
      if (!this.take(',') && this.text[this.at] !== '}') this.fail();
    }
    return table;
  }
}

/** Without a prototype, so that a key named `__proto__` is a key. */
function empty(): Table {
  return Object.create(null) as Table;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', e: '\u001b' };

function unescape(raw: string): string {
  return raw.replace(/\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(\s*\n\s*)|(.))/g, (_, short, long, fold, one) => {
    if (fold !== undefined) return '';
    if (short !== undefined || long !== undefined)
      return String.fromCodePoint(Number.parseInt((short ?? long) as string, 16));
    return escapes[one as string] ?? (one as string);
  });
}
