import type { Finding } from '../core/finding.ts';
import { type CheckedZone, findingAt } from './checked-zone.ts';
import type { HeldRecord } from './record.ts';

/** Types that may stand beside a CNAME (RFC 4034 section 3). */
const allowed: ReadonlySet<string> = new Set(['CNAME', 'RRSIG', 'NSEC', 'KEY', 'SIG', 'NXT']);

/** CNAMEs that share their name, stand at the top, come twice or go round in circles (RFC 1034 section 3.6.2). */
export function aliasFindings(zone: CheckedZone, all: readonly CheckedZone[]): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [owner, records] of zone.byOwner) {
    const alias = records.find((record) => record.type === 'CNAME');
    if (alias === undefined) continue;
    const other = records.find((record) => !allowed.has(record.type));
    if (owner === zone.name) {
      findings.push(
        findingAt('dns-cname', 'error', alias, `the top of a zone cannot be a CNAME: ${owner} holds SOA and NS`),
      );
    } else if (other !== undefined) {
      const message = `${owner} is a CNAME and also has ${other.type} (${other.file}:${other.line}): a CNAME stands alone`;
      findings.push(findingAt('dns-cname', 'error', alias, message));
    }
    const second = records.find((record) => record.type === 'CNAME' && record.data !== alias.data);
    if (second !== undefined) {
      findings.push(
        findingAt('dns-cname', 'error', second, `${owner} has two CNAMEs: ${alias.data} and ${second.data}`),
      );
    }
    const round = circleFrom(alias, all);
    if (round !== null)
      findings.push(findingAt('dns-cname', 'error', alias, `the CNAME goes in a circle: ${round.join(' -> ')}`));
  }
  return findings;
}

/** The names of a circle that the alias is part of; each circle is told at its alphabetically first name only. */
function circleFrom(start: HeldRecord, all: readonly CheckedZone[]): readonly string[] | null {
  const names = [start.owner];
  let at = start.data;
  while (!names.includes(at)) {
    const next = all.flatMap((zone) => zone.byOwner.get(at) ?? []).find((record) => record.type === 'CNAME');
    if (next === undefined || names.length > 64) return null;
    names.push(at);
    at = next.data;
  }
  const isFirst = at === start.owner && [...names].sort()[0] === start.owner;
  return isFirst ? [...names, start.owner] : null;
}
