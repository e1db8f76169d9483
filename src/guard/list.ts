import type { Finding } from '../core/finding.ts';
import type { Diff, Guard } from './guard.ts';
import { ownConfig } from './own-config.ts';
import { specialFiles } from './special-files.ts';

/** The guards, in the order of the report. A new one joins here. */
export const guards: readonly Guard[] = [ownConfig, specialFiles];

/** Every finding of every guard. */
export function judge(diff: Diff): readonly Finding[] {
  return guards.flatMap((guard) => guard.judge(diff));
}
