import { decodeText, type Tree } from '../core/tree.ts';
import { holders } from './holders.ts';
import type { ZoneSource } from './zone.ts';

/** A zone that a file says to hold, and which holder reads it there. */
export interface FoundZone extends ZoneSource {
  readonly holder: string;
}

/** Larger files are no configuration that somebody writes; a zone of a million records fits. */
const mostBytes = 64 * 1024 * 1024;

/** The zones of one file, by every holder that claims it. `.` stands for names that belong to no zone. */
export function zonesInFile(path: string, text: string, only?: string): readonly FoundZone[] {
  const found: FoundZone[] = [];
  for (const holder of holders) {
    if (only === undefined ? !holder.claims(path, text) : holder.id !== only) continue;
    for (const zone of holder.zonesIn(path, text)) found.push({ zone, file: path, holder: holder.id });
  }
  return found;
}

/** The zones of a repository whose configuration names none. */
export async function findZones(tree: Tree): Promise<readonly FoundZone[]> {
  const found: FoundZone[] = [];
  for (const { path, blob, mode, size } of await tree.list()) {
    if ((mode !== 'file' && mode !== 'executable') || (size ?? 0) > mostBytes) continue;
    const text = decodeText(await tree.read(blob));
    if (text !== null && !text.includes('\0')) found.push(...zonesInFile(path, text));
  }
  return found;
}
