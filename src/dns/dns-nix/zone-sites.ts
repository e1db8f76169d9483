import type { NixTree } from '../../nix/parser.ts';
import { positionAt, triviaFrom } from '../../nix/source.ts';
import type { Bind } from '../../nix/syntax.ts';
import { bare, walk } from '../../nix/walk.ts';
import { canonicalName } from '../name.ts';
import { zoneInFileName } from '../zone-in-file-name.ts';
import type { PlacedSerial } from '../names/names-holder.ts';
import { type Site, sitesOf } from '../nix-text/sites.ts';
import { serialFile } from './serial-file.ts';

/** What dns.nix calls a record set of a name: `A`, `CNAME`, `MX`. */
const typeWord = /^(A|AAAA|NS|CNAME|MX|TXT|PTR|SRV|CAA|DNAME|TLSA|SSHFP|HTTPS|SVCB|DS|DNSKEY|DKIM|DMARC|MTA-STS)$/;

/** A value of a zone, with the name that it is about. */
export interface ZoneSite extends Site {
  readonly owner: string;
  /** Null for the name's whole set, such as `host "10.0.0.1" null`. */
  readonly type: string | null;
  /** The binding that brings the name in; null at the top of the zone. */
  readonly ownerBind: Bind | null;
}

type Path = readonly (string | null)[];

interface Located {
  readonly root: Path;
  readonly labels: readonly string[];
  readonly type: string | null;
}

function locate(path: Path): Located | null {
  const last = path.at(-1);
  const type = typeof last === 'string' && typeWord.test(last) ? last : null;
  let end = type === null ? path.length : path.length - 1;
  const labels: string[] = [];
  for (let label = path[end - 1]; end >= 2 && path[end - 2] === 'subdomains'; label = path[end - 1]) {
    if (typeof label !== 'string') return null;
    labels.push(label);
    end -= 2;
  }
  return type === null && labels.length === 0 ? null : { root: path.slice(0, end), labels, type };
}

/** The zones of a file, by the attribute paths of their sets; one without a name by the name of the file. */
export function zonesNamed(path: string, tree: NixTree): readonly string[] {
  const named = [...rootsOf(sitesOf(tree)).values()].map((root) => {
    const step = root.findLast((one) => one?.includes('.') === true);
    return typeof step === 'string' ? canonicalName(step) : zoneInFileName(path);
  });
  return [...new Set(named.filter((zone) => zone !== null))];
}

function rootsOf(sites: readonly Site[]): ReadonlyMap<string, Path> {
  const roots = new Map<string, Path>();
  for (const { path } of sites) {
    const root = path.at(-1) === 'SOA' ? path.slice(0, -1) : (locate(path)?.root ?? null);
    // What a function makes for every name stands under `subdomains` itself: its names are not written, it is no zone.
    if (root !== null && root.at(-1) !== 'subdomains') roots.set(JSON.stringify(root), root);
  }
  return roots;
}

/** The attribute path of the zone's set in the file: the only one, or the one that the path names. */
function rootOf(sites: readonly Site[], zone: string): string | null {
  const roots = rootsOf(sites);
  const saying = [...roots].filter(([, root]) => root.some((step) => step !== null && canonicalName(step) === zone));
  const silent = [...roots].filter(([, root]) => !root.some((step) => step?.includes('.') === true));
  const [only, ...more] = saying.length > 0 ? saying : silent;
  return only === undefined || more.length > 0 ? null : only[0];
}

export function zoneSites(tree: NixTree, zone: string): readonly ZoneSite[] {
  const sites = sitesOf(tree);
  const root = rootOf(sites, zone);
  if (root === null) return [];
  const owners = new Map<string, Bind[]>();
  const found: ZoneSite[] = [];
  for (const site of sites) {
    const located = locate(site.path);
    if (located === null || JSON.stringify(located.root) !== root) continue;
    const owner = canonicalName([...located.labels, zone === '.' ? '' : zone].filter((part) => part !== '').join('.'));
    if (located.labels.length > 0) owners.set(owner, [...(owners.get(owner) ?? []), site.bind]);
    const around = owners.get(owner)?.find((bind) => bind.from <= site.bind.from && site.bind.to <= bind.to);
    found.push({
      ...site,
      owner: located.labels.includes('@') ? zone : owner,
      type: located.type,
      ownerBind: around ?? null,
    });
  }
  return found;
}

/** The number in the zone's `SOA`, or what stands in its place: an import, an expression. */
export function serialSite(tree: NixTree, zone: string): PlacedSerial | null {
  const sites = sitesOf(tree);
  const root = rootOf(sites, zone);
  if (root === null) return bareSoa(tree, sites);
  const under = (path: Path, ...tail: readonly string[]): boolean =>
    JSON.stringify(path) === JSON.stringify([...(JSON.parse(root) as Path), ...tail]);
  for (const { path, bind } of sites) {
    if (!under(path, 'SOA', 'serial')) continue;
    const { from, to } = bare(bind.value);
    return { at: from, end: to, comment: commentBehind(tree, bind.to) };
  }
  if (serialFile(tree) !== null) return null;
  const soa = sites.find(({ path, bind, value }) => under(path, 'SOA') && bind.value === value);
  if (soa !== undefined) return { at: soa.value.from, end: soa.value.to, comment: '' };
  return sharedSoa(tree);
}

/** A file that is the SOA itself, for zones that import it: `{ nameServer = …; serial = 7; }`. */
function bareSoa(tree: NixTree, sites: readonly Site[]): PlacedSerial | null {
  const named = (name: string) => sites.find(({ path }) => path.length === 1 && path[0] === name);
  const serial = named('nameServer') === undefined ? undefined : named('serial');
  if (serial === undefined) return null;
  const { from, to } = bare(serial.bind.value);
  return { at: from, end: to, comment: commentBehind(tree, serial.bind.to) };
}

function commentBehind(tree: NixTree, at: number): string {
  const line = positionAt(tree, at).line;
  const from = tree.text.charAt(at) === ';' ? at + 1 : at;
  const comment = triviaFrom(tree.text, from).find(({ kind }) => kind !== 'blank');
  if (comment === undefined || positionAt(tree, comment.from).line !== line) return '';
  return tree.text
    .slice(comment.from, comment.to)
    .replace(/^#|^\/\*|\*\/$/g, '')
    .trim();
}

/** `inherit (common) SOA`: several zones have this SOA, and its serial stands elsewhere. */
export function sharedSoa(tree: NixTree): PlacedSerial | null {
  let found: PlacedSerial | null = null;
  if (tree.root === null) return null;
  walk(tree.root, (node) => {
    if (node.type !== 'inherit' || !node.names.some((name) => name.type === 'ident' && name.name === 'SOA')) return;
    const text = tree.text.slice(node.from, node.to).replace(/\s*;$/, '');
    found ??= { at: node.from, end: node.from + text.length, comment: '' };
  });
  return found;
}
