import { isRefusal } from '../core/refusal.ts';
import type { Finding } from '../core/finding.ts';
import { zoneFindings } from './findings.ts';
import { isWithin } from './name.ts';
import type { OpenZones } from './open-zones.ts';

/** Larger zones are checked where somebody asks for it: both states of one take seconds, in which nothing else moves. */
const mostCharacters = 1_000_000;

/** What the changed zones say wrongly that they did not say wrongly before: a target that went, a server without address. */
export function newFindings(before: OpenZones, after: OpenZones, touched: readonly string[]): readonly Finding[] {
  // Zones below a touched one answer for names that would else look lost in it.
  const names = after.names().filter((name) => touched.some((zone) => isWithin(name, zone)));
  const opened = (zones: OpenZones) =>
    names.flatMap((name) => {
      const zone = zones.zone(name);
      return isRefusal(zone) ? [] : [zone];
    });
  const characters = opened(after).reduce(
    (sum, zone) => sum + zone.documents.reduce((own, { text }) => own + text.length, 0),
    0,
  );
  if (characters > mostCharacters) {
    const message = `${touched.join(', ')}: too large to be checked here for what the change breaks`;
    return [{ check: 'dns-not-checked', level: 'note', message }];
  }
  // Lines move with an edit, so a finding is known by what it says.
  const key = (finding: Finding): string =>
    `${finding.check} ${finding.file ?? ''} ${finding.message.replace(/\d+/g, '')}`;
  const known = new Set(zoneFindings(opened(before)).map(key));
  return zoneFindings(opened(after)).filter((finding) => !known.has(key(finding)));
}
