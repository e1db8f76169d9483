import type { Conflict } from './conflict.ts';
import { entriesOf, goesTo, reachedServices } from './reached-services.ts';
import { exceptions } from './siblings.ts';
import { directoryOf } from './targets.ts';
import { findingAtFact } from './things.ts';

/** A service that nothing watches, where its siblings have a monitor. */
export const missingMonitor: Conflict = {
  id: 'missing-monitor',
  summary: 'A service has no monitor, and its siblings have.',
  find(facts) {
    const directory = directoryOf(facts);
    const monitors = entriesOf(facts, ['monitor', 'scrape-target']);
    if (!monitors.some(({ fact }) => fact.kind === 'monitor')) return [];
    const { lacking, siblings } = exceptions(reachedServices(facts), (service) =>
      monitors.some((entry) => goesTo(entry, service, directory)),
    );
    return lacking.map(({ fact, label }) =>
      findingAtFact(fact, {
        check: missingMonitor.id,
        level: 'note',
        message: `nothing watches ${label} on ${fact.host}; ${siblings} have a monitor`,
      }),
    );
  },
};
