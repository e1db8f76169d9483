import type { UnitState } from './question.ts';

/**
 * Targets that every running system has reached. What only others want (a graphical session, a device, another service)
 * may well not have been asked for yet.
 */
const alwaysReached: ReadonlySet<string> = new Set(
  ['basic', 'default', 'getty', 'local-fs', 'machines', 'multi-user', 'network', 'network-online', 'paths', 'remote-fs']
    .concat('sockets', 'swap', 'sysinit', 'timers')
    .map((name) => `${name}.target`),
);

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
      const isWanted = wantedBy.some((one) => alwaysReached.has(one));
      const rests = type === 'oneshot' || !isWanted || triggeredBy.length > 0 || conditionHeld === false;
      return rests ? null : `${id} is not up (${sub}), and nobody stopped it`;
    }
    default:
      return null;
  }
}
