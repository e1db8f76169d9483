import { type FleetConfig, fleetConfigPath } from '../../config/fleet-config.ts';
import { isRefusal } from '../../core/refusal.ts';
import type { Finding } from '../../core/finding.ts';
import type { Tree } from '../../core/tree.ts';
import { zoneFindings } from '../../dns/findings.ts';
import { loadZoneTexts } from '../../dns/load-zone-texts.ts';
import { canonicalName } from '../../dns/name.ts';
import { openZone, type ZoneSource } from '../../dns/zone.ts';

/** What every zone of the repository says wrongly. */
export async function zonesFindings(tree: Tree, sources: readonly ZoneSource[]): Promise<readonly Finding[]> {
  const texts = await loadZoneTexts(tree, sources);
  return viewsOf(sources).flatMap((view) =>
    zoneFindings(
      view.flatMap((source) => {
        const zone = openZone(source, texts);
        return isRefusal(zone) ? [] : [zone];
      }),
    ).map(asRead),
  );
}

/** In a program a record may be computed: that is for the program to know, and nothing is wrong with it. */
function asRead(finding: Finding): Finding {
  const computed = finding.check === 'dns-unreadable' && /\.(nix|js|ts|py|lua)$/.test(finding.file ?? '');
  return computed ? { ...finding, level: 'note' } : finding;
}

/** More files than this for one zone are copies of something, not views of it. */
const mostViews = 6;

/**
 * A zone that several files hold is a zone with several views (inside, outside): each is judged with its own names, and
 * beside the first view of all the others.
 */
function viewsOf(sources: readonly ZoneSource[]): readonly (readonly ZoneSource[])[] {
  const byName = new Map<string, ZoneSource[]>();
  for (const source of sources) {
    const name = canonicalName(source.zone);
    const files = byName.get(name);
    if (files === undefined) byName.set(name, [source]);
    else files.push(source);
  }
  const views = Math.min(mostViews, Math.max(1, ...[...byName.values()].map(({ length }) => length)));
  return Array.from({ length: views }, (_, view) =>
    [...byName.values()].flatMap((files) => files[view] ?? files[0] ?? []),
  );
}

/** The zones of the config file, and those that were found and that it does not name. */
export function allZones(config: FleetConfig | null, found: readonly ZoneSource[]): readonly ZoneSource[] {
  const named = Object.entries(config?.zones ?? {}).map(([zone, { file }]) => ({ zone, file }));
  const known = new Set(named.map(({ zone }) => canonicalName(zone)));
  // Names that a resolver keeps without a zone have no zone that could be wrong.
  return [...named, ...found.filter(({ zone }) => zone !== '.' && !known.has(canonicalName(zone)))];
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
