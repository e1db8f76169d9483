import type { FleetConfig } from '../../config/fleet-config.ts';
import { fleetConfigPath } from '../../config/fleet-config.ts';
import { isRefusal } from '../../core/refusal.ts';
import type { Finding } from '../../core/finding.ts';
import type { Tree } from '../../core/tree.ts';
import { zoneFindings } from '../../dns/findings.ts';
import { loadZoneTexts } from '../../dns/load-zone-texts.ts';
import { canonicalName } from '../../dns/name.ts';
import { openZone, type ZoneSource } from '../../dns/zone.ts';

/** What every zone of the repository says wrongly; the zones that the config names and those that were found. */
export async function zonesFindings(tree: Tree, sources: readonly ZoneSource[]): Promise<readonly Finding[]> {
  const texts = await loadZoneTexts(tree, sources);
  const zones = sources.flatMap((source) => {
    const zone = openZone(source, texts);
    return isRefusal(zone) ? [] : [zone];
  });
  return zoneFindings(zones);
}

/** The zones of the config file, and then those that were found and that it does not name, each file once for a zone. */
export function allZones(config: FleetConfig | null, found: readonly ZoneSource[]): readonly ZoneSource[] {
  const named = Object.entries(config?.zones ?? {}).map(([zone, { file }]) => ({ zone, file }));
  const known = new Set(named.flatMap(({ zone, file }) => [canonicalName(zone), `${canonicalName(zone)} ${file}`]));
  const rest = found.filter(({ zone }) => !known.has(canonicalName(zone)));
  return [...named, ...rest];
}

/** Zones that the config file names and whose file is not there. */
export async function missingZoneFiles(
  tree: Tree,
  config: FleetConfig | null,
  configText: string,
): Promise<readonly Finding[]> {
  const paths = new Set((await tree.list()).map(({ path }) => path));
  return Object.entries(config?.zones ?? {}).flatMap(([zone, { file }]): readonly Finding[] => {
    if (paths.has(file)) return [];
    const line = lineNaming(configText, file);
    const message = `the zone ${zone} is to be in ${file}, which is not in the repository`;
    return [{ check: 'config', level: 'error', file: fleetConfigPath, line, message }];
  });
}

function lineNaming(text: string, words: string): number {
  const at = text.indexOf(words);
  return at < 0 ? 1 : text.slice(0, at).split('\n').length;
}
