import type { Conflict } from './conflict.ts';
import { reachedServices } from './reached-services.ts';
import { exceptions } from './siblings.ts';
import { directoryOf } from './targets.ts';
import { findingAtFact, groupBy } from './things.ts';

/** A vhost without a DNS name, where its siblings of the same domain have one in the repository's zones. */
export const missingName: Conflict = {
  id: 'missing-name',
  summary: 'A vhost has no DNS name, and its siblings of the same domain have.',
  find(facts) {
    const directory = directoryOf(facts);
    const vhosts = reachedServices(facts).filter(({ domain }) => domain !== null);
    return [...groupBy(vhosts, ({ label }) => parentDomain(label)).values()].flatMap((group) => {
      return exceptions(group, ({ label }) => directory.hasName(label)).map(({ service: { fact, label }, siblings }) =>
        findingAtFact(fact, {
          check: missingName.id,
          level: 'warning',
          message: `the vhost ${label} on ${fact.host} has no DNS name in the repository's zones; ${siblings} have`,
        }),
      );
    });
  },
};

function parentDomain(name: string): string {
  return name.slice(name.indexOf('.') + 1).toLowerCase();
}
