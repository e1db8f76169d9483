import { parseNix, type NixTree } from '../../nix/parser.ts';
import type { StringLiteral } from '../../nix/syntax.ts';
import { bare } from '../../nix/walk.ts';
import { hole, writtenText } from '../nix-text/written-text.ts';
import { valuesOf } from '../names/options.ts';
import { type NameRecord, type Piece, type Reading, written } from '../names/piece.ts';
import { cutItem, insertItem, literalLike } from '../names/string-items.ts';
import { localZone } from './local-data.ts';

interface ZoneItem {
  readonly node: StringLiteral;
  readonly name: string;
  readonly text: string;
  readonly value: string;
}

function zonesOf(tree: NixTree): readonly ZoneItem[] {
  const items: ZoneItem[] = [];
  for (const { value } of valuesOf(tree, ['server', 'local-zone'])) {
    const list = bare(value);
    if (value.type === 'paren' || list.type !== 'list') continue;
    for (const item of list.items) {
      const node = bare(item);
      const text = node.type === 'string' ? writtenText(tree.text, node) : null;
      const zone = text === null || text.value.includes(hole) ? null : localZone(text.value);
      if (node.type === 'string' && text !== null && zone !== null) items.push({ node, ...zone, value: text.value });
    }
  }
  return items;
}

/**
 * Some keep a `local-zone` for every single name beside its `local-data`. There a new name gets its own zone too, like
 * that of its neighbour, and a name that goes takes its zone along; without it, names below would still be answered for.
 */
export function inStep(tree: NixTree, reading: Reading): Reading {
  const zones = zonesOf(tree);
  const owners = new Map<string, number>();
  for (const { records } of reading.pieces)
    for (const { owner } of records) owners.set(owner, (owners.get(owner) ?? 0) + 1);
  const own = zones.filter(({ name }) => owners.has(name));
  if (own.length === 0 || own.length * 2 < owners.size) return reading;
  const pieces = reading.pieces.map(
    (piece): Piece => ({
      ...piece,
      add(record) {
        const added = piece.add(record);
        if (added === null || owners.has(record.owner)) return added;
        const near = own.find(({ name }) => piece.records.some(({ owner }) => owner === name)) ?? own.at(-1);
        return near === undefined ? added : withZone(added, near, record);
      },
      remove(record) {
        const removed = piece.remove(record);
        return removed === null || owners.get(record.owner) !== 1 ? removed : withoutZone(removed, record.owner);
      },
    }),
  );
  return { ...reading, pieces };
}

/** Positions moved with the edit before, so the item is found anew by what it says. */
function withZone(text: string, near: ZoneItem, record: NameRecord): string | null {
  const zones = zonesOf(parseNix(text));
  if (zones.some(({ name }) => name === record.owner)) return text;
  const item = zones.find(({ value }) => value === near.value);
  if (item === undefined) return null;
  const name = item.text.endsWith('.') ? record.owner : written(record.owner);
  return insertItem(
    text,
    item.node,
    literalLike(
      item.node,
      item.value.replace(item.text, () => name),
    ),
  );
}

function withoutZone(text: string, owner: string): string {
  const item = zonesOf(parseNix(text)).find(({ name }) => name === owner);
  return item === undefined ? text : cutItem(text, item.node);
}
