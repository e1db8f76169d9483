import type { Finding } from '../core/finding.ts';
import { isRefusal, refuse, type Refusal } from '../core/refusal.ts';
import { dayOf, isNewerSerial, largestSerial, nextSerial, tooLarge } from './serial.ts';
import type { FormatEvidence } from './serial-format.ts';
import type { HeldDocument } from './holders.ts';
import type { SerialSite } from './holder.ts';
import type { OpenZone } from './zone.ts';

/** One zone's new serial and the rule that gave it. */
export interface SerialBump {
  readonly zone: string;
  readonly file: string;
  readonly line: number;
  readonly old: number;
  readonly new: number;
  readonly rule: string;
}

export type SerialReading =
  | { readonly kind: 'number'; readonly value: number }
  /** Somebody else makes it: a server, a build. The reason is for people. */
  | { readonly kind: 'not-ours'; readonly reason: string };

/** What the SOA says as its serial. */
export function readSerial(site: SerialSite): SerialReading | Refusal {
  if (!/^\d+$/.test(site.text)) {
    return { kind: 'not-ours', reason: `"${site.text}" is filled in by a build or a server` };
  }
  const value = Number(site.text);
  if (value > largestSerial) return tooLarge(value);
  if (value === 0) return { kind: 'not-ours', reason: '0 says that a server or a build makes the serial' };
  return { kind: 'number', value };
}

/** What is known of a zone's serial beside its own text. */
export interface KnownOfSerial {
  readonly evidence?: FormatEvidence;
  /** Why a server makes the serial by itself, where the repository configures one to do so. */
  readonly madeBy?: string;
}

/**
 * Gives a changed zone its new serial, exactly once: where the branch already is past the base, nothing is due.
 * Without a base the current text is the base.
 */
export function bumpZone(
  zone: OpenZone,
  base: OpenZone | null,
  now: number,
  known: KnownOfSerial = {},
): { readonly zone: OpenZone; readonly bump: SerialBump | null; readonly findings: readonly Finding[] } | Refusal {
  const site = serialOf(zone);
  if (site === null) {
    const file = zone.documents[0]?.path;
    const finding: Finding = {
      check: 'dns-serial',
      level: 'note',
      message: `${zone.name} has no SOA record in the repository: no serial to count on`,
      ...(file === undefined ? {} : { file }),
    };
    return { zone, bump: null, findings: [finding] };
  }
  const { document, serial } = site;
  const place = { file: document.path, line: serial.line, column: serial.column };
  const current = readSerial(serial);
  if (isRefusal(current)) return refuse(current.code, { ...current.facts, zone: zone.name, ...place }, current.next);
  if (current.kind === 'not-ours') {
    const message = `the serial of ${zone.name} is left as it is: ${current.reason}`;
    return { zone, bump: null, findings: [{ check: 'dns-serial', level: 'note', message, ...place }] };
  }
  if (known.madeBy !== undefined) {
    const message = `the serial of ${zone.name} is left as it is: ${known.madeBy}`;
    return { zone, bump: null, findings: [{ check: 'dns-serial', level: 'note', message, ...place }] };
  }
  const before = base === null ? null : numberOf(serialOf(base)?.serial ?? null);
  if (before !== null && isNewerSerial(current.value, before)) return { zone, bump: null, findings: [] };
  // On a branch that fell behind its base the next serial counts from the base.
  const from = before !== null && isNewerSerial(before, current.value) ? before : current.value;
  const next = nextSerial(from, {
    today: dayOf(now),
    unixTime: Math.floor(now / 1000),
    evidence: { ...known.evidence, comment: serial.comment },
  });
  if (isRefusal(next)) return next;
  const changed = document.withSerial(String(next.serial));
  const documents = zone.documents.map((held) => (held === document ? changed : held));
  const findings: Finding[] = [];
  const say = (level: Finding['level'], what: string | undefined) => {
    if (what !== undefined) findings.push({ check: 'dns-serial', level, message: `${zone.name}: ${what}`, ...place });
  };
  say('warning', next.warning);
  say('note', next.lie);
  const bump = {
    zone: zone.name,
    file: document.path,
    line: serial.line,
    old: current.value,
    new: next.serial,
    rule: next.rule,
  };
  return { zone: { ...zone, documents }, bump, findings };
}

/** The document that holds the zone's SOA, and the serial in it. */
export function serialOf(zone: OpenZone): { readonly document: HeldDocument; readonly serial: SerialSite } | null {
  for (const document of zone.documents) {
    const serial = document.serial();
    if (serial !== null) return { document, serial };
  }
  return null;
}

function numberOf(site: SerialSite | null): number | null {
  if (site === null) return null;
  const reading = readSerial(site);
  return isRefusal(reading) || reading.kind === 'not-ours' ? null : reading.value;
}
