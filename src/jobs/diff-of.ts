import type { FleetConfig } from '../config/fleet-config.ts';
import type { Tree } from '../core/tree.ts';
import type { Diff, FactStates } from '../guard/guard.ts';
import { changedFiles } from './changed-files.ts';
import { zoneSources, zoneTexts } from './zone-texts.ts';

/** What the guards judge: two states of the repository, and the default branch as it is now. */
export async function diffOf(
  config: FleetConfig,
  { before, after, current }: { readonly before: Tree; readonly after: Tree; readonly current: Tree },
  now: number,
  facts: FactStates | null = null,
): Promise<Diff> {
  const [files, old, fresh] = await Promise.all([
    changedFiles(before, after),
    zoneTexts(before, config),
    zoneTexts(after, config),
  ]);
  const newest = current === before ? old : await zoneTexts(current, config);
  return { files, zones: zoneSources(config), zoneTexts: { before: old, after: fresh, current: newest }, facts, now };
}
