import type { Finding } from '../core/finding.ts';
import { isRefusal, refuse, type Refusal } from '../core/refusal.ts';
import { isNewerSerial } from './serial.ts';
import { decideSerial, type KnownOfSerial } from './serial-decision.ts';
import { numberAt, serialNumber, serialOf } from './serial-reading.ts';
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
  const current = numberAt(serial);
  const before = base === null ? null : serialNumber(base);
  const due = current === null || before === null || !isNewerSerial(current, before);
  // On a branch that fell behind its base the next serial counts from the base.
  const held = [current, before].filter((one) => one !== null);
  const next = decideSerial(serial, { held, now, known });
  if (isRefusal(next)) return refuse(next.code, { ...next.facts, zone: zone.name, ...place }, next.next);
  const findings: Finding[] = [];
  const say = (level: Finding['level'], what: string | undefined) => {
    if (what !== undefined) findings.push({ check: 'dns-serial', level, message: `${zone.name}: ${what}`, ...place });
  };
  if (next.kind === 'stays') {
    const message = `the serial of ${zone.name} is left as it is: ${next.reason}`;
    return { zone, bump: null, findings: [{ check: 'dns-serial', level: 'note', message, ...place }] };
  }
  if (!due || current === null) return { zone, bump: null, findings };
  const changed = document.withSerial(String(next.serial));
  const documents = zone.documents.map((held) => (held === document ? changed : held));
  say('warning', next.warning);
  say('note', next.lie);
  if (known.setting !== undefined) say(known.setting.level, `the serial: ${known.setting.why}`);
  const bump = {
    zone: zone.name,
    file: document.path,
    line: serial.line,
    old: current,
    new: next.serial,
    rule: next.rule,
  };
  return { zone: { ...zone, documents }, bump, findings };
}
