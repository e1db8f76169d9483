import { isMap, isScalar, isSeq, type Node, type Pair, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';
import { absoluteName, canonicalName } from '../name.ts';
import { type OpaquePlace, type Piece, type Reading } from '../names/piece.ts';
import { piecesHolder } from '../names/pieces-holder.ts';
import { zoneInFileName } from '../zone-in-file-name.ts';
import { newName } from './new-name.ts';
import { pieceOf, type ValuePlace } from './piece-of.ts';
import { dataOfFields, dataOfScalar, fieldsOf, isPlain } from './values.ts';
import { endOf, isNode, keyText, startOf } from './yaml-text.ts';

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
      opaque: [{ at: error.pos[0], message: error.message.split('\n')[0] ?? '', owners: [] }],
      starts: [],
    };
  const root: unknown = document.contents;
  if (!isMap(root)) return { pieces, opaque, starts: [] };
  const seen = new Set<string>();
  for (const pair of root.items) {
    const name = keyText(pair.key);
    if (seen.has(name) && isNode(pair.key))
      opaque.push({
        at: startOf(pair.key),
        message: `the name ${name} stands twice`,
        owners: [absoluteName(name === '' ? '@' : name, zone)],
      });
    else readName(text, zone, pair, pieces, opaque);
    seen.add(name);
  }
  return { pieces, opaque, starts: root.flow === true ? [] : [(record) => newName(text, zone, root, record)] };
}

function readName(text: string, zone: string, pair: Pair, pieces: Piece[], opaque: OpaquePlace[]): void {
  const { key, value } = pair;
  if (!isScalar(key)) return;
  const owner = absoluteName(keyText(key) || '@', zone);
  const cannot = (node: Node, message: string): void =>
    void opaque.push({ at: startOf(node), message, owners: [owner] });
  if (!isNode(value)) return cannot(key, 'an alias or nothing stands in the place of the records');
  const nodes = isSeq(value) ? value.items : [value];
  for (const node of nodes) {
    if (isMap(node))
      readRecord(text, { zone, owner, pair, set: isSeq(value) ? value : null, node, key, cannot }, pieces);
    else cannot(isNode(node) ? node : key, 'this is no record');
  }
}

interface RecordPlace {
  readonly zone: string;
  readonly owner: string;
  readonly pair: Pair;
  readonly set: YAMLSeq | null;
  readonly node: YAMLMap;
  readonly key: Node;
  cannot(node: Node, message: string): void;
}

function readRecord(text: string, place: RecordPlace, pieces: Piece[]): void {
  const { node, owner, zone } = place;
  const cannot = (at: Node, message: string): void => place.cannot(at, message);
  const said: unknown = node.get('type');
  const type = typeof said === 'string' ? said.toUpperCase() : '';
  for (const computed of ['dynamic', 'geo', '<<'])
    if (node.has(computed)) return cannot(node, `\`${computed}\` tells the answers here, which are computed`);
  const time = node.get('ttl');
  const ttl = typeof time === 'number' ? time : null;
  const holding = node.items.find(({ key }) => isScalar(key) && (key.value === 'value' || key.value === 'values'));
  if (type === '' || holding === undefined || !isNode(holding.value))
    return cannot(node, 'the type or the value is missing');
  const values = isSeq(holding.value) ? holding.value.items : [holding.value];
  const places: ValuePlace[] = [];
  for (const value of values) {
    const data = isNode(value) ? dataOf(type, value, zone) : null;
    if (data === null || !isNode(value))
      return cannot(isNode(value) ? value : node, `the value of the ${type} record cannot be read`);
    places.push({ value, record: { owner, type, ttl, data } });
  }
  for (const one of places) pieces.push(pieceOf(text, { ...place, holding, places }, one));
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
  return endOf(value) > startOf(value) ? dataOfFields(type, words, zone) : null;
}
