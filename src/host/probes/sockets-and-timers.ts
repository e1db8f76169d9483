import { unitsProbe } from './units-probe.ts';

/** A socket, timer or path does nothing by itself: without it, what it starts never comes, and nobody sees it fail. */
export const socketsAndTimers = unitsProbe({
  id: 'sockets-and-timers',
  title: 'Every socket, timer and path unit that the change adds or restarts waits for what starts its service.',
  kinds: /\.(socket|timer|path)$/,
  words: (trouble, name) => `${trouble}, so nothing starts ${name.replace(/\.\w+$/, '.service')}`,
});
