/** Where each key of a table was written, by the table itself: a parsed value keeps nothing of its text. */
export type Places = WeakMap<object, Map<string, number>>;

interface Level {
  /** Null for a value that a later one of the same name took the place of. */
  readonly held: Record<string, unknown> | readonly unknown[] | null;
  key: string;
  index: number;
}

/** Strings, and what gives a text of JSON its shape. Everything between them is of no matter here. */
const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** The places of all keys in a text that `JSON.parse` gave a value for. */
export function jsonPlaces(text: string, parsed: unknown): Places {
  const places: Places = new WeakMap();
  const levels: Level[] = [];
  let last: { readonly name: string; readonly at: number } | null = null;
  let root: unknown = parsed;
  for (const { 0: token, index } of text.matchAll(tokens)) {
    const level = levels.at(-1);
    if (token === '{' || token === '[') {
      levels.push({ held: tableIn(level === undefined ? root : valueAt(level)), key: '', index: 0 });
      root = null;
    } else if (token === '}' || token === ']') levels.pop();
    else if (token === ',' && level !== undefined) level.index++;
    else if (token === ':' && level !== undefined && last !== null) {
      level.key = last.name;
      if (level.held !== null) note(places, level.held, last.name, last.at);
    } else if (token.startsWith('"')) last = { name: nameOf(token), at: index };
  }
  return places;
}

export function note(places: Places, table: object, name: string, at: number): void {
  const known = places.get(table) ?? new Map<string, number>();
  places.set(table, known.set(name, at));
}

function nameOf(token: string): string {
  return token.includes('\\') ? String(JSON.parse(token)) : token.slice(1, -1);
}

function valueAt({ held, key, index }: Level): unknown {
  if (held === null) return null;
  return isList(held) ? held[index] : held[key];
}

function isList(held: Record<string, unknown> | readonly unknown[]): held is readonly unknown[] {
  return Array.isArray(held);
}

function tableIn(value: unknown): Level['held'] {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
}
