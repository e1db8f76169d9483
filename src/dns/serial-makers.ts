import { parseNix } from '../nix/parser.ts';
import { nameOf } from '../nix/names.ts';
import { plainValue } from '../nix/string-value.ts';
import type { StringLiteral } from '../nix/syntax.ts';
import { walk } from '../nix/walk.ts';
import { canonicalName } from './name.ts';
import { sitesOf } from './nix-text/sites.ts';

/** A file that says the word. */
export interface SayingFile {
  readonly path: string;
  readonly text: string;
}

/**
 * The one setting by which a server ignores the serial of a zone file and counts by itself: Knot's `zonefile-load`
 * (its documentation, "zonefile-load"). Its `serial-policy` alone is about dynamic updates and signing, and BIND with
 * `inline-signing` still refuses a file whose serial stays ("new serial out of range"): there the file's serial counts.
 */
export const serialMakerWord = 'difference-no-serial';

interface Item {
  readonly section: 'zone' | 'template' | null;
  readonly name: string;
  readonly template: string | null;
  readonly load: string | null;
}

/** Tells of a zone why its server makes the serial by itself, or null where the file's serial counts. */
export function serialMakers(files: readonly SayingFile[]): (zone: string) => string | null {
  const found = files
    .filter(({ text }) => text.includes(serialMakerWord))
    .flatMap((file) => itemsOf(file).map((item) => ({ ...item, path: file.path })));
  return (name) => {
    const zone = canonicalName(name);
    const own = found.filter((item) => item.section === 'zone' && canonicalName(item.name) === zone);
    const template = own.find((item) => item.template !== null)?.template ?? 'default';
    const said =
      own.find((item) => item.load !== null) ??
      found.find((item) => item.section === 'template' && item.name === template && item.load !== null);
    if (said?.load !== serialMakerWord) return null;
    return `Knot counts it by itself (zonefile-load: ${serialMakerWord}, ${said.path})`;
  };
}

function itemsOf({ path, text }: SayingFile): readonly Item[] {
  return [...(/\.nix$/i.test(path) ? nixItems(text) : []), ...configItems(text)];
}

/** `services.knot.settings`: as sets by name, or as lists of sets that say `domain` or `id`. */
function nixItems(text: string): readonly Item[] {
  const tree = parseNix(text);
  if (tree.root === null) return [];
  const items: Item[] = [];
  walk(tree.root, (node) => {
    if (node.type !== 'attrs') return;
    const words = new Map<string, string>();
    for (const bind of node.bindings) {
      const [step, ...more] = bind.type === 'bind' ? bind.path : [];
      if (bind.type !== 'bind' || step === undefined || more.length > 0 || bind.value.type !== 'string') continue;
      const name = nameOf(text, step);
      const value = plainValue(text, bind.value as StringLiteral);
      if (name !== null && value !== null) words.set(name, value);
    }
    items.push(...itemFrom(words));
  });
  const named = new Map<string, Map<string, string>>();
  for (const { path, value } of sitesOf(tree)) {
    const [section, name, word] = path.slice(-3);
    if ((section !== 'zone' && section !== 'template') || typeof name !== 'string' || typeof word !== 'string')
      continue;
    const said = value.type === 'string' ? plainValue(text, value as StringLiteral) : null;
    if (said === null) continue;
    const key = section === 'zone' ? 'domain' : 'id';
    const words = named.get(`${section} ${name}`) ?? new Map([[key, name]]);
    named.set(`${section} ${name}`, words.set(word, said));
  }
  return [...items, ...[...named.values()].flatMap(itemFrom)];
}

/** `knot.conf`, also where it stands in a string of a Nix file: items that begin with their `domain` or `id`. */
function configItems(text: string): readonly Item[] {
  const items: Item[] = [];
  let words = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, dash, key, value] = /^\s*(-\s+)?([a-z-]+)\s*:\s*"?([^"#]*?)"?\s*(?:#.*)?$/.exec(line) ?? [];
    if (key === undefined || value === undefined) continue;
    if (dash !== undefined || value === '') {
      items.push(...itemFrom(words));
      words = new Map();
    }
    if (value !== '') words.set(key, value.replace(/^\[\s*|\s*\]$/g, ''));
  }
  return [...items, ...itemFrom(words)];
}

function itemFrom(words: ReadonlyMap<string, string>): readonly Item[] {
  const domain = words.get('domain');
  const name = domain ?? words.get('id');
  if (name === undefined) return [];
  const load = words.get('zonefile-load') ?? null;
  const section = domain === undefined ? 'template' : 'zone';
  return [{ section, name, template: words.get('template') ?? null, load }];
}
