import { isRefusal, refuse, type Refusal } from '../../core/refusal.ts';
import { parseNix } from '../../nix/parser.ts';
import type { RecordChange } from '../change.ts';
import type { Holder, ParseContext, SerialSite, UnreadablePlace } from '../holder.ts';
import { canonicalName } from '../name.ts';
import type { HeldRecord } from '../record.ts';
import { zoneInFileName } from '../zone-in-file-name.ts';
import { positionOf, type ZoneFileDocument } from '../zone-file/syntax.ts';
import { parseZoneFile, zoneFileHolder } from '../zone-file/zone-file-holder.ts';
import type { HeldZone, NixTextDocument } from './nix-text-document.ts';
import { rewriteString } from './rewrite.ts';
import { hole, linesOf } from './written-text.ts';
import { stringsOf, zoneStrings } from './zone-strings.ts';

/** Zone text in a string of a Nix file: `services.nsd.zones.<zone>.data`, `writeText`, knot, coredns. */
export const nixTextHolder: Holder<NixTextDocument> = {
  id: 'nix-text',
  claims: (path, text) => /\.nix$/i.test(path) && looksLikeIt(text) && zoneStrings(parseNix(text)).length > 0,
  zonesIn(path, text) {
    const named = zoneStrings(parseNix(text)).map((one) => one.named[0] ?? zoneInFileName(path));
    return [...new Set(named.filter((zone) => zone !== null))];
  },
  parse,
  print: (document) => document.text,
  apply(document, changes) {
    let current = document;
    for (const change of changes) {
      const next = applyChange(current, change);
      if (isRefusal(next)) return next;
      current = next;
    }
    return current;
  },
  *records({ held, path }) {
    if (held === null) return;
    const place = placeIn(held);
    const opaque = opaqueLines(held.zoneFile);
    for (const record of zoneFileHolder.records(held.zoneFile)) {
      if (opaque.has(record.line) || `${record.owner}${record.data}`.includes(hole)) continue;
      const found: HeldRecord = { ...record, holder: 'nix-text', file: path, ...place(record.line, record.column) };
      yield found;
    }
  },
  unreadable,
  *includes({ held }) {
    if (held === null) return;
    const place = placeIn(held);
    for (const include of zoneFileHolder.includes(held.zoneFile)) {
      if (!include.file.includes(hole)) yield { ...include, line: place(include.line, 1).line };
    }
  },
  zoneText: ({ held }) => (held === null || held.zoneFile.text.includes(hole) ? null : held.zoneFile.text),
  serial({ held }): SerialSite | null {
    const site = held === null ? null : zoneFileHolder.serial(held.zoneFile);
    if (held === null || site === null) return null;
    const text = site.text.replaceAll(hole, '${…}');
    return { ...site, text, comment: site.comment.replaceAll(hole, ''), ...placeIn(held)(site.line, site.column) };
  },
  withSerial(document, serial) {
    const { held } = document;
    if (held === null || zoneFileHolder.serial(held.zoneFile) === null) return document;
    const value = zoneFileHolder.print(zoneFileHolder.withSerial(held.zoneFile, serial));
    const text = rewriteString(held.written, value);
    return text === null ? document : parse(text, { path: document.path, zone: document.zone });
  },
};

function looksLikeIt(text: string): boolean {
  return /\bSOA[ \t]+[^\s={;]/i.test(text);
}

function parse(text: string, context: ParseContext): NixTextDocument {
  const zone = canonicalName(context.zone);
  const base = { holder: 'nix-text', path: context.path, zone, text, others: [] } as const;
  if (!looksLikeIt(text)) return { ...base, held: null, trouble: { at: 0, message: 'no string holds a zone' } };
  const tree = parseNix(text);
  const [error] = tree.errors;
  if (error !== undefined) return { ...base, held: null, trouble: { at: error.offset, message: error.message } };
  const [only, ...more] = stringsOf(zone, zoneStrings(tree));
  if (only === undefined)
    return { ...base, held: null, trouble: { at: 0, message: `no string holds the zone ${zone}` } };
  if (more.length > 0) {
    const at = only.written.node.from;
    const others = more.map(({ written }) => written.node.from);
    return { ...base, others, held: null, trouble: { at, message: `several strings may hold the zone ${zone}` } };
  }
  const { written } = only;
  return { ...base, held: { written, zoneFile: parseZoneFile(written.value, { ...context, zone }) }, trouble: null };
}

function applyChange(document: NixTextDocument, change: RecordChange): NixTextDocument | Refusal {
  const { held, path, zone } = document;
  if (held === null) return notHeld(document, change);
  const changed = zoneFileHolder.apply(held.zoneFile, [change]);
  const place = placeIn(held);
  if (isRefusal(changed)) return placed(changed, place);
  const text = rewriteString(held.written, zoneFileHolder.print(changed));
  if (text !== null) return parse(text, { path, zone });
  const { line, column } = place(1, 1);
  return refuse('zone-unreadable', {
    zone,
    file: path,
    line,
    column,
    name: change.owner,
    reason: 'the change would take away an interpolation, or the indentation that the other lines need',
  });
}

function notHeld(document: NixTextDocument, change: RecordChange): Refusal {
  const { trouble, others, text, path } = document;
  const at = positionOf(text, trouble?.at ?? 0);
  const existing = others.map((other) => `${path}:${positionOf(text, other).line}`);
  return refuse(
    'zone-unreadable',
    { zone: document.zone, file: path, ...at, name: change.owner, reason: trouble?.message ?? '', existing },
    existing.length > 0 ? 'Write the zone’s name as the owner of its SOA record.' : undefined,
  );
}

/** A refusal of the zone text speaks of lines of that text; people see those of the file. */
function placed(refusal: Refusal, place: (line: number, column: number) => { line: number; column: number }): Refusal {
  const facts: Record<string, string | number | readonly string[]> = { ...refusal.facts };
  const { line, column } = refusal.facts;
  if (typeof line === 'number') {
    const at = place(line, typeof column === 'number' ? column : 1);
    facts['line'] = at.line;
    if (typeof column === 'number') facts['column'] = at.column;
  }
  for (const [name, fact] of Object.entries(facts)) {
    if (typeof fact === 'string') facts[name] = fact.replaceAll(hole, '${…}');
    else if (typeof fact !== 'number')
      facts[name] = fact.map((text) =>
        text.replaceAll(hole, '${…}').replace(/:(\d+)\)$/, (_, digits: string) => `:${place(Number(digits), 1).line})`),
      );
  }
  return refuse(refusal.code, facts, refusal.next);
}

function* unreadable(document: NixTextDocument): Generator<UnreadablePlace> {
  const { held, trouble, text } = document;
  if (trouble !== null)
    yield { ...positionOf(text, trouble.at), message: trouble.message, computed: document.others.length > 0 };
  if (held === null) return;
  const place = placeIn(held);
  const opaque = opaqueLines(held.zoneFile);
  for (const [line, owner] of opaque) {
    const about = owner === '' || owner.includes(hole) ? {} : { owner };
    yield { ...place(line, 1), message: 'the line holds an interpolation', computed: true, ...about };
  }
  for (const found of zoneFileHolder.unreadable(held.zoneFile)) {
    if (!opaque.has(found.line))
      yield { ...found, ...place(found.line, found.column), message: found.message.replaceAll(hole, '${…}') };
  }
  for (const record of zoneFileHolder.records(held.zoneFile)) {
    if (!opaque.has(record.line) && `${record.owner}${record.data}`.includes(hole))
      yield { ...place(record.line, record.column), message: 'the name hangs below an interpolation', computed: true };
  }
}

/** Entries that hold an interpolation, by the line at which they begin, with the names that they are about. */
function opaqueLines({ text, entries }: ZoneFileDocument): ReadonlyMap<number, string> {
  const lines = new Map<number, string>();
  if (!text.includes(hole)) return lines;
  for (const entry of entries)
    if (text.slice(entry.start, entry.end).includes(hole)) lines.set(entry.line, entry.owner);
  return lines;
}

/** From line and column of the zone's text to those of the file. */
function placeIn({ written }: HeldZone): (line: number, column: number) => { line: number; column: number } {
  const lines = linesOf(written);
  const file = written.file;
  return (line, column) => {
    const own = lines[Math.min(line, lines.length) - 1];
    if (own === undefined) return positionOf(file, written.first);
    const at = own.text === '' ? own.at : (written.starts[own.from + column - 1] ?? own.end);
    return positionOf(file, at);
  };
}
