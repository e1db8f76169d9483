import type { FleetConfig } from '../config/fleet-config.ts';
import type { Tree } from '../core/tree.ts';
import { loadZoneTexts } from '../dns/load-zone-texts.ts';
import type { ZoneSource } from '../dns/zone.ts';

/** The zones that the config names. */
export function zoneSources(config: FleetConfig): readonly ZoneSource[] {
  return Object.entries(config.zones).map(([zone, { file }]) => ({ zone, file }));
}

/** The texts of the zones' files and of those that they include, as far as the tree has them as text. */
export function zoneTexts(tree: Tree, config: FleetConfig): Promise<ReadonlyMap<string, string>> {
  return loadZoneTexts(tree, zoneSources(config));
}
