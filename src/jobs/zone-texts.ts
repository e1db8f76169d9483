import type { FleetConfig } from '../config/fleet-config.ts';
import { textAt, type Tree } from '../core/tree.ts';
import type { ZoneSource } from '../dns/zone.ts';

/** The zones that the config names. */
export function zoneSources(config: FleetConfig): readonly ZoneSource[] {
  return Object.entries(config.zones).map(([zone, { file }]) => ({ zone, file }));
}

/** The texts of the zones' files, as far as the tree has them as text. */
export async function zoneTexts(tree: Tree, config: FleetConfig): Promise<ReadonlyMap<string, string>> {
  const files = [...new Set(Object.values(config.zones).map(({ file }) => file))];
  const texts = await Promise.all(files.map(async (file) => [file, await textAt(tree, file)] as const));
  return new Map(texts.flatMap(([file, text]) => (text === null ? [] : [[file, text] as const])));
}
