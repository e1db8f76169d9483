import type { NixTree } from '../../nix/parser.ts';
import { plainValue } from '../../nix/string-value.ts';
import type { Expr, StringLiteral } from '../../nix/syntax.ts';
import { bare, walk } from '../../nix/walk.ts';
import { canonicalName, isWithin } from '../name.ts';
import { soaOwner } from './soa-owner.ts';
import { sitesOf } from './sites.ts';
import { hole, type WrittenText, writtenText } from './written-text.ts';

/** A string that holds a zone's text, and which zone what stands around it says that it is. */
export interface ZoneString {
  readonly written: WrittenText;
  /** Canonical names that its SOA, its attribute path or the name of its file give. */
  readonly named: readonly string[];
}

/** The strings of a Nix file that hold a SOA record. */
export function zoneStrings(tree: NixTree): readonly ZoneString[] {
  if (tree.root === null) return [];
  const names = namesAround(tree);
  const found: ZoneString[] = [];
  walk(tree.root, (node) => {
    if (node.type !== 'string' || !/\bSOA\b/i.test(tree.text.slice(node.from, node.to))) return;
    const written = writtenText(tree.text, node);
    if (written === null) return;
    const soa = soaOwner(written.value);
    if (soa === null) return;
    const named = soa.name === null || soa.name.includes(hole) ? (names.get(node.from) ?? []) : [soa.name];
    found.push({ written, named });
  });
  return found;
}

/** The strings that may be those of the zone: the ones that say so, else the ones that do not say anything. */
export function stringsOf(zone: string, strings: readonly ZoneString[]): readonly ZoneString[] {
  const saying = strings.filter(({ named }) => named.includes(zone));
  return saying.length > 0 ? saying : strings.filter(({ named }) => named.length === 0);
}

/** By the offset of a string: the zones that the attributes and calls around it name. */
function namesAround(tree: NixTree): ReadonlyMap<number, readonly string[]> {
  const names = new Map<number, string[]>();
  const note = (expr: Expr, name: string): void => {
    const node = bare(expr);
    if (node.type !== 'string') return;
    const own = names.get(node.from) ?? [];
    own.push(name);
    names.set(node.from, own);
  };
  for (const { path, value } of sitesOf(tree)) {
    const zone = zoneInPath(path);
    if (zone !== null) note(value, zone);
  }
  if (tree.root === null) return names;
  walk(tree.root, (node) => {
    if (node.type !== 'apply') return;
    const [name, content] = node.args;
    if (name === undefined || content === undefined || name.type !== 'string') return;
    const said = plainValue(tree.text, name as StringLiteral);
    const file =
      said === null ? null : /^(?:.*\/)?(?:db\.|zone-|zonefile-)?(.+?)(?:\.(?:zone|db|hosts|txt))?$/i.exec(said);
    if (file?.[1]?.includes('.') === true) note(content, canonicalName(file[1]));
  });
  return names;
}

const optionOfZone = /^(file|data|text|contents?|zonefile|source|path)$/i;

/** `services.nsd.zones."example.org".data`, also where the zone is a child of another, and lists under `zones`. */
function zoneInPath(path: readonly (string | null)[]): string | null {
  for (let at = path.length - 1; at > 0; at -= 1) {
    const step = path[at];
    const parent = path[at - 1];
    if (typeof step !== 'string' || typeof parent !== 'string' || !/^(zones?|children)$/i.test(parent)) continue;
    // In `zone = map (domain: { file = …; }) domains` the last step is an option of a zone that is not written here.
    if (at < path.length - 1 || !optionOfZone.test(step)) return canonicalName(step);
  }
  const named = path.findLast((step) => typeof step === 'string' && /^[^/\s]+\.[^/\s]+$/.test(step));
  return typeof named === 'string' && isWithin(canonicalName(named), '.')
    ? canonicalName(named.replace(/\.(zone|db)$/i, ''))
    : null;
}
