import { fleetConfigPath } from '../config/fleet-config.ts';
import type { Finding } from '../core/finding.ts';
import { newFindings } from '../dns/new-findings.ts';
import { OpenZones } from '../dns/open-zones.ts';
import type { Diff, Guard } from './guard.ts';
import { changedZones } from './zones-changed.ts';

/** What the zones say wrongly since this diff; mistakes that were there before are nobody's news. */
export const zones: Guard = {
  id: 'zones',
  summary: 'A zone says something wrong that it did not say before, or its file is missing.',
  judge(diff) {
    const missing = diff.zones.flatMap((source) => missingFile(diff, source));
    const touched = changedZones(diff).flatMap(({ name, after }) => (after === null ? [] : [name]));
    if (touched.length === 0) return missing;
    const { before, after } = diff.zoneTexts;
    const found = newFindings(new OpenZones(diff.zones, before), new OpenZones(diff.zones, after), touched);
    return [...missing, ...found.map((finding) => ({ ...finding, check: 'zones' }))];
  },
};

/** A zone is known by its file; without it nobody sees what its servers are told. */
function missingFile({ files, zoneTexts }: Diff, { zone, file }: Diff['zones'][number]): readonly Finding[] {
  if (zoneTexts.after.has(file)) return [];
  if (!zoneTexts.before.has(file)) {
    const message = `the zone ${zone} is to be in ${file}, which is not in the repository, or not as text`;
    return [{ check: 'zones', level: 'warning', message, file: fleetConfigPath }];
  }
  const moves = files.some(({ path }) => path === fleetConfigPath);
  const message = moves
    ? `the zone ${zone} is no longer in ${file}; the config file changes too, which counts only once merged`
    : `the zone ${zone} is no longer in ${file}, where ${fleetConfigPath} says that it is`;
  return [{ check: 'zones', level: moves ? 'warning' : 'error', message, file }];
}
