import type { UnitState } from './question.ts';

/**
 * What is wrong with a unit that a switch should have started, or null. One that has failed or keeps restarting is
 * `failed-units`' matter; here it is about one that is simply not up.
 *
 * A unit may well rest: a oneshot that does its work or has done it, one that a socket, a timer or nobody starts, one whose
 * conditions do not hold, and one that does not exist in this release of NixOS.
 */
export function startedTrouble(state: UnitState): string | null {
  const { id, load, active, sub, type, wantedBy, triggeredBy, conditionHeld } = state;
  if (load !== 'loaded' || sub.startsWith('auto-restart')) return null;
  switch (active) {
    case 'activating':
      return type === 'oneshot' ? null : `${id} is still starting (${sub})`;
    case 'deactivating':
      return `${id} is stopping (${sub})`;
    case 'inactive': {
      const rests = type === 'oneshot' || wantedBy.length === 0 || triggeredBy.length > 0 || conditionHeld === false;
      return rests ? null : `${id} is not up (${sub}), and nobody stopped it`;
    }
    default:
      return null;
  }
}
