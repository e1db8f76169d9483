import type { Finding } from '../core/finding.ts';
import type { Guard } from './guard.ts';
import { changedZones, type ChangedZone, recordsMissing, recordsOf } from './zones-changed.ts';

/** As other tools have it, and unlike theirs for zones of a few records too: there one line is a third of the names. */
const mostGone = 0.3;

/** A mistake in a template or a merge takes many records at once; a person's change takes few. */
export const zonesShare: Guard = {
  id: 'zones-share',
  summary: 'More than 30 % of a zone’s records are deleted or updated.',
  judge: (diff) => changedZones(diff).flatMap(shareFindings),
};

function shareFindings({ source, name, before, after }: ChangedZone): readonly Finding[] {
  // The SOA is not counted: its serial changes with every change.
  const old = recordsOf(before).filter(({ type }) => type !== 'SOA');
  const fresh = recordsOf(after).filter(({ type }) => type !== 'SOA');
  const gone = recordsMissing(old, fresh, { ttl: true }).length;
  if (old.length === 0 || gone / old.length <= mostGone) return [];
  const share = Math.round((100 * gone) / old.length);
  const message = `needs a yes: ${gone} of the ${old.length} records of ${name} (${share} %) are deleted or updated`;
  return [{ check: 'zones-share', level: 'error', message, risk: name, file: source.file }];
}
