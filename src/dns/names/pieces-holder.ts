import { isRefusal } from '../../core/refusal.ts';
import type { Holder, ParseContext } from '../holder.ts';
import { canonicalName, isWithin } from '../name.ts';
import { positionOf } from '../zone-file/syntax.ts';
import { changeNames } from './change-names.ts';
import type { NamesDocument } from './names-holder.ts';
import type { Reading } from './piece.ts';

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
    parse,
    print: (document) => document.text,
    apply(document, changes) {
      let current = document;
      for (const change of changes) {
        const next = changeNames(current, change, format, (text) => parse(text, document));
        if (isRefusal(next)) return next;
        current = next;
      }
      return current;
    },
    *records({ reading, text, zone, path }) {
      for (const piece of reading.pieces) {
        const place = positionOf(text, piece.at);
        for (const record of piece.records)
          if (isWithin(record.owner, zone)) yield { ...record, zone, holder: format.id, file: path, ...place };
      }
    },
    *unreadable({ reading, text }) {
      for (const { at, message } of reading.opaque) yield { ...positionOf(text, at), message };
    },
    *includes() {
      // Each zone is one file, or one call.
    },
    serial: () => null,
    withSerial: (document) => document,
  };
}
