import { findingsSince } from '../fleet/check/findings-since.ts';
import { conflictFindings } from '../fleet/conflicts/list.ts';
import type { Guard } from './guard.ts';

/**
 * What contradicts itself since this diff. Contradictions that were there before are nobody's news. Where the repository
 * could not be read as a whole on both sides it says nothing: half of the facts would contradict the other half.
 */
export const conflicts: Guard = {
  id: 'conflicts',
  summary: 'An address, a port, a VLAN or a name contradicts what the repository says elsewhere, and did not before.',
  judge({ facts }) {
    if (facts === undefined || facts === null) return [];
    const fresh = findingsSince(conflictFindings(facts.before), conflictFindings(facts.after));
    return fresh.map((finding) => ({ ...finding, check: 'conflicts' }));
  },
};
