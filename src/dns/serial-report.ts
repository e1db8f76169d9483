import { isRefusal } from '../core/refusal.ts';
import { type KnownOfSerial, readSerial, serialOf } from './bump.ts';
import { dayOf, nextSerial } from './serial.ts';
import type { OpenZone } from './zone.ts';

/** A zone's serial as it stands, and what a change of the zone would make of it. */
export interface SerialReport {
  readonly zone: string;
  readonly file: string;
  readonly line: number;
  /** As the file writes it. */
  readonly serial: string;
  readonly format: string;
  /** Null: it stays, and the rule says why. */
  readonly next: number | null;
  readonly rule: string;
  /** True where no server takes the value. */
  readonly wrong: boolean;
}

/** Null where the zone has no serial in the repository. */
export function serialReport(zone: OpenZone, now: number, known: KnownOfSerial = {}): SerialReport | null {
  const site = serialOf(zone);
  if (site === null) return null;
  const { document, serial } = site;
  const base = { zone: zone.name, file: document.path, line: serial.line, serial: serial.text };
  const reading = readSerial(serial);
  if (isRefusal(reading))
    return { ...base, format: 'out of range', next: null, rule: `over 32 bits: ${reading.next ?? ''}`, wrong: true };
  if (reading.kind === 'not-ours')
    return { ...base, format: 'not kept here', next: null, rule: reading.reason, wrong: false };
  if (known.madeBy !== undefined)
    return { ...base, format: 'not kept here', next: null, rule: known.madeBy, wrong: false };
  const next = nextSerial(reading.value, {
    today: dayOf(now),
    unixTime: Math.floor(now / 1000),
    evidence: { ...known.evidence, comment: serial.comment },
  });
  if (isRefusal(next)) return { ...base, format: 'out of range', next: null, rule: next.next ?? '', wrong: true };
  return { ...base, format: next.format, next: next.serial, rule: next.rule, wrong: false };
}
