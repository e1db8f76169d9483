import type { Edit } from '../core/edit.ts';
import type { Finding } from '../core/finding.ts';
import { isRefusal, refuse, type Refusal } from '../core/refusal.ts';
import type { RecordChange } from './change.ts';
import { readData } from './data.ts';
import { bumpZone, type SerialBump } from './bump.ts';
import type { HeldDocument } from './holders.ts';
import { canonicalName } from './name.ts';
import { newFindings } from './new-findings.ts';
import { OpenZones } from './open-zones.ts';
import type { HeldRecord } from './record.ts';
import { reverseChanges } from './reverse.ts';
import type { KnownOfSerial } from './serial-decision.ts';
import { zoneRecords, type OpenZone, type ZoneSource } from './zone.ts';
import { reverseSources } from './zones-for.ts';

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
  /** What else is known of the zones' serials, by canonical name. */
  readonly serials?: ReadonlyMap<string, KnownOfSerial>;
}

/** The edits for the asked changes with their serials, or the first reason why nothing is changed at all. */
export function planDnsChange(texts: DnsTexts, changes: readonly RecordChange[], now: number): DnsPlan | Refusal {
  const zones = new OpenZones(texts.zones, texts.files);
  const rows: DnsRow[] = [];
  for (const change of changes) {
    const zone = zones.zone(change.zone);
    if (isRefusal(zone)) return zone;
    const done = changeZone(zone, change, zones);
    if (isRefusal(done)) return done;
    zones.keep(done.zone);
    rows.push(done.row);
  }
  const findings: Finding[] = [];
  findings.push(...ttlFindings(changes, rows));
  const inStep = keepReverseInStep(texts, zones, changes, findings);
  rows.push(...inStep.map((done) => done.row));
  const serials: SerialBump[] = [];
  const touched = [...changes, ...inStep.map((done) => done.change)];
  const names = touchedZones(texts.files, zones, touched, findings);
  // Two zones may share one SOA, whose serial the first of them raises. A zone on its own needs no second reading.
  const alone = texts.baseFiles === undefined && names.length === 1;
  const base = alone ? null : new OpenZones(texts.zones, texts.baseFiles ?? texts.files);
  for (const name of names) {
    const zone = zones.zone(name);
    const before = base?.zone(name) ?? null;
    if (isRefusal(zone)) return zone;
    const bumped = bumpZone(zone, isRefusal(before) ? null : before, now, texts.serials?.get(name));
    if (isRefusal(bumped)) return bumped;
    zones.keep(bumped.zone);
    if (bumped.bump !== null) serials.push(bumped.bump);
    findings.push(...bumped.findings);
  }
  findings.push(...sharedSerials(zones, names, serials));
  findings.push(...newFindings(new OpenZones(texts.zones, texts.files), zones, names));
  return { edits: editsOf(texts.files, zones.texts), rows: rowsAsTheyStand(zones, rows), serials, findings };
}

/** A record that joins a set has the set's TTL (RFC 2181 section 5.2); whoever asked for another one is told. */
function ttlFindings(changes: readonly RecordChange[], rows: readonly DnsRow[]): readonly Finding[] {
  return changes.flatMap((change, at): readonly Finding[] => {
    const row = rows[at];
    if (change.action === 'delete' || change.ttl === null || row === undefined || row.ttl === change.ttl) return [];
    const place = { file: row.file, line: row.line };
    if (row.ttl === null) {
      const message = `${row.file} keeps no TTL for its names, so the asked ${change.ttl} is not written anywhere`;
      return [{ check: 'dns-ttl', level: 'note', message, ...place }];
    }
    const message = `${row.name} ${row.type} has the TTL ${row.ttl} of the other records of its set, not ${change.ttl}`;
    return [{ check: 'dns-ttl', level: 'warning', message, ...place }];
  });
}

/** Reverse records follow their addresses where the repository holds the reverse zone; one that cannot is reported. */
function keepReverseInStep(
  texts: DnsTexts,
  zones: OpenZones,
  changes: readonly RecordChange[],
  findings: Finding[],
): readonly { readonly change: RecordChange; readonly row: DnsRow }[] {
  const addresses = changes.flatMap((change) =>
    change.type !== 'A' && change.type !== 'AAAA'
      ? []
      : 'before' in change
        ? [change.before, change.data]
        : [change.data],
  );
  // Only those are opened that hold one of the addresses: a fleet can have hundreds.
  const reverse = reverseSources(texts.zones, addresses).flatMap((source) => {
    const name = canonicalName(source.zone);
    const zone = zones.zone(name);
    return isRefusal(zone) ? [] : [{ name, records: [...zoneRecords(zone)] }];
  });
  const done: { change: RecordChange; row: DnsRow }[] = [];
  for (const change of reverseChanges(changes, reverse)) {
    const zone = zones.zone(change.zone);
    const changed = isRefusal(zone) ? zone : changeZone(zone, change, zones);
    if (isRefusal(changed)) {
      const message = `the reverse record ${change.owner} of ${change.data} is left as it is: ${changed.code}`;
      findings.push({ check: 'dns-reverse', level: 'warning', message });
      continue;
    }
    zones.keep(changed.zone);
    done.push({ change, row: changed.row });
  }
  return done;
}

/** The zones that were asked for, and those that take in a file that was changed: theirs are new records too. */
function touchedZones(
  before: ReadonlyMap<string, string>,
  zones: OpenZones,
  changes: readonly RecordChange[],
  findings: Finding[],
): readonly string[] {
  const asked = new Set(changes.map((change) => change.zone));
  const changed = new Set(editsOf(before, zones.texts).map((edit) => edit.path));
  const others = zones.including(changed).filter((name) => !asked.has(name));
  for (const name of others) {
    const file = [...changed].join(', ');
    findings.push({
      check: 'dns-include',
      level: 'warning',
      message: `${name} includes ${file}, so its records change as well`,
    });
  }
  return [...asked, ...others];
}

/** Zones whose serial stands in the same file: it rises for them too, and servers fetch them without need. */
function sharedSerials(zones: OpenZones, names: readonly string[], serials: readonly SerialBump[]): readonly Finding[] {
  return serials.flatMap(({ zone, file, line }) => {
    const own = zones.zone(zone);
    if (isRefusal(own) || own.documents[0]?.path === file) return [];
    const others = zones.including(new Set([file])).filter((name) => !names.includes(name));
    if (others.length === 0) return [];
    const message = `${others.join(', ')} ${others.length === 1 ? 'has' : 'have'} the same SOA, whose serial rises for all`;
    return [{ check: 'dns-serial', level: 'note', message, file, line }];
  });
}

function changeZone(
  zone: OpenZone,
  change: RecordChange,
  zones: OpenZones,
): { readonly zone: OpenZone; readonly row: DnsRow } | Refusal {
  const at = documentFor(zone, change, zones);
  const document = zone.documents[at] ?? zone.documents[0];
  if (document === undefined) return refuse('zone-not-found', { zone: zone.name });
  const elsewhere = change.action === 'create' ? heldElsewhere(zone, at, change) : null;
  if (elsewhere !== null) return elsewhere;
  const changed = document.apply([change]);
  if (isRefusal(changed)) return changed;
  const standing = change.action === 'delete' ? document : changed;
  const asked = readData(change.type, change.data, '.');
  const data = asked.kind === 'data' ? asked.data : change.data;
  const record = heldIn(standing, change.owner, change.type, data);
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

function heldIn(document: HeldDocument, owner: string, type: string, data: string): HeldRecord | undefined {
  for (const held of document.records()) {
    if (held.owner === owner && held.type === type && held.data === data) return held;
  }
  return undefined;
}

/** The file of the zone that holds the name; for a new name one that holds its like and belongs to this zone only. */
function documentFor(zone: OpenZone, change: RecordChange, zones: OpenZones): number {
  if (zone.documents.length < 2) return 0;
  const records = zone.documents.map((document) => [...document.records()]);
  const reading = readData(change.type, change.action === 'update' ? change.before : change.data, '.');
  const inSet = (one: HeldRecord): boolean => one.owner === change.owner && one.type === change.type;
  // A set may be parted over files: the record itself comes before its like.
  const same = records.findIndex((held) =>
    held.some((one) => inSet(one) && reading.kind === 'data' && one.data === reading.data),
  );
  if (same >= 0) return same;
  const exact = records.findIndex((held) => held.some(inSet));
  if (exact >= 0) return exact;
  const owner = records.findIndex((held) => held.some((one) => one.owner === change.owner));
  if (owner >= 0) return owner;
  const counts = records.map((held, at) => {
    const path = zone.documents[at]?.path ?? '';
    // A file that other zones include too would bring the new name to all of them.
    if (at > 0 && zones.including(new Set([path])).length > 1) return 0;
    return held.filter((one) => one.type === change.type && one.owner !== zone.name).length;
  });
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

function editsOf(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly Edit[] {
  const edits: Edit[] = [];
  for (const [path, text] of after) {
    const old = before.get(path) ?? null;
    if (old !== text) edits.push({ path, before: old, after: text });
  }
  return edits;
}

/** Lines move while several changes are made; the table tells where each record stands in the end. */
function rowsAsTheyStand(zones: OpenZones, rows: readonly DnsRow[]): readonly DnsRow[] {
  if (rows.length === 1) return rows;
  return rows.map((row) => {
    const zone = row.after === null ? null : zones.zone(row.zone);
    if (zone === null || isRefusal(zone)) return row;
    for (const held of zoneRecords(zone)) {
      if (held.owner === row.name && held.type === row.type && held.data === row.after)
        return { ...row, file: held.file, line: held.line, ttl: held.ttl };
    }
    return row;
  });
}
