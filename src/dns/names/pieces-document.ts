import { isRefusal } from '../../core/refusal.ts';
import type { Holder, HolderDocument } from '../holder.ts';
import { isWithin } from '../name.ts';
import { positionOf } from '../zone-file/syntax.ts';
import { changeNames } from './change-names.ts';
import type { Reading } from './piece.ts';

export interface NamesDocument extends HolderDocument {
  readonly reading: Reading;
}

export interface PiecesRules {
  readonly id: string;
  /** What a name is found by first when one more is put beside it: its own name, or the address that it shares. */
  readonly groupedBy: 'owner' | 'data';
  /** The zone that its records are told in; empty where the place knows none. */
  zoneOf(document: NamesDocument): string;
  parse: Holder<NamesDocument>['parse'];
}

/** What every holder does with a document that is read piece by piece. */
export function overPieces(
  rules: PiecesRules,
): Pick<Holder<NamesDocument>, 'parse' | 'print' | 'apply' | 'records' | 'unreadable' | 'includes'> {
  const { id, parse } = rules;
  return {
    parse,
    print: (document) => document.text,
    apply(document, changes) {
      let current = document;
      for (const change of changes) {
        const next = changeNames(current, change, rules, (text) => parse(text, document));
        if (isRefusal(next)) return next;
        current = next;
      }
      return current;
    },
    *records(document) {
      const zone = rules.zoneOf(document);
      for (const piece of document.reading.pieces) {
        const place = positionOf(document.text, piece.at);
        for (const record of piece.records)
          if (isWithin(record.owner, document.zone))
            yield { ...record, zone, holder: id, file: document.path, ...place };
      }
    },
    *unreadable({ reading, text }) {
      for (const { at, message, owners, wrong } of reading.opaque) {
        const [owner, ...more] = owners;
        const about = owner === undefined || more.length > 0 ? {} : { owner };
        yield { ...positionOf(text, at), message, computed: wrong !== true, ...about };
      }
    },
    *includes() {
      // What such a place says is all in its own file.
    },
  };
}
