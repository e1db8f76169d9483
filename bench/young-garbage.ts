import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options: { readonly type: 'minor' }) => void;

/**
 * Clears away what the arm before left behind, so that each arm pays for its own garbage and for nobody else's. Only the
 * young: a full collection would also throw away the code that was compiled for an arm that rests.
 */
export function clearYoungGarbage(): void {
  collect({ type: 'minor' });
}
