import { parseNix, type NixTree } from '../../nix/parser.ts';
import type { Holder, ParseContext } from '../holder.ts';
import { canonicalName, isWithin } from '../name.ts';
import { positionOf } from '../zone-file/syntax.ts';
import type { OpaquePlace, Piece, ReadNames, Reading } from './piece.ts';
import { type NamesDocument, overPieces } from './pieces-document.ts';

export interface NamesFormat {
  readonly id: string;
  /** Cheap: a file without this is not read as Nix at all. */
  readonly hint: RegExp;
  readonly read: ReadNames;
  /** What a name is found by first when one more is put beside it: its own name, or the address that it shares. */
  readonly groupedBy: 'owner' | 'data';
  /** Where the option holds whole zones: their serial. */
  readonly serial?: (tree: NixTree, zone: string) => PlacedSerial | null;
  /** Where the option holds whole zones: the file that their serial stands in, where that is another one. */
  readonly serialFile?: (tree: NixTree) => { readonly file: string; readonly at: number } | null;
  /** Where the option holds whole zones: which ones. */
  readonly zonesIn?: (path: string, tree: NixTree) => readonly string[];
}

export interface PlacedSerial {
  readonly at: number;
  readonly end: number;
  readonly comment: string;
}

const nothing: Reading = { pieces: [], opaque: [], starts: [] };

/** A holder for names that a resolver's Nix options keep without a zone: no SOA, no serial, no `$INCLUDE`. */
export function namesHolder(format: NamesFormat): Holder<NamesDocument> {
  const parse = (text: string, context: ParseContext): NamesDocument => {
    const base = { holder: format.id, path: context.path, zone: canonicalName(context.zone), text };
    if (!format.hint.test(text)) return { ...base, reading: nothing };
    const tree = parseNix(text);
    const [error] = tree.errors;
    if (error !== undefined)
      return {
        ...base,
        reading: { ...nothing, opaque: [{ at: error.offset, message: error.message, owners: [], wrong: true }] },
      };
    return { ...base, reading: within(format.read(tree, base.zone), base.zone) };
  };
  return {
    id: format.id,
    claims(path, text) {
      if (!/\.nix$/i.test(path) || !format.hint.test(text)) return false;
      const { pieces, opaque, starts } = format.read(parseNix(text), '.');
      return pieces.length + opaque.length + starts.length > 0;
    },
    zonesIn: (path, text) => format.zonesIn?.(path, parseNix(text)) ?? ['.'],
    ...overPieces({
      ...format,
      parse,
      zoneOf: ({ zone }) => (format.serial === undefined ? '' : zone),
    }),
    *includes({ text, zone }) {
      if (format.serialFile === undefined || !format.hint.test(text)) return;
      const tree = parseNix(text);
      const other = format.serial?.(tree, zone) === null ? format.serialFile(tree) : null;
      if (other === null) return;
      const { line } = positionOf(text, other.at);
      yield { file: other.file, line, origin: zone, defaultTtl: null, serialBy: format.id };
    },
    serial({ text, zone }) {
      const site = format.serial?.(parseNix(text), zone) ?? null;
      if (site === null) return null;
      return { text: text.slice(site.at, site.end), comment: site.comment, ...positionOf(text, site.at) };
    },
    withSerial(document, serial) {
      const { text, zone } = document;
      const site = format.serial?.(parseNix(text), zone) ?? null;
      return site === null ? document : parse(text.slice(0, site.at) + serial + text.slice(site.end), document);
    },
  };
}

/** Names outside the zone that was asked for stay for finding neighbours; places that only speak of others do not count. */
function within(reading: Reading, zone: string): Reading {
  const concerns = ({ owners }: OpaquePlace): boolean =>
    owners.length === 0 || owners.some((owner) => isWithin(owner, zone));
  const pieces: readonly Piece[] = reading.pieces;
  return { ...reading, pieces, opaque: reading.opaque.filter(concerns) };
}
