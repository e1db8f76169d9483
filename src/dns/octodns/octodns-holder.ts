import { isMap, isScalar, isSeq, type Node, type Pair, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';
import { absoluteName, canonicalName } from '../name.ts';
import type { NameRecord, OpaquePlace, Piece, Reading } from '../names/piece.ts';
import { piecesHolder } from '../names/pieces-holder.ts';
import { zoneInFileName } from '../zone-in-file-name.ts';
import { Anchors } from './anchors.ts';
import { newName } from './new-name.ts';
import { pieceOf, type ValuePlace } from './piece-of.ts';
import { dataOfFields, dataOfScalar, fieldsOf, isPlain } from './values.ts';
import { isNode, keyText, startOf } from './yaml-text.ts';

/** No record is without its type. A file without one is not read as YAML, which takes its time over text that is none. */
const hint = /\btype: *['"]?[A-Z]{1,10}\b/;

/** octoDNS zone files: `config/example.org.yaml`. */
export const octodnsHolder = piecesHolder({
  id: 'octodns',
  groupedBy: 'owner',
  claims: (path, text) =>
    /\.ya?ml$/i.test(path) && zoneOfPath(path) !== null && hint.test(text) && readText(text, '.').pieces.length > 0,
  zonesIn: (path) => {
    const zone = zoneOfPath(path);
    return zone === null ? [] : [zone];
  },
  readText,
});

/** `example.org.yaml`, and `example.org..yaml`, as octoDNS itself writes it. */
function zoneOfPath(path: string): string | null {
  const name = path.replace(/^.*\//, '').replace(/\.ya?ml$/i, '');
  return name.includes('.') ? zoneInFileName(canonicalName(name)) : null;
}

function readText(text: string, zone: string): Reading {
  const pieces: Piece[] = [];
  const opaque: OpaquePlace[] = [];
  if (!hint.test(text)) return { pieces, opaque, starts: [] };
  // Names that come twice are looked for here: the library compares each with each.
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: false });
  const [error] = document.errors;
  if (error !== undefined)
    return {
      pieces: [],
      opaque: [{ at: error.pos[0], message: error.message.split('\n')[0] ?? '', owners: [], wrong: true }],
      starts: [],
    };
  const root: unknown = document.contents;
  if (!isMap(root)) return { pieces, opaque, starts: [] };
  const seen = new Set<string>();
  const anchors = new Anchors(document);
  for (const pair of root.items) {
    const name = keyText(pair.key);
    if (seen.has(name) && isNode(pair.key))
      opaque.push({
        at: startOf(pair.key),
        message: `the name ${name} stands twice`,
        wrong: true,
        owners: [absoluteName(name === '' ? '@' : name, zone)],
      });
    else readName({ text, zone, anchors, pieces, opaque }, pair);
    seen.add(name);
  }
  return { pieces, opaque, starts: root.flow === true ? [] : [(record) => newName(text, zone, root, record)] };
}

interface Reader {
  readonly text: string;
  readonly zone: string;
  readonly anchors: Anchors;
  readonly pieces: Piece[];
  readonly opaque: OpaquePlace[];
}

function readName(reader: Reader, pair: Pair): void {
  const { key } = pair;
  if (!isScalar(key)) return;
  const owner = absoluteName(keyText(key) || '@', reader.zone);
  const value = reader.anchors.resolved(pair.value);
  const shared = reader.anchors.isShared(pair.value);
  if (value === null) return cannot(reader, key, owner, 'nothing stands in the place of the records');
  for (const item of isSeq(value) ? value.items : [value]) {
    const node = reader.anchors.resolved(item);
    const fixed = shared || reader.anchors.isShared(item);
    if (isMap(node)) readRecord(reader, { owner, pair, set: isSeq(value) ? value : null, node, key, fixed });
    else cannot(reader, isNode(item) ? item : key, owner, 'this is no record');
  }
}

// oxlint-disable-next-line max-params
function cannot({ opaque }: Reader, at: Node, owner: string, message: string, type?: string, wrong = true): void {
  opaque.push({ at: startOf(at), message, owners: [owner], ...(type === undefined ? {} : { type }), wrong });
}

interface RecordPlace {
  readonly owner: string;
  readonly pair: Pair;
  readonly set: YAMLSeq | null;
  readonly node: YAMLMap;
  readonly key: Node;
  /** Another place says the same by an alias. */
  readonly fixed: boolean;
}

function readRecord(reader: Reader, place: RecordPlace): void {
  const { node, owner, key } = place;
  const { text, zone, anchors } = reader;
  const scalarOf = (name: string): unknown => {
    const found = anchors.resolved(anchors.pairOf(node, name)?.value);
    return isScalar(found) ? found.value : undefined;
  };
  const said = scalarOf('type');
  const type = typeof said === 'string' ? said.toUpperCase() : '';
  const merged = node.has('<<');
  const at = place.fixed || merged ? key : node;
  for (const computed of ['dynamic', 'geo'])
    if (anchors.pairOf(node, computed) !== null)
      return cannot(reader, at, owner, `\`${computed}\` tells the answers here, which are computed`, type, false);
  const time = scalarOf('ttl');
  const ttl = typeof time === 'number' ? time : null;
  const holding = anchors.pairOf(node, 'value', 'values');
  const held = anchors.resolved(holding?.value);
  if (type === '' || holding === null || held === null)
    return cannot(reader, at, owner, 'the type or the value is missing');
  const fixed = place.fixed || merged || anchors.isShared(holding.value);
  const places: ValuePlace[] = [];
  for (const item of isSeq(held) ? held.items : [held]) {
    const value = anchors.resolved(item);
    const data = value === null ? null : dataOf(type, value, zone);
    if (data === null || value === null)
      return cannot(
        reader,
        fixed || value === null ? at : value,
        owner,
        `the value of the ${type} record cannot be read`,
        type,
      );
    places.push({ value, record: { owner, type, ttl, data }, shared: anchors.isShared(item) });
  }
  for (const one of places)
    reader.pieces.push(
      fixed || one.shared
        ? sharedPiece(startOf(fixed ? key : one.value), one.record)
        : pieceOf(text, { ...place, holding, places }, one),
    );
}

/** A record that an anchor tells, for this name and for others. */
function sharedPiece(at: number, record: NameRecord): Piece {
  const no = (): null => null;
  return {
    at,
    records: [record],
    add: no,
    remove: no,
    replace: no,
    fixed: 'several records have this by an anchor (`&` and `*`)',
  };
}

function dataOf(type: string, value: Node, zone: string): string | null {
  if (isScalar(value)) return isPlain(type) ? dataOfScalar(type, String(value.source ?? value.value), zone) : null;
  const fields = fieldsOf(type);
  if (!isMap(value) || fields === null) return null;
  const words: string[] = [];
  for (const names of fields) {
    const name = names.find((one) => value.has(one));
    const found: unknown = name === undefined ? undefined : value.get(name);
    if (typeof found !== 'string' && typeof found !== 'number') return null;
    words.push(String(found));
  }
  return dataOfFields(type, words, zone);
}
