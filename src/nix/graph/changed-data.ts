import type { DataWatch, WatchedNames } from '../eval/watch.ts';
import { parseToml } from '../toml.ts';

/**
 * Compares two readings of a JSON or TOML file by what they hold, down to the values that differ. Null where one of
 * them cannot be read, or where it holds numbers that are not told apart here as Nix tells them apart.
 */
export function changedData(
  file: string,
  before: string,
  after: string,
): { readonly before: DataWatch; readonly after: DataWatch } | null {
  const [old, fresh] = [valueOf(file, before), valueOf(file, after)];
  if (old === null || fresh === null) return null;
  const comparison = new Comparison(file);
  comparison.compare(old.held, fresh.held, []);
  return { before: comparison.before, after: comparison.after };
}

function valueOf(file: string, text: string): { readonly held: unknown } | null {
  const bare = text.replace(/"(?:[^"\\\n]|\\.)*"|'[^'\n]*'/g, '""');
  // `1.0` is no `1` to Nix, and neither is a number beyond what is exact here.
  if (/\d[.eE][\d+-]|\d{15}|0x|nan|inf/.test(bare)) return null;
  try {
    return { held: file.endsWith('.toml') ? parseToml(text) : JSON.parse(text) };
  } catch {
    return null;
  }
}

class Comparison {
  readonly before = { nodes: new Map<string, readonly string[]>(), names: new Map<string, WatchedNames>() };
  readonly after = { nodes: new Map<string, readonly string[]>(), names: new Map<string, WatchedNames>() };
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  compare(old: unknown, fresh: unknown, path: readonly string[]): void {
    if (Array.isArray(old) && Array.isArray(fresh) && old.length === fresh.length)
      old.forEach((item, index) => this.compare(item, fresh[index], [...path, String(index)]));
    else if (isTable(old) && isTable(fresh)) this.tables(old, fresh, path);
    else if (JSON.stringify(old) !== JSON.stringify(fresh)) this.mark(path, '!', [this.before, this.after]);
  }

  private tables(old: Table, fresh: Table, path: readonly string[]): void {
    const gone = Object.keys(old).filter((name) => !Object.hasOwn(fresh, name));
    const come = Object.keys(fresh).filter((name) => !Object.hasOwn(old, name));
    for (const name of Object.keys(old))
      if (Object.hasOwn(fresh, name)) this.compare(old[name], fresh[name], [...path, name]);
    for (const name of gone) this.mark([...path, name], '+', [this.before]);
    for (const name of come) this.mark([...path, name], '+', [this.after]);
    const arrivals = new Set([...gone, ...come]);
    if (arrivals.size === 0) return;
    const place = JSON.stringify(path);
    const names = { mark: `~${this.file}#${place}`, arrivals };
    this.before.names.set(place, names);
    this.after.names.set(place, names);
  }

  private mark(
    path: readonly string[],
    kind: '!' | '+',
    sides: readonly { nodes: Map<string, readonly string[]> }[],
  ): void {
    const place = JSON.stringify(path);
    for (const { nodes } of sides) nodes.set(place, [`${kind}${this.file}#${place}`]);
  }
}

type Table = Readonly<Record<string, unknown>>;

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
