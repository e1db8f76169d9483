import type { Answer as WireRecord, Question } from 'dns-packet';
import { canonicalName, isWithin, parentOf } from '../../dns/name.ts';
import type { HeldRecord } from '../../dns/record.ts';
import type { LoadedZone } from './loaded-zone.ts';

export interface ZoneAnswer {
  readonly rcode: 'NOERROR' | 'NXDOMAIN' | 'REFUSED';
  readonly answers: readonly WireRecord[];
  readonly authorities: readonly WireRecord[];
}

/** What an authoritative server with these zones answers (RFC 1034 section 4.3.2, without wildcards and delegations). */
export function zoneAnswer(zones: readonly LoadedZone[], question: Question): ZoneAnswer {
  const asked = canonicalName(question.name);
  const zone = zones
    .filter((candidate) => isWithin(asked, candidate.name))
    .sort((a, b) => b.name.length - a.name.length)[0];
  if (zone === undefined) return { rcode: 'REFUSED', answers: [], authorities: [] };
  const answers: HeldRecord[] = [];
  const seen = new Set<string>();
  let name = asked;
  for (;;) {
    const here = zone.byOwner.get(name) ?? [];
    const wanted = here.filter((record) => record.type === question.type);
    const alias = here.find((record) => record.type === 'CNAME');
    answers.push(...wanted);
    if (wanted.length > 0 || alias === undefined || seen.has(name)) break;
    answers.push(alias);
    seen.add(name);
    name = alias.data;
    if (!isWithin(name, zone.name)) break;
  }
  if (answers.length > 0) return { rcode: 'NOERROR', answers: answers.flatMap(onTheWire), authorities: [] };
  return {
    rcode: exists(zone, asked) ? 'NOERROR' : 'NXDOMAIN',
    answers: [],
    authorities: onTheWire(zone.soa),
  };
}

/** A name exists when it has records, or when a name below it has (RFC 8020). */
function exists(zone: LoadedZone, name: string): boolean {
  if (zone.byOwner.has(name)) return true;
  return [...zone.byOwner.keys()].some((owner) => isWithin(owner, name) && parentOf(owner) !== null);
}

/** The record as `dns-packet` writes it, or nothing for a type that it cannot write. */
function onTheWire(record: HeldRecord): WireRecord[] {
  const base = { name: record.owner, ttl: record.ttl ?? 3600, class: 'IN' as const };
  const [first = '', second = '', third = '', fourth = '', ...rest] = record.data.split(' ');
  switch (record.type) {
    case 'A':
    case 'AAAA':
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return [{ ...base, type: record.type, data: record.data }];
    case 'TXT':
      return [{ ...base, type: 'TXT', data: stringsOf(record.data) }];
    case 'MX':
      return [{ ...base, type: 'MX', data: { preference: Number(first), exchange: second } }];
    case 'SRV':
      return [
        {
          ...base,
          type: 'SRV',
          data: { priority: Number(first), weight: Number(second), port: Number(third), target: fourth },
        },
      ];
    case 'SOA': {
      const [refresh, retry, expire, minimum] = [fourth, ...rest].map(Number);
      return [
        {
          ...base,
          type: 'SOA',
          data: { mname: first, rname: second, serial: Number(third), refresh, retry, expire, minimum },
        },
      ];
    }
    default:
      return [];
  }
}

function stringsOf(data: string): Buffer[] {
  return [...data.matchAll(/"((?:[^"\\]|\\.)*)"/gs)].map((match) =>
    Buffer.from(
      (match[1] ?? '').replaceAll(/\\(\d{3})|\\(.)/gs, (_, code: string | undefined, char: string | undefined) =>
        code === undefined ? (char ?? '') : String.fromCharCode(Number(code)),
      ),
      'latin1',
    ),
  );
}
