import { absoluteName, canonicalName } from '../name.ts';
import { isKnownType } from '../record-types.ts';
import { dataWordsOf } from './words.ts';
import type { Holder, ParseContext } from '../holder.ts';
import { applyChanges } from './edit.ts';
import { spliced } from './splice.ts';
import { parseEntries } from './parse.ts';
import { recordsOf, unreadableAt } from './records.ts';
import { nowhere, serialComment, serialWords, soaOf, zoneNamed } from './soa.ts';
import { positionOf, type ZoneFileDocument } from './syntax.ts';

/** Programs, documents and lists of other servers quote zones in the midst of something else. */
const otherKind =
  /\.(nix|ya?ml|json|toml|js|mjs|ts|md|rst|adoc|html?|xml|lock|pem|age|rb|erb|t|go|c|h|cpp|hpp|java|php|lua|el|j2|tmpl|tpl|csv2)$/i;
/** `.pl`, `.rs`, `.sh` and others end the names of zones too: there the text tells. */
const program =
  /^(#!|#include|package [\w:]+;|use [\w:]+;|(pub )?fn \w+\(|def \w+(\(|$)|import [\w.]+;?$|from [\w.]+ import |class [A-Z][a-z]\w*|module [A-Z][a-z]\w*$|require ['"(])/m;

/** What a build puts something else in the place of: `@ADDRESS@`, `{{ address }}`, `${address}`, `<address>`, `%ADDRESS%`. */
const placeholder = /@[A-Za-z]\w*@|\{\{.*?\}\}|\$\{[^}]*\}|<[A-Za-z][\w-]*>|%[A-Za-z]\w*%|__[A-Z]\w*__/;

/** Zone files: RFC 1035 section 5 as BIND reads it. */
export const zoneFileHolder: Holder<ZoneFileDocument> = {
  id: 'zone-file',
  claims(path, text) {
    if (otherKind.test(path) || (/\.(pl|pm|py|rs|sh|cc)$/i.test(path) && program.test(text))) return false;
    if (/(^|\/)db\.[^/]+$|\.(zone|db|hosts|rev)$/i.test(path) && /\bSOA\b/i.test(text)) return true;
    const soa = /^(\S+)?[ \t]+(\d+[wdhms]?[ \t]+)?(IN[ \t]+)?(\d+[wdhms]?[ \t]+)?SOA[ \t]/im.exec(text);
    return soa !== null && isMostlyRecords(text.slice(soa.index, soa.index + 16_384));
  },
  zonesIn(path, text) {
    const zone = zoneNamed(path, parseZoneFile(text, { path, zone: nowhere }));
    return zone === null ? [] : [zone];
  },
  parse: parseZoneFile,
  print: (document) => document.text,
  apply: applyChanges,
  records: recordsOf,
  *unreadable(document) {
    for (const entry of document.entries) {
      const found = unreadableAt(document, entry);
      if (found === null) continue;
      const computed = placeholder.test(document.text.slice(entry.start, entry.wordsEnd));
      const about = entry.owner === '' ? {} : { owner: entry.owner };
      yield { line: found.line, column: found.column, message: found.message, computed, ...about };
    }
  },
  *includes(document) {
    for (const entry of document.entries) {
      if (entry.kind !== 'include') continue;
      const [file, origin] = dataWordsOf(document.text, entry);
      if (file === undefined) continue;
      const { scope } = entry;
      const under = origin === undefined ? scope.origin : absoluteName(origin.text, scope.origin);
      yield { file: file.text, line: entry.line, origin: under, defaultTtl: scope.defaultTtl };
    }
  },
  serial(document) {
    const soa = soaOf(document);
    const word = soa?.words[2];
    if (soa === null || word === undefined) return null;
    return { text: word.text, comment: serialComment(document.text, word), ...positionOf(document.text, word.at) };
  },
  withSerial(document, serial) {
    const [word, ...same] = serialWords(document);
    if (word === undefined) return document;
    // As many digits as before move nothing, and no entry depends on the serial: the file need not be read again.
    if (serial.length === word.end - word.at && same.length === 0) {
      const text = document.text.slice(0, word.at) + serial + document.text.slice(word.end);
      return { ...document, text };
    }
    return spliced(
      document,
      [word, ...same].map(({ at, end }) => ({ at, end, text: serial })),
    );
  },
};

/** Manuals and test scripts quote a SOA in the midst of prose and commands, of which few lines read as records. */
function isMostlyRecords(text: string): boolean {
  let records = 0;
  let others = 0;
  for (const { kind, type } of parseEntries(text, { origin: nowhere, defaultTtl: null })) {
    if (kind === 'record' && isKnownType(type)) records += 1;
    else if (kind === 'record' || kind === 'unreadable') others += 1;
  }
  return records >= others;
}

/** Reads a zone file. Any text gives a document; what cannot be read is in it as text. */
export function parseZoneFile(text: string, context: ParseContext): ZoneFileDocument {
  const zone = canonicalName(context.zone);
  const start = { origin: context.origin ?? zone, defaultTtl: context.defaultTtl ?? null };
  return { holder: 'zone-file', path: context.path, zone, text, start, entries: parseEntries(text, start) };
}
