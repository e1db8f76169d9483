import { refuse, type Refusal } from '../../core/refusal.ts';
import { nearNames } from '../name.ts';
import { generationOf } from './generate.ts';
import { recordAt, unreadableAt } from './records.ts';
import type { Entry, ZoneFileDocument } from './syntax.ts';

/** Types that may stand beside a CNAME (RFC 4034 section 3, RFC 2181 section 10.1). */
const besideCname: ReadonlySet<string> = new Set(['RRSIG', 'NSEC', 'KEY', 'SIG', 'NXT']);

/** One entry of the asked owner that can be read. */
export interface OwnEntry {
  readonly entry: Entry;
  readonly type: string;
  readonly data: string;
  /** A `$GENERATE` line makes it: it is there, and no edit of one record can change it. */
  readonly generated: boolean;
}

/**
 * The entries of one owner, or the refusal to touch a set of which we cannot read a line. Sets of other types at the
 * name stay what they are, whatever they hold; but a CNAME stands alone.
 */
export function entriesOf(document: ZoneFileDocument, owner: string, asked: string): readonly OwnEntry[] | Refusal {
  const own: OwnEntry[] = [];
  const { entries } = document;
  for (let row = 0; row < entries.length; row += 1) {
    const kind = entries.kind(row);
    const owned = entries.isOwnedBy(row, owner);
    if (!owned && kind !== 'generate' && kind !== 'unreadable') continue;
    const entry = entries.at(row);
    if (entry === undefined) continue;
    if (kind === 'generate') {
      const generation = generationOf(document, entry);
      if (generation.kind === 'wrong') continue;
      for (const record of generation.records) {
        if (record.owner === owner) own.push({ entry, type: record.type, data: record.data, generated: true });
      }
      continue;
    }
    if (entry.problem !== null && swallows(document, entry)) return unreadable(document, entry, owner);
    if (!owned || entry.foreignClass || (kind !== 'record' && kind !== 'unreadable')) continue;
    const record = recordAt(document, entry);
    if (record === null && (entry.kind !== 'record' || [entry.type, 'CNAME'].includes(asked) || entry.type === 'CNAME'))
      return unreadable(document, entry, owner);
    const data = record?.data ?? document.text.slice(entry.dataAt, entry.wordsEnd);
    own.push({ entry, type: entry.type, data, generated: false });
  }
  return own;
}

/** An opening parenthesis without a closing one takes the rest of the file with it: nothing there can be known. */
function swallows(document: ZoneFileDocument, entry: Entry): boolean {
  return (
    entry.end === document.text.length &&
    document.text.indexOf('\n', entry.start) < entry.end - 1 &&
    entry.problem?.message === 'a parenthesis is not closed'
  );
}

function unreadable(document: ZoneFileDocument, entry: Entry, name: string): Refusal {
  const found = unreadableAt(document, entry);
  return refuse(
    'zone-unreadable',
    {
      zone: document.zone,
      file: document.path,
      line: found?.line ?? entry.line,
      column: found?.column ?? 1,
      name,
      reason: found?.message ?? 'the line cannot be read',
    },
    'Mend that line first, then ask again.',
  );
}

/** Why a record of this type may not join the entries of its owner, or null. */
export function conflictOf(
  document: ZoneFileDocument,
  own: readonly OwnEntry[],
  owner: string,
  type: string,
): Refusal | null {
  if (besideCname.has(type)) return null;
  if (type === 'ALIAS' && document.entries.findIndex((entry) => entry.type === 'ALIAS') < 0) {
    const reason = 'ALIAS is made by providers and by PowerDNS; other name servers refuse a zone that holds it';
    return refuse('bad-arguments', { name: owner, type, file: document.path, reason }, 'Use A and AAAA records.');
  }
  if (type === 'CNAME' && owner === document.zone) {
    return refuse(
      'record-conflict',
      {
        zone: document.zone,
        name: owner,
        type,
        file: document.path,
        line: own[0]?.entry.line ?? 1,
        reason: 'the top of a zone holds SOA and NS, so it cannot be a CNAME (RFC 1034 section 3.6.2)',
      },
      'Use A and AAAA records at the top of the zone.',
    );
  }
  const others = own.filter(({ entry }) => (type === 'CNAME' ? !besideCname.has(entry.type) : entry.type === 'CNAME'));
  if (others.length > 0) {
    const held = others.map(({ entry, type: held, data }) => `${held} ${data} (${document.path}:${entry.line})`);
    return refuse(
      'record-conflict',
      {
        zone: document.zone,
        name: owner,
        type,
        file: document.path,
        line: others[0]?.entry.line ?? 1,
        existing: held,
        reason:
          type === 'CNAME'
            ? 'a CNAME stands alone at its name (RFC 1034 section 3.6.2)'
            : 'the name is a CNAME, which stands alone at its name (RFC 1034 section 3.6.2)',
      },
      `Remove what is there first, or ask to change it: set ${owner} ${others[0]?.type ?? type} ….`,
    );
  }
  return null;
}

/** A record that a `$GENERATE` line makes is not edited one by one. */
export function isGenerated(document: ZoneFileDocument, one: OwnEntry, name: string): Refusal {
  return refuse(
    'record-conflict',
    {
      zone: document.zone,
      name,
      type: one.type,
      file: document.path,
      line: one.entry.line,
      existing: [`${one.type} ${one.data} ($GENERATE, ${document.path}:${one.entry.line})`],
      reason: 'a $GENERATE line makes this record together with others',
    },
    'Change the $GENERATE line by hand.',
  );
}

/** The asked record is not there: what is at the name instead, and which names are near. */
export function notFound(
  document: ZoneFileDocument,
  own: readonly OwnEntry[],
  asked: { readonly owner: string; readonly type: string; readonly data: string },
): Refusal {
  const names = new Set<string>();
  for (const entry of document.entries) if (entry.kind === 'record') names.add(entry.owner);
  const held = own.map(({ entry, type: held, data }) => `${held} ${data} (${document.path}:${entry.line})`);
  return refuse('record-not-found', {
    zone: document.zone,
    name: asked.owner,
    type: asked.type,
    data: asked.data,
    file: document.path,
    existing: held,
    near: held.length > 0 ? [] : nearNames(asked.owner, names),
  });
}

/** The record is there already, and where. */
export function exists(
  document: ZoneFileDocument,
  same: OwnEntry,
  change: { readonly owner: string; readonly type: string },
): Refusal {
  return refuse('record-exists', {
    zone: document.zone,
    name: change.owner,
    type: change.type,
    data: same.data,
    file: document.path,
    line: same.entry.line,
  });
}
