import type { Holder, ParseContext } from '../holder.ts';
import { canonicalName } from '../name.ts';
import type { Reading } from './piece.ts';
import { type NamesDocument, overPieces } from './pieces-document.ts';

export interface PiecesFormat {
  readonly id: string;
  readonly groupedBy: 'owner' | 'data';
  claims(path: string, text: string): boolean;
  zonesIn(path: string, text: string): readonly string[];
  /** Never throws: what cannot be read is an opaque place. */
  readText(text: string, zone: string): Reading;
}

/** A holder for zones that a provider serves: the provider keeps the SOA, so there is no serial to raise. */
export function piecesHolder(format: PiecesFormat): Holder<NamesDocument> {
  const parse = (text: string, context: ParseContext): NamesDocument => {
    const zone = canonicalName(context.zone);
    return { holder: format.id, path: context.path, zone, text, reading: format.readText(text, zone) };
  };
  return {
    id: format.id,
    claims: (path, text) => format.claims(path, text),
    zonesIn: (path, text) => format.zonesIn(path, text),
    ...overPieces({ ...format, parse, zoneOf: ({ zone }) => zone }),
    serial: () => null,
    withSerial: (document) => document,
  };
}
