import type { Edit } from '../core/edit.ts';
import type { Finding } from '../core/finding.ts';
import { isRefusal, refuse, type Refusal } from '../core/refusal.ts';
import type { RecordChange } from './change.ts';
import { readData } from './data.ts';
import { bumpZone, type SerialBump } from './bump.ts';
import { openZone, type OpenZone, type ZoneSource } from './zone.ts';
import type { HeldDocument } from './holders.ts';
import { canonicalName } from './name.ts';

/** One line of the pull request's table. */
export interface DnsRow {
  readonly action: RecordChange['action'];
  readonly name: string;
  readonly type: string;
  readonly before: string | null;
  readonly after: string | null;
  /** Null: as the zone has it. */
  readonly ttl: number | null;
  readonly zone: string;
  readonly file: string;
  /** Where the record stands after the change; of a removed one, where it stood. */
  readonly line: number;
}

export interface DnsPlan {
  readonly edits: readonly Edit[];
  readonly rows: readonly DnsRow[];
  readonly serials: readonly SerialBump[];
  readonly findings: readonly Finding[];
}

/** What a plan is made from: the zones of the fleet and the texts of their files on the branch that is changed. */
export interface DnsTexts {
  readonly zones: readonly ZoneSource[];
  readonly files: ReadonlyMap<string, string>;
  /** The same files where the pull request started: a zone whose serial is past theirs is not bumped again. */
  readonly baseFiles?: ReadonlyMap<string, string>;
}

/** The edits for the asked changes with their serials, or the first reason why nothing is changed at all. */
export function planDnsChange(texts: DnsTexts, changes: readonly RecordChange[], now: number): DnsPlan | Refusal {
  const open = new Map<string, OpenZone>();
  const rows: DnsRow[] = [];
  for (const change of changes) {
    const zone = open.get(change.zone) ?? openNamed(texts, change.zone);
    if (isRefusal(zone)) return zone;
    const done = changeZone(zone, change);
    if (isRefusal(done)) return done;
    open.set(change.zone, done.zone);
    rows.push(done.row);
  }
  const serials: SerialBump[] = [];
  const findings: Finding[] = [];
  for (const [name, zone] of open) {
    const base = texts.baseFiles === undefined ? null : openNamed({ ...texts, files: texts.baseFiles }, name);
    const bumped = bumpZone(zone, base === null || isRefusal(base) ? null : base, now);
    if (isRefusal(bumped)) return bumped;
    open.set(name, bumped.zone);
    if (bumped.bump !== null) serials.push(bumped.bump);
    findings.push(...bumped.findings);
  }
  return { edits: editsOf(texts.files, [...open.values()]), rows: rowsAsTheyStand(open, rows), serials, findings };
}

function openNamed(texts: DnsTexts, name: string): OpenZone | Refusal {
  const source = texts.zones.find((candidate) => canonicalName(candidate.zone) === name);
  if (source === undefined) {
    return refuse('zone-not-found', { zone: name, known: texts.zones.map((zone) => zone.zone) });
  }
  return openZone(source, texts.files);
}

function changeZone(zone: OpenZone, change: RecordChange): { readonly zone: OpenZone; readonly row: DnsRow } | Refusal {
  const at = documentFor(zone, change);
  const document = zone.documents[at] ?? zone.documents[0];
  if (document === undefined) return refuse('zone-not-found', { zone: zone.name });
  const elsewhere = change.action === 'create' ? heldElsewhere(zone, at, change) : null;
  if (elsewhere !== null) return elsewhere;
  const changed = document.apply([change]);
  if (isRefusal(changed)) return changed;
  const standing = change.action === 'delete' ? document : changed;
  const asked = readData(change.type, change.data, '.');
  const data = asked.kind === 'data' ? asked.data : change.data;
  const record = [...standing.records()].find(
    (held) => held.owner === change.owner && held.type === change.type && held.data === data,
  );
  const documents = zone.documents.map((held, index) => (index === at ? changed : held));
  return {
    zone: { ...zone, documents },
    row: {
      action: change.action,
      name: change.owner,
      type: change.type,
      before: change.action === 'create' ? null : change.action === 'update' ? change.before : data,
      after: change.action === 'delete' ? null : data,
      ttl: record?.ttl ?? null,
      zone: zone.name,
      file: document.path,
      line: record?.line ?? 1,
    },
  };
}

/** The file of the zone that holds the name; for a new name the one that holds its like, and the zone's own file else. */
function documentFor(zone: OpenZone, change: RecordChange): number {
  const records = zone.documents.map((document) => [...document.records()]);
  const exact = records.findIndex((held) => held.some((one) => one.owner === change.owner && one.type === change.type));
  if (exact >= 0) return exact;
  const owner = records.findIndex((held) => held.some((one) => one.owner === change.owner));
  if (owner >= 0) return owner;
  const counts = records.map(
    (held) => held.filter((one) => one.type === change.type && one.owner !== zone.name).length,
  );
  const most = Math.max(0, ...counts);
  return most === 0 ? 0 : counts.indexOf(most);
}

/** The rule of a CNAME holds over all files of a zone; within one file the holder itself looks. */
function heldElsewhere(
  zone: OpenZone,
  at: number,
  change: RecordChange & { readonly action: 'create' },
): Refusal | null {
  for (const [index, document] of zone.documents.entries()) {
    if (index === at) continue;
    for (const held of document.records()) {
      if (held.owner !== change.owner || (held.type !== 'CNAME' && change.type !== 'CNAME')) continue;
      return refuse('record-conflict', {
        zone: zone.name,
        name: change.owner,
        type: change.type,
        file: held.file,
        line: held.line,
        existing: [`${held.type} ${held.data} (${held.file}:${held.line})`],
        reason: 'a CNAME stands alone at its name',
      });
    }
  }
  return null;
}

function editsOf(before: ReadonlyMap<string, string>, zones: readonly OpenZone[]): readonly Edit[] {
  const edits = new Map<string, Edit>();
  for (const document of zones.flatMap((zone) => zone.documents)) {
    const text = before.get(document.path) ?? null;
    if (text !== document.text) edits.set(document.path, { path: document.path, before: text, after: document.text });
  }
  return [...edits.values()];
}

/** Lines move while several changes are made; the table tells where each record stands in the end. */
function rowsAsTheyStand(zones: ReadonlyMap<string, OpenZone>, rows: readonly DnsRow[]): readonly DnsRow[] {
  return rows.map((row) => {
    if (row.after === null) return row;
    const document = zones.get(row.zone)?.documents.find((held: HeldDocument) => held.path === row.file);
    for (const held of document?.records() ?? []) {
      if (held.owner === row.name && held.type === row.type && held.data === row.after)
        return { ...row, line: held.line };
    }
    return row;
  });
}
