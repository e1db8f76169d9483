import type { Finding } from '../core/finding.ts';
import { conflicts } from './conflicts.ts';
import type { Diff, Guard } from './guard.ts';
import { ownConfig } from './own-config.ts';
import { specialFiles } from './special-files.ts';
import { zones } from './zones.ts';
import { zonesCare } from './zones-care.ts';
import { zonesSerial } from './zones-serial.ts';
import { zonesShare } from './zones-share.ts';

/** The guards, in the order of the report. A new one joins here. */
export const guards: readonly Guard[] = [ownConfig, specialFiles, zones, zonesSerial, zonesShare, zonesCare, conflicts];

/** Every finding of every guard. */
export function judge(diff: Diff): readonly Finding[] {
  return guards.flatMap((guard) => guard.judge(diff));
}
