import { isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import type { NameRecord, Piece } from '../names/piece.ts';
import { recordLines, valueLines } from './record-lines.ts';
import { fieldsOf, scalarsOf } from './values.ts';
import {
  endOf,
  isNode,
  lineAfter,
  lineEndOf,
  lineStart,
  scalarText,
  spliced,
  startOf,
  withLines,
} from './yaml-text.ts';

export interface ValuePlace {
  readonly value: Node;
  readonly record: NameRecord;
  /** Another place says the same by an alias. */
  readonly shared: boolean;
}

export interface SetPlace {
  /** The pair of the name at the top of the file. */
  readonly pair: Pair;
  readonly key: Node;
  /** The list of records that the name has, where it has one. */
  readonly set: YAMLSeq | null;
  readonly node: YAMLMap;
  /** `value` or `values`. */
  readonly holding: Pair;
  readonly places: readonly ValuePlace[];
}

export function pieceOf(text: string, place: SetPlace, one: ValuePlace): Piece {
  return {
    at: startOf(one.value),
    records: [one.record],
    add(record) {
      if (record.owner !== one.record.owner) return null;
      return record.type === one.record.type ? joined(text, place, one, record) : beside(text, place, record);
    },
    remove: () => removed(text, place, one),
    replace: (record, next) => replaced(text, place, one, record, next),
  };
}

/** One value more in the set: on a line of its own, or between the brackets. */
function joined(text: string, place: SetPlace, one: ValuePlace, record: NameRecord): string | null {
  const { holding } = place;
  const last = place.places.at(-1)?.value;
  if (last === undefined || !isScalar(holding.key) || !isNode(holding.value)) return null;
  const scalars = scalarsOf(record.type, record.data);
  if (scalars === null) return null;
  const like = isScalar(one.value) ? text.slice(startOf(one.value), endOf(text, one.value)) : '';
  if (isSeq(holding.value) && holding.value.flow === true)
    return isScalar(last)
      ? spliced(text, endOf(text, last), endOf(text, last), `, ${scalarText(scalars[0] ?? '', like)}`)
      : null;
  const end = lineEndOf(text);
  if (isSeq(holding.value)) {
    const dash = text.lastIndexOf('-', startOf(last) - 1);
    const indent = text.slice(lineStart(text, dash), dash);
    if (indent.trim() !== '') return null;
    return withLines(text, lineAfter(text, endOf(text, last)), valueLines(record.type, scalars, indent, like));
  }
  // One value becomes a list of two; what it says stays as it is written.
  if (isMap(one.value) && one.value.flow === true) return null;
  const from = startOf(holding.key);
  const deeper = listIndent(text);
  const indent = ' '.repeat(from - lineStart(text, from) + deeper);
  const left = isMap(one.value) ? startOf(one.value) - lineStart(text, startOf(one.value)) : null;
  const [first = '', ...more] = text.slice(startOf(one.value), endOf(text, one.value)).split(/\r?\n/);
  const rest = more.map((line) => (left === null ? ' '.repeat(deeper) + line : `${indent}  ${line.slice(left)}`));
  const old = ['values:', `${indent}- ${first}`, ...rest].join(end);
  const changed = spliced(text, from, endOf(text, holding.value), old);
  const lines = valueLines(record.type, scalars, indent, left === null ? like : '');
  return withLines(changed, lineAfter(changed, from + old.length), lines);
}

/** How far the dashes of lists stand behind their key: in this file, else as octoDNS writes them. */
function listIndent(text: string): number {
  const [, key = '', dash = ''] = /^( *(?:- )?)values: *\r?\n( *)- /m.exec(text) ?? [];
  return dash.length > key.length ? 2 : 0;
}

/** Another type at the same name: the name's record becomes one of a list. */
function beside(text: string, place: SetPlace, record: NameRecord): string | null {
  const { set, node, pair } = place;
  if (!isNode(pair.value) || node.flow === true) return null;
  const at = lineAfter(text, endOf(text, pair.value));
  if (set !== null) {
    const last = set.items.at(-1);
    if (set.flow === true || !isNode(last)) return null;
    const dash = text.lastIndexOf('-', startOf(last) - 1);
    // The first one of the list may stand behind the colon of a key that has its own line.
    const indent = text.slice(lineStart(text, dash), dash).replace(/^:/, ' ');
    const lines = recordLines(record, `${indent}  `);
    return lines === null || indent.trim() !== '' ? null : withLines(text, at, dashed(lines, indent));
  }
  const from = lineStart(text, startOf(node));
  const indent = text.slice(from, startOf(node));
  const own = text.slice(from, endOf(text, node)).split('\n');
  const lines = recordLines(record, `${indent}  `);
  if (lines === null || indent.trim() !== '') return null;
  const moved = own
    .map((line, index) => `${indent}${index === 0 ? '- ' : '  '}${line.slice(indent.length)}`)
    .map((line) => line.trimEnd());
  const text2 = spliced(text, from, endOf(text, node), moved.join('\n'));
  return withLines(text2, lineAfter(text2, from + moved.join('\n').length), dashed(lines, indent));
}

function dashed(lines: readonly string[], indent: string): readonly string[] {
  return lines.map((line, at) => (at === 0 ? `${indent}- ${line.slice(indent.length + 2)}` : line));
}

function removed(text: string, place: SetPlace, one: ValuePlace): string | null {
  const { holding, places, set, node, pair, key } = place;
  if (places.length > 1 && isSeq(holding.value)) {
    if (holding.value.flow === true)
      return withoutFlowItem(
        text,
        places.map(({ value }) => value),
        one.value,
      );
    const dash = text.lastIndexOf('-', startOf(one.value) - 1);
    return spliced(text, lineStart(text, dash), lineAfter(text, endOf(text, one.value)), '');
  }
  if (set !== null && set.items.length > 1) {
    if (set.flow === true) return withoutFlowItem(text, set.items.filter(isNode), node);
    const dash = text.lastIndexOf('-', startOf(node) - 1);
    const next: unknown = set.items[set.items.indexOf(node) + 1];
    const alone = text.slice(lineStart(text, dash), dash).trim() === '';
    if (!alone) return isNode(next) ? spliced(text, startOf(node), startOf(next), '') : null;
    return spliced(text, lineStart(text, dash), lineAfter(text, endOf(text, node)), '');
  }
  if (!isNode(pair.value)) return null;
  return spliced(text, lineStart(text, startOf(key)), lineAfter(text, endOf(text, pair.value)), '');
}

function withoutFlowItem(text: string, items: readonly Node[], item: Node): string | null {
  const at = items.indexOf(item);
  const [before, after] = [items[at - 1], items[at + 1]];
  if (after !== undefined) return spliced(text, startOf(item), startOf(after), '');
  return before === undefined ? null : spliced(text, endOf(text, before), endOf(text, item), '');
}

/** Only the words that differ are written anew. */
function replaced(text: string, place: SetPlace, one: ValuePlace, record: NameRecord, next: NameRecord): string | null {
  const scalars = scalarsOf(next.type, next.data);
  if (scalars === null) return null;
  let out = text;
  if (next.data !== record.data) {
    if (isScalar(one.value)) out = rewritten(out, one.value, scalars[0] ?? '');
    else if (isMap(one.value)) {
      const nodes = (fieldsOf(next.type) ?? []).map((names) =>
        names.map((name) => (one.value as YAMLMap).get(name, true)).find(isScalar),
      );
      const old = scalarsOf(record.type, record.data) ?? [];
      for (const [at, node] of [...nodes.entries()].toSorted((a, b) => startOf(b[1] as Node) - startOf(a[1] as Node)))
        if (isScalar(node) && old[at] !== scalars[at]) out = rewritten(out, node, scalars[at] ?? '');
    }
  }
  return next.ttl === null || next.ttl === record.ttl ? out : withTtl(out, text, place, one, next.ttl);
}

function rewritten(text: string, node: Node, value: string): string {
  return spliced(
    text,
    startOf(node),
    endOf(text, node),
    scalarText(value, text.slice(startOf(node), endOf(text, node))),
  );
}

/** The TTL is the set's. It stands before the values in every file that octoDNS has sorted; where it does not, nothing is done. */
function withTtl(out: string, before: string, { node }: SetPlace, one: ValuePlace, ttl: number): string | null {
  const time = node.get('ttl', true);
  if (isScalar(time)) {
    const moved = startOf(time) > startOf(one.value) ? out.length - before.length : 0;
    return spliced(out, startOf(time) + moved, endOf(before, time) + moved, String(ttl));
  }
  if (node.flow === true) return spliced(out, startOf(node) + 1, startOf(node) + 1, `ttl: ${ttl}, `);
  const from = startOf(node);
  const indent = ' '.repeat(from - lineStart(before, from));
  return spliced(out, from, from, `ttl: ${ttl}${lineEndOf(before)}${indent}`);
}
