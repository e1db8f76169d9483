import type { Finding } from '../core/finding.ts';
import { aliasFindings } from './findings-alias.ts';
import { readingFindings } from './findings-reading.ts';
import { reverseFindings } from './findings-reverse.ts';
import { setFindings } from './findings-set.ts';
import { targetFindings } from './findings-target.ts';
import { type CheckedZone, checkedZone } from './checked-zone.ts';
import type { OpenZone } from './zone.ts';

/** One line a check. Each looks at one zone and may look at the others of the repository. */
const checks: readonly ((zone: CheckedZone, all: readonly CheckedZone[]) => readonly Finding[])[] = [
  readingFindings,
  aliasFindings,
  setFindings,
  targetFindings,
  reverseFindings,
];

/** Everything that the zones of a repository say wrongly, with file and line. */
export function zoneFindings(zones: readonly OpenZone[]): readonly Finding[] {
  const checked = zones.map(checkedZone);
  return checked.flatMap((zone) => checks.flatMap((check) => check(zone, checked)));
}

/**
 * What names that are kept without a zone say wrongly: a hosts file has no targets that could be missing. What a program
 * computes is for the program to know.
 */
export function nameFindings(places: readonly OpenZone[]): readonly Finding[] {
  return places.map(checkedZone).flatMap((place) =>
    [readingFindings, setFindings].flatMap((check) =>
      check(place).map((finding): Finding => {
        const computed = finding.check === 'dns-unreadable' && /\.(nix|js|ts|py|lua)$/.test(finding.file ?? '');
        return computed ? { ...finding, level: 'note' } : finding;
      }),
    ),
  );
}
