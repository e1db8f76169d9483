import type { Finding } from '../core/finding.ts';
import { type CheckedZone, findingAt } from './checked-zone.ts';
import { recordSets } from './record.ts';

/** Record sets that hold one record twice, or more than one TTL (RFC 2181 section 5). */
export function setFindings({ records }: CheckedZone): readonly Finding[] {
  const findings: Finding[] = [];
  for (const set of recordSets(records).values()) {
    const [first] = set.records;
    if (first === undefined) continue;
    const seen = new Map<string, string>();
    for (const record of set.records) {
      const before = seen.get(record.data);
      if (before !== undefined) {
        findings.push(
          findingAt(
            'dns-duplicate',
            'warning',
            record,
            `${record.owner} ${record.type} ${record.data} is there already (${before})`,
          ),
        );
      } else seen.set(record.data, `${record.file}:${record.line}`);
      if (record.ttl !== first.ttl && record.type !== 'RRSIG') {
        const message = `the ${record.type} records of ${record.owner} have the TTLs ${first.ttl} (line ${first.line}) and ${record.ttl}: one set has one TTL`;
        findings.push(findingAt('dns-ttl', 'warning', record, message));
      }
    }
    if (set.type === 'SOA' && set.records.length > 1) {
      const second = set.records[1] ?? first;
      findings.push(findingAt('dns-soa', 'error', second, `${set.owner} has two SOA records`));
    }
    if (set.type === 'TXT') findings.push(...spfFindings(set.records));
  }
  return findings;
}

/** SPF: one record a name, and at most ten terms that need a look-up (RFC 7208 sections 3.2 and 4.6.4). */
function spfFindings(records: Parameters<typeof recordSets>[0]): readonly Finding[] {
  const spf = [...records].filter((record) => /^"v=spf1( |")/i.test(record.data));
  const findings: Finding[] = [];
  const [first, second] = spf;
  if (second !== undefined) {
    findings.push(
      findingAt(
        'dns-spf',
        'error',
        second,
        `${second.owner} has two SPF records (the other in line ${first?.line ?? 0}): receivers take neither`,
      ),
    );
  }
  for (const record of spf) {
    const terms = record.data.replaceAll('" "', '').replaceAll('"', '').split(' ');
    const lookUps = terms.filter((term) =>
      /^[+?~-]?(include:|a([:/]|$)|mx([:/]|$)|ptr([:/]|$)|exists:|redirect=)/i.test(term),
    );
    if (lookUps.length > 10) {
      findings.push(
        findingAt('dns-spf', 'error', record, `the SPF record needs ${lookUps.length} look-ups, 10 are allowed`),
      );
    }
  }
  return findings;
}
