import type { Conflict } from './conflict.ts';
import { entriesOf, goesToAny, reachedServices } from './reached-services.ts';
import { exceptionsByKind } from './siblings.ts';
import { directoryOf } from './targets.ts';
import { findingAtFact, thingWords } from './things.ts';

/** A service that nothing watches, where its siblings have a monitor. */
export const missingMonitor: Conflict = {
  id: 'missing-monitor',
  summary: 'A service has no monitor, and its siblings have.',
  find(facts) {
    const monitors = entriesOf(facts, ['monitor', 'scrape-target']);
    if (!monitors.some(({ fact }) => fact.kind === 'monitor')) return [];
    const services = reachedServices(facts);
    const isWatched = goesToAny(monitors, services, directoryOf(facts));
    return exceptionsByKind(services, isWatched).map(({ service: { fact, label }, siblings }) =>
      findingAtFact(fact, {
        check: missingMonitor.id,
        level: 'note',
        message: `nothing watches ${label} on ${thingWords(fact)}; ${siblings} have a monitor`,
      }),
    );
  },
};
