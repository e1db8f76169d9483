import type { Finding } from '../core/finding.ts';
import { isRefusal } from '../core/refusal.ts';
import { readSerial, serialOf } from './serial-reading.ts';
import { type CheckedZone, findingAt } from './checked-zone.ts';
import { isWithin } from './name.ts';
import { isKnownType } from './record-types.ts';

/** What cannot be read, what is missing, and what does not belong in the file. */
export function readingFindings({ zone, name, records }: CheckedZone): readonly Finding[] {
  const findings: Finding[] = [];
  for (const document of zone.documents) {
    for (const { line, column, message, computed } of document.unreadable()) {
      const level = computed === true ? 'note' : 'error';
      findings.push({ check: 'dns-unreadable', level, message, file: document.path, line, column });
    }
  }
  for (const { file, line, included } of zone.missing) {
    const message = `the included file ${included} is not in the repository: what it says is not known`;
    findings.push({ check: 'dns-include', level: 'warning', message, file, line });
  }
  for (const record of records) {
    if (!isWithin(record.owner, name)) {
      findings.push(
        findingAt(
          'dns-outside-zone',
          'error',
          record,
          `${record.owner} is outside ${name}: servers ignore or refuse it`,
        ),
      );
    }
    if (record.type === 'ALIAS' && (record.holder === 'zone-file' || record.holder === 'nix-text')) {
      const message = 'ALIAS is made by PowerDNS and by providers: other name servers refuse a zone that holds it';
      findings.push(findingAt('dns-unknown-type', 'warning', record, message));
    }
    if (!isKnownType(record.type)) {
      findings.push(
        findingAt('dns-unknown-type', 'warning', record, `${record.type} is not a record type that is known here`),
      );
    }
  }
  return [...findings, ...serialFindings({ zone, name })];
}

function serialFindings({ zone, name }: Pick<CheckedZone, 'zone' | 'name'>): readonly Finding[] {
  const site = serialOf(zone);
  if (site === null) return [];
  const { document, serial } = site;
  const reading = readSerial(serial);
  if (!isRefusal(reading)) return [];
  const message = `the serial ${serial.text} of ${name} has more than 32 bits: name servers refuse the zone`;
  return [
    { check: 'dns-serial', level: 'error', message, file: document.path, line: serial.line, column: serial.column },
  ];
}
