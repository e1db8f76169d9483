import type { NixTree } from '../../nix/parser.ts';
import { indentOf, lineEnd, cutRange, restOfLine } from '../../nix/edit/layout.ts';
import { escapeLine, quoteString } from '../../nix/string-text.ts';
import type { Expr, List, StringLiteral } from '../../nix/syntax.ts';
import { bare } from '../../nix/walk.ts';
import { rewriteString } from '../nix-text/rewrite.ts';
import { writtenText, type WrittenText } from '../nix-text/written-text.ts';
import { type LineFormat, readLine } from './line-format.ts';
import type { NameRecord, OpaquePlace, Piece, Reading } from './piece.ts';

/** The names that the strings of a list say, one string at a time. */
export function stringItems(tree: NixTree, list: List, format: LineFormat): Reading {
  const pieces: Piece[] = [];
  const opaque: OpaquePlace[] = [];
  for (const item of list.items) {
    const node = bare(item);
    const text = node.type === 'string' ? writtenText(tree.text, node) : null;
    if (node.type !== 'string' || text === null) {
      opaque.push({ at: item.from, message: 'this is not a written string', owners: [] });
      continue;
    }
    const reading = readLine(format, text.value);
    if (reading.kind === 'unreadable') opaque.push({ at: item.from, wrong: true, ...reading });
    else if (reading.kind === 'records') pieces.push(itemPiece(tree.text, item, text, format, reading.records));
  }
  const start = (record: NameRecord): string | null => {
    const line = format.write(record, '');
    if (list.items.length > 0 || line === null) return null;
    return `${tree.text.slice(0, list.from)}[ ${quoteString(line)} ]${tree.text.slice(list.to)}`;
  };
  return { pieces, opaque, starts: list.items.length === 0 ? [start] : [] };
}

/** The option given as one string where a list could stand. */
export function singleString(tree: NixTree, node: StringLiteral, format: LineFormat): Reading {
  const text = writtenText(tree.text, node);
  const reading = text === null ? null : readLine(format, text.value);
  if (text === null || reading === null || reading.kind === 'other') return { pieces: [], opaque: [], starts: [] };
  if (reading.kind === 'unreadable')
    return { pieces: [], opaque: [{ at: node.from, wrong: true, ...reading }], starts: [] };
  const piece = itemPiece(tree.text, node, text, format, reading.records);
  return {
    pieces: [
      {
        ...piece,
        add(record) {
          const joined = format.join(text.value, record);
          if (joined !== null) return rewriteString(text, joined);
          const line = format.write(record, text.value);
          if (line === null) return null;
          const both = `[ ${tree.text.slice(node.from, node.to)} ${literalLike(node, line)} ]`;
          return tree.text.slice(0, node.from) + both + tree.text.slice(node.to);
        },
        remove(record) {
          const rest = format.part(text.value, record);
          if (rest === null || rest !== '') return rest === null ? null : rewriteString(text, rest);
          return `${tree.text.slice(0, node.from)}[ ]${tree.text.slice(node.to)}`;
        },
      },
    ],
    opaque: [],
    starts: [],
  };
}

function itemPiece(
  file: string,
  item: Expr,
  text: WrittenText,
  format: LineFormat,
  records: readonly NameRecord[],
): Piece {
  return {
    at: item.from,
    records,
    add(record) {
      const joined = format.join(text.value, record);
      if (joined !== null) return rewriteString(text, joined);
      const line = format.write(record, text.value);
      return line === null ? null : insertItem(file, item, literalLike(text.node, line));
    },
    remove(record) {
      const rest = format.part(text.value, record);
      if (rest === null) return null;
      return rest === '' ? cutItem(file, item) : rewriteString(text, rest);
    },
    replace(record, next) {
      const line = format.swap(text.value, record, next);
      return line === null ? null : rewriteString(text, line);
    },
  };
}

/** A value in the kind of quotes that its neighbour has. */
export function literalLike(node: StringLiteral, value: string): string {
  return node.indented ? `''${escapeLine(value)}''` : quoteString(value);
}

/** One item more, behind another: on a line of its own where that one has one. */
export function insertItem(
  file: string,
  item: { readonly from: number; readonly to: number },
  literal: string,
): string {
  const indent = indentOf(file, item.from);
  const rest = restOfLine(file, item.to);
  if (indent === null || rest === null) return `${file.slice(0, item.to)} ${literal}${file.slice(item.to)}`;
  return file.slice(0, rest) + lineEnd(file) + indent + literal + file.slice(rest);
}

export function cutItem(file: string, item: { readonly from: number; readonly to: number }): string {
  const { from, to } = cutRange(file, item.from, item.to);
  return file.slice(0, from) + file.slice(to);
}
