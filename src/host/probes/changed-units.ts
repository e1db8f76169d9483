import { unitsProbe } from './units-probe.ts';

/**
 * What the switch has started is up; sockets, timers and paths have a probe of their own. A new service that ends at
 * once with success may be a task that nobody called one, so it is told only.
 */
export const changedUnits = unitsProbe({
  id: 'changed-units',
  title: 'Every service and mount that the change adds or restarts is up.',
  kinds: /\.(service|mount|automount|swap)$/,
  words: (trouble) => trouble,
});
