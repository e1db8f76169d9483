import { type NixTree, parseNix } from '../nix/parser.ts';
import { nameOf } from '../nix/names.ts';
import { plainValue } from '../nix/string-value.ts';
import type { StringLiteral } from '../nix/syntax.ts';
import { walk } from '../nix/walk.ts';
import { type BindZone, bindZonesIn, bindZonesInNix } from './bind-zones.ts';
import { canonicalName } from './name.ts';
import { sitesOf } from './nix-text/sites.ts';

/** A file that says the word. */
export interface SayingFile {
  readonly path: string;
  readonly text: string;
}

/** What the settings of a server say of the serial of one zone. */
export interface SerialSetting {
  /** Who counts what is served: by `server` the file's serial is never looked at, and stays. */
  readonly by: 'server' | 'file';
  readonly level: 'note' | 'warning';
  readonly why: string;
}

/** A file that says none of these says nothing of a serial. */
export const serialWords = [
  'zonefile-load',
  'serial-policy',
  'inline-signing',
  'dnssec-policy',
  'update-policy',
  'allow-update',
] as const;

const countedByKnot = 'difference-no-serial';

interface Item {
  readonly section: 'zone' | 'template' | null;
  readonly name: string;
  readonly template: string | null;
  readonly load: string | null;
  readonly policy: string | null;
}

type Placed<Said> = Said & { readonly path: string };

/**
 * Tells of a zone what its server's settings mean for its serial, or null where they say nothing. One setting alone
 * makes a server count by itself: Knot's `zonefile-load: difference-no-serial`. Its `serial-policy` alone is about
 * updates and signing, and BIND that signs in line does not load a file whose serial stays ("new serial out of range",
 * as 9.18.49 was tried): there the file's serial counts, though another one is served.
 */
export function serialSettings(files: readonly SayingFile[]): (zone: string) => SerialSetting | null {
  const saying = files.filter(({ text }) => serialWords.some((word) => text.includes(word)));
  const placed = <Said>(path: string, said: readonly Said[]) => said.map((one) => ({ ...one, path }));
  const read = saying.map(({ path, text }) => {
    const tree = /\.nix$/i.test(path) ? parseNix(text) : null;
    const items = [...(tree === null ? [] : nixItems(tree)), ...configItems(text)];
    const zones = [...(tree === null ? [] : bindZonesInNix(tree)), ...bindZonesIn(text)];
    return { knot: placed(path, items), bind: placed(path, zones) };
  });
  const knot = read.flatMap((one) => one.knot);
  const bind = read.flatMap((one) => one.bind);
  return (name) => knotSetting(knot, canonicalName(name)) ?? bindSetting(bind, canonicalName(name));
}

function knotSetting(found: readonly Placed<Item>[], zone: string): SerialSetting | null {
  const own = found.filter((item) => item.section === 'zone' && canonicalName(item.name) === zone);
  const template = own.find((item) => item.template !== null)?.template ?? 'default';
  const above = found.filter((item) => item.section === 'template' && item.name === template);
  const load = [...own, ...above].find((item) => item.load !== null);
  if (load?.load === countedByKnot)
    return {
      by: 'server',
      level: 'note',
      why: `Knot counts it by itself (zonefile-load: ${countedByKnot}, ${load.path})`,
    };
  if (load?.load === 'none')
    return {
      by: 'file',
      level: 'warning',
      why: `Knot does not read the zone file at all (zonefile-load: none, ${load.path})`,
    };
  const policy = [...own, ...above].find((item) => item.policy !== null);
  // A template that no zone names is the policy of whoever else is served: nothing to say of this one.
  if (policy === undefined || own.length === 0) return null;
  const why = `it is raised all the same: serial-policy is about updates and signing, and Knot reads the file's (${policy.path})`;
  return { by: 'file', level: 'note', why };
}

function bindSetting(found: readonly Placed<BindZone>[], zone: string): SerialSetting | null {
  const own = found.find((one) => one.zone === zone);
  if (own === undefined) return null;
  if (own.signsInline) {
    const why = `it is raised all the same: BIND signs in line and serves a serial of its own, but does not load a file whose serial stays (${own.path})`;
    return { by: 'file', level: 'note', why };
  }
  const why = `BIND takes dynamic updates of this zone and writes its file by itself; it reads an edit only after \`rndc freeze\` (${own.path})`;
  return { by: 'file', level: 'warning', why };
}

/** `services.knot.settings`: as sets by name, or as lists of sets that say `domain` or `id`. */
function nixItems(tree: NixTree): readonly Item[] {
  const { text } = tree;
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
  const said = (word: string) => words.get(word) ?? null;
  const section = domain === undefined ? 'template' : 'zone';
  return [{ section, name, template: said('template'), load: said('zonefile-load'), policy: said('serial-policy') }];
}
