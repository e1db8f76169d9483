import type { NixTree } from '../../nix/parser.ts';
import type { Bind, Expr, List, StringLiteral } from '../../nix/syntax.ts';
import { bare } from '../../nix/walk.ts';
import { indentOf, lineEnd, lineIndent } from '../../nix/edit/layout.ts';
import { quoteString } from '../../nix/string-text.ts';
import { rewriteString } from '../nix-text/rewrite.ts';
import { sitesOf } from '../nix-text/sites.ts';
import { hole, writtenText, type WrittenText } from '../nix-text/written-text.ts';
import { canonicalName } from '../name.ts';
import { bindingLike, cutBinding } from '../names/bindings.ts';
import { addressRecord, hostsLine, isAddress } from '../names/hosts-line.ts';
import { namesHolder } from '../names/names-holder.ts';
import { endsWith, valuesOf } from '../names/options.ts';
import { joined, type NameRecord, type OpaquePlace, type Piece, type Reading, written } from '../names/piece.ts';
import { cutItem, insertItem, literalLike } from '../names/string-items.ts';
import { textLines } from '../names/text-lines.ts';

/** `networking.hosts`, by address, and the lines of `networking.extraHosts`. */
export const hostsHolder = namesHolder({
  id: 'hosts',
  hint: /\b(hosts|extraHosts)\b/,
  groupedBy: 'data',
  read: (tree) => joined([byAddress(tree), extraLines(tree)]),
});

function extraLines(tree: NixTree): Reading {
  const readings: Reading[] = [];
  for (const { value } of valuesOf(tree, ['networking', 'extraHosts'])) {
    const node = bare(value);
    if (node.type === 'string') readings.push(textLines(tree, node, hostsLine));
  }
  return joined(readings);
}

function byAddress(tree: NixTree): Reading {
  const pieces: Piece[] = [];
  const opaque: OpaquePlace[] = [];
  const starts: ((record: NameRecord) => string | null)[] = [];
  for (const { path, bind, value, argument } of sitesOf(tree)) {
    const node = bare(value);
    if (endsWith(path, ['networking', 'hosts']) && node.type === 'attrs' && node.bindings.length === 0) {
      starts.push((record) =>
        isAddress(record)
          ? `${tree.text.slice(0, node.from)}{ ${quoteString(record.data)} = [ ${quoteString(written(record.owner))} ]; }${tree.text.slice(node.to)}`
          : null,
      );
    }
    if (!endsWith(path.slice(0, -1), ['networking', 'hosts'])) continue;
    const address = path.at(-1) ?? null;
    const single = value === bind.value ? singletonOf(tree, node) : null;
    if (node.type === 'list') readNames(tree, bind, node, address, pieces, opaque);
    else if (single !== null) readSingle(tree, bind, single, address, pieces, opaque);
    else if (!argument && (node.type === 'ident' || node.type === 'select'))
      opaque.push({ at: node.from, message: 'the names are computed', owners: [] });
  }
  return { pieces, opaque, starts };
}

// oxlint-disable-next-line max-params
function readNames(
  tree: NixTree,
  bind: Bind,
  list: List,
  address: string | null,
  pieces: Piece[],
  opaque: OpaquePlace[],
): void {
  for (const item of list.items) {
    const node = bare(item);
    const text = node.type === 'string' ? writtenText(tree.text, node) : null;
    if (text === null || text.value.includes(hole)) {
      opaque.push({ at: item.from, message: 'the name is computed', owners: [] });
      continue;
    }
    const record = address === null ? null : addressRecord(text.value, address);
    if (record === null)
      opaque.push({ at: item.from, message: 'the address is not written', owners: [canonicalName(text.value)] });
    else pieces.push(namePiece(tree.text, bind, list, item, text, record));
  }
}

/** The string of `lib.singleton "name"`, which some write for a list of one. */
function singletonOf(tree: NixTree, node: Expr): WrittenText | null {
  if (node.type !== 'apply' || !/(?:^|\.)singleton$/.test(tree.text.slice(node.fn.from, node.fn.to))) return null;
  const [only, ...more] = node.args.map(bare);
  return only?.type === 'string' && more.length === 0 ? writtenText(tree.text, only) : null;
}

// oxlint-disable-next-line max-params
function readSingle(
  tree: NixTree,
  bind: Bind,
  text: WrittenText,
  address: string | null,
  pieces: Piece[],
  opaque: OpaquePlace[],
): void {
  const record = address === null || text.value.includes(hole) ? null : addressRecord(text.value, address);
  const { from, to } = bind.value;
  if (record === null) opaque.push({ at: from, message: 'the address or the name is computed', owners: [] });
  else
    pieces.push({
      at: text.node.from,
      records: [record],
      add(added) {
        if (!isAddress(added)) return null;
        const name = literalLike(text.node, written(added.owner));
        if (added.data !== record.data) return bindingLike(tree.text, bind, added.data, `[ ${name} ]`);
        const own = tree.text.slice(text.node.from, text.node.to);
        return `${tree.text.slice(0, from)}[ ${own} ${name} ]${tree.text.slice(to)}`;
      },
      remove: () => cutBinding(tree.text, bind),
      replace: (_record, next) => withAddress(tree.text, bind, next),
    });
}

// oxlint-disable-next-line max-params
function namePiece(
  file: string,
  bind: Bind,
  list: List,
  item: { readonly from: number; readonly to: number },
  text: WrittenText,
  record: NameRecord,
): Piece {
  return {
    at: item.from,
    records: [record],
    add(added) {
      if (!isAddress(added)) return null;
      const name = literalLike(text.node, written(added.owner));
      if (added.data === record.data) return insertItem(file, item, name);
      return bindingLike(file, bind, added.data, listLike(file, list, name));
    },
    remove: () => (list.items.length === 1 ? cutBinding(file, bind) : cutItem(file, item)),
    replace(_record, next) {
      return list.items.length === 1 ? withAddress(file, bind, next) : null;
    },
  };
}

/** Only where no other binding has the new address already: the proof tells, and then the name moves there. */
function withAddress(file: string, bind: Bind, next: NameRecord): string | null {
  const step = bind.path.at(-1);
  if (step?.type !== 'string' || !isAddress(next) || hasAddress(file, next.data)) return null;
  return rewritten(file, step, next.data);
}

function rewritten(file: string, step: StringLiteral, value: string): string | null {
  const text = writtenText(file, step);
  return text === null ? null : (rewriteString(text, value) ?? null);
}

function hasAddress(file: string, address: string): boolean {
  return file.includes(`"${address}"`);
}

/** A list of one name in the shape of another list. */
function listLike(file: string, list: List, name: string): string {
  const [first] = list.items;
  const indent = first === undefined ? null : indentOf(file, first.from);
  if (indent !== null) return `[${lineEnd(file)}${indent}${name}${lineEnd(file)}${lineIndent(file, list.to - 1)}]`;
  const tight = first !== undefined && first.from === list.from + 1;
  return tight ? `[${name}]` : `[ ${name} ]`;
}
