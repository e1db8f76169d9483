import { isRefusal } from '../core/refusal.ts';
import { decideSerial, type KnownOfSerial } from './serial-decision.ts';
import { serialOf } from './serial-reading.ts';
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
  const next = decideSerial(serial, { now, known });
  if (isRefusal(next))
    return { ...base, format: 'out of range', next: null, rule: `over 32 bits: ${next.next ?? ''}`, wrong: true };
  if (next.kind === 'stays') return { ...base, format: 'not kept here', next: null, rule: next.reason, wrong: false };
  const said = known.setting === undefined ? next.rule : `${next.rule}; ${known.setting.why}`;
  return { ...base, format: next.format, next: next.serial, rule: said, wrong: false };
}
