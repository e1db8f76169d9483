import { indentOf, lineEnd, restOfLine } from '../../nix/edit/layout.ts';
import { isBareName } from '../../nix/names.ts';
import type { NixTree } from '../../nix/parser.ts';
import { quoteString } from '../../nix/string-text.ts';
import type { Bind, Expr, List } from '../../nix/syntax.ts';
import { bare } from '../../nix/walk.ts';
import { dataWords } from '../data.ts';
import { relativeName } from '../name.ts';
import { cutBinding, wholeBinding } from '../names/bindings.ts';
import { namesHolder } from '../names/names-holder.ts';
import type { NameRecord, OpaquePlace, Piece, Reading } from '../names/piece.ts';
import { cutItem, insertItem } from '../names/string-items.ts';
import { rewriteString } from '../nix-text/rewrite.ts';
import { writtenText } from '../nix-text/written-text.ts';
import { literalOf } from './literals.ts';
import { serialFile } from './serial-file.ts';
import { serialSite, sharedSoa, type ZoneSite, zoneSites, zonesNamed } from './zone-sites.ts';

/** Zones in the dns.nix language, as far as their records are written out. */
export const dnsNixHolder = namesHolder({
  id: 'dns-nix',
  hint: /\bSOA\b\s*[=.;]|\bSOA\b[^;]{0,200};|\bsubdomains\b/,
  groupedBy: 'owner',
  read,
  serial: serialSite,
  serialFile,
  zonesIn: zonesNamed,
});

function read(tree: NixTree, zone: string): Reading {
  const pieces: Piece[] = [];
  const opaque: OpaquePlace[] = [];
  for (const site of zoneSites(tree, zone)) {
    const { owner, type, value, argument } = site;
    // These only hand on what stands in them, which comes by itself.
    if (argument || /^(paren|with|let|lambda|assert)$/.test(value.type)) continue;
    if (type !== null && value.type === 'list') readList(tree, zone, site, type, value, pieces, opaque);
    else if (type === null && value.type === 'apply') readHost(tree, site, value, pieces, opaque);
    else if (value.type !== 'attrs' && value.type !== 'list' && !(value.type === 'binary' && type === null))
      opaque.push({
        at: value.from,
        message: 'the records are computed',
        owners: [owner],
        ...(type === null ? {} : { type }),
      });
  }
  const shared = pieces.length > 0 && serialFile(tree) === null ? sharedSoa(tree) : null;
  if (shared !== null)
    opaque.push({
      at: shared.at,
      message: 'the SOA comes from elsewhere: its serial is shared with other zones',
      owners: [],
    });
  return { pieces, opaque, starts: [] };
}

// oxlint-disable-next-line max-params
function readList(
  tree: NixTree,
  zone: string,
  site: ZoneSite,
  type: string,
  list: List,
  pieces: Piece[],
  opaque: OpaquePlace[],
): void {
  for (const item of list.items) {
    const literal = literalOf(tree, type, item, zone);
    if (literal === null) {
      opaque.push({ at: item.from, message: 'the record is computed', owners: [site.owner], type });
      continue;
    }
    const record: NameRecord = { owner: site.owner, type, ttl: literal.ttl, data: literal.data };
    const text = literal.string === null ? null : writtenText(tree.text, literal.string);
    pieces.push({
      at: item.from,
      records: [record],
      add(added) {
        const said = itemFor(added);
        if (said === null) return null;
        if (added.owner === record.owner && added.type === type) return insertItem(tree.text, item, said);
        return newName(tree.text, site, zone, added, `[ ${said} ]`);
      },
      remove: () => (list.items.length > 1 ? cutItem(tree.text, item) : cutBinding(tree.text, site.bind)),
      replace(_record, next) {
        const value = plainData(next);
        return text === null || value === null ? null : rewriteString(text, value);
      },
    });
  }
}

/** `host "10.0.0.1" "fd00::1"`; `null` for a family that the name does not have. */
function readHost(
  tree: NixTree,
  site: ZoneSite,
  call: Expr & { readonly type: 'apply' },
  pieces: Piece[],
  opaque: OpaquePlace[],
): void {
  const word = tree.text.slice(call.fn.from, call.fn.to).replace(/^.*\./, '');
  const records = call.args.map((arg, at) => {
    const type = at === 0 ? 'A' : 'AAAA';
    const literal = literalOf(tree, type, arg, '.');
    return { arg: bare(arg), literal, type };
  });
  const written = records.every(
    ({ arg, literal }) => literal !== null || (arg.type === 'ident' && arg.name === 'null'),
  );
  if (word !== 'host' || records.length !== 2 || !written) {
    opaque.push({ at: call.from, message: 'the records are computed', owners: [site.owner] });
    return;
  }
  const held = records.flatMap(({ literal, type }) =>
    literal === null ? [] : [{ owner: site.owner, type, ttl: null, data: literal.data }],
  );
  const withArgument = (type: string, text: string): string | null => {
    const arg = records.find((one) => one.type === type)?.arg;
    return arg === undefined ? null : tree.text.slice(0, arg.from) + text + tree.text.slice(arg.to);
  };
  pieces.push({
    at: site.bind.from,
    records: held,
    add(added) {
      const literal = plainData(added);
      if (literal === null || !/^A(AAA)?$/.test(added.type)) return null;
      if (added.owner === site.owner)
        return held.some(({ type }) => type === added.type) ? null : withArgument(added.type, quoteString(literal));
      return newName(tree.text, site, '.', added, `[ ${quoteString(literal)} ]`);
    },
    remove: (record) => (held.length === 1 ? cutBinding(tree.text, site.bind) : withArgument(record.type, 'null')),
    replace: (_record, next) => withArgument(next.type, quoteString(next.data)),
  });
}

/** The data as the one string that dns.nix takes for it; null where it takes more. */
function plainData({ type, data }: NameRecord): string | null {
  if (type === 'TXT') {
    const words = dataWords(data) ?? [];
    const value = (words.length === 1 ? words[0]?.text : null) ?? null;
    return value === null || /\\\d/.test(value) ? null : value.replace(/\\(.)/g, '$1');
  }
  return /^(A|AAAA|NS|CNAME|PTR)$/.test(type) ? data : null;
}

function itemFor(record: NameRecord): string | null {
  const value = plainData(record);
  return value === null || record.ttl !== null ? null : quoteString(value);
}

/** `www.A = [ … ];` behind the binding of a neighbour. The neighbour's name tells what the labels hang below. */
// oxlint-disable-next-line max-params
function newName(file: string, site: ZoneSite, _zone: string, added: NameRecord, value: string): string | null {
  const bind: Bind | null = site.ownerBind;
  const [label] = site.owner.split('.');
  const parent = site.owner.slice((label ?? '').length + 1);
  const name = bind === null ? null : relativeName(added.owner, parent);
  if (bind === null || name === null || name === '@' || bind.path.length > 2) return null;
  const { from, to } = wholeBinding(file, bind);
  const indent = indentOf(file, from);
  const rest = restOfLine(file, to);
  if (indent === null || rest === null) return null;
  const step = isBareName(name) ? name : quoteString(name);
  return `${file.slice(0, rest)}${lineEnd(file)}${indent}${step}.${added.type} = ${value};${file.slice(rest)}`;
}
