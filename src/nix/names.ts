import { plainValue } from './string-value.ts';
import type { AttrName } from './syntax.ts';
import { bare } from './walk.ts';

/** What an attribute path's step is called, or null where only an evaluation could tell. */
export function nameOf(text: string, name: AttrName): string | null {
  if (name.type === 'ident') return name.name;
  if (name.type === 'string') return plainValue(text, name);
  const inner = bare(name.expr);
  return inner.type === 'string' ? plainValue(text, inner) : null;
}

/** The steps of a path up to the first that is computed, and whether that was all of them. */
export function namesOf(text: string, path: readonly AttrName[]): { readonly names: string[]; readonly all: boolean } {
  const names: string[] = [];
  for (const step of path) {
    const name = nameOf(text, step);
    if (name === null) return { names, all: false };
    names.push(name);
  }
  return { names, all: true };
}

/** Words that are no identifiers. `or` is one after a dot only, so it is quoted as well. */
const reserved = new Set(['if', 'then', 'else', 'assert', 'with', 'let', 'in', 'rec', 'inherit', 'or']);

/** Whether a name may stand in a path without quotes. */
export function isBareName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_'-]*$/.test(name) && !reserved.has(name);
}
