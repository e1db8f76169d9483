import type { Conflict } from './conflict.ts';
import { entriesOf, goesTo, reachedServices } from './reached-services.ts';
import { exceptions } from './siblings.ts';
import { directoryOf } from './targets.ts';
import { findingAtFact } from './things.ts';

/** A service that the dashboard does not show, where it shows its siblings. */
export const missingLink: Conflict = {
  id: 'missing-link',
  summary: 'A service has no link on the dashboard, and its siblings have.',
  find(facts) {
    const directory = directoryOf(facts);
    const links = entriesOf(facts, ['dashboard-link']);
    if (links.length === 0) return [];
    const { lacking, siblings } = exceptions(reachedServices(facts), (service) =>
      links.some((entry) => goesTo(entry, service, directory)),
    );
    // The page itself needs no link to itself.
    const pages = new Set(links.map(({ fact }) => fact.file));
    return lacking
      .filter(({ fact }) => !pages.has(fact.file))
      .map(({ fact, label }) =>
        findingAtFact(fact, {
          check: missingLink.id,
          level: 'note',
          message: `the dashboard has no link to ${label} on ${fact.host}; it has links to ${siblings}`,
        }),
      );
  },
};
