import type { Finding } from '../core/finding.ts';
import { isRefusal } from '../core/refusal.ts';
import { compareSerials, isNewerSerial } from '../dns/serial.ts';
import { decideSerial, newestSerial } from '../dns/serial-decision.ts';
import { serialNumber, serialOf } from '../dns/serial-reading.ts';
import { type OpenZone, openZone, type ZoneSource } from '../dns/zone.ts';
import type { Diff, Guard } from './guard.ts';
import { changedZones, type ChangedZone, recordsMissing, recordsOf } from './zones-changed.ts';

/**
 * Secondaries fetch a zone only when its serial is newer (RFC 1982). A change without a newer one is served by some
 * servers and not by others, and nothing else tells.
 */
export const zonesSerial: Guard = {
  id: 'zones-serial',
  summary: 'A zone’s records change and its serial does not become newer (RFC 1982).',
  judge: (diff) => changedZones(diff).flatMap((zone) => serialFindings(diff, zone)),
};

function serialFindings(diff: Diff, { source, name, before, after }: ChangedZone): readonly Finding[] {
  const site = after === null ? null : serialOf(after);
  const [was, is] = [serialNumber(before), serialNumber(after)];
  const current = serialNumber(openedZone(source, diff.zoneTexts.current));
  if (was === null || is === null || site === null) return [];
  const changes = differ(before, after);
  const at = { check: 'zones-serial', file: site.document.path, line: site.serial.line, column: site.serial.column };
  const newest = newestSerial(current === null ? [was] : [was, current]);
  const known = diff.facts?.serials?.get(name) ?? {};
  const next = decideSerial(site.serial, { held: [newest], now: diff.now, known });
  const cure = isRefusal(next) || next.kind === 'stays' ? '' : `; write ${next.serial}`;
  const error = (what: string): readonly Finding[] => [{ ...at, level: 'error', message: `${name}: ${what}${cure}` }];
  switch (compareSerials(is, was)) {
    case 'equal':
      if (changes && !isRefusal(next) && next.kind === 'stays')
        return [{ ...at, level: 'note', message: `${name}: records change, and the serial stays: ${next.reason}` }];
      return changes ? error(`records change, and the serial stays ${is}: secondaries do not fetch the change`) : [];
    case 'older':
      return error(`the serial goes back from ${was} to ${is} (RFC 1982): secondaries keep what they have`);
    case 'undefined':
      return error(`the serial ${is} is neither newer nor older than ${was} (RFC 1982): servers may do either`);
    case 'newer':
      if (!changes || newest === was || isNewerSerial(is, newest)) return [];
      return error(`the default branch has the serial ${newest} by now, and ${is} is not newer`);
  }
}

function differ(before: OpenZone | null, after: OpenZone | null): boolean {
  const [old, fresh] = [recordsOf(before), recordsOf(after)];
  return recordsMissing(old, fresh, { ttl: true }).length + recordsMissing(fresh, old, { ttl: true }).length > 0;
}

function openedZone(source: ZoneSource, texts: ReadonlyMap<string, string>): OpenZone | null {
  const zone = openZone(source, texts);
  return isRefusal(zone) ? null : zone;
}
