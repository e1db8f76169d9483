import { zoneServersOf } from '../../config/host-target.ts';
import { compareSerials } from '../../dns/serial.ts';
import type { Expected, ExpectedRecord } from '../machine.ts';
import { dataKey, dnsName } from './dns-words.ts';
import { networkProbe } from './network-probe.ts';
import type { Scene } from './probe.ts';
import type { Answer, Question, Server } from './question.ts';

/**
 * What the commit changed in DNS is served. A host that was put back is not expected to serve it, and servers on other
 * hosts of the fleet are asked when those are deployed: they may well come later in the same rollout.
 */
export const changedRecords = networkProbe({
  id: 'changed-records',
  title: "Every changed DNS record answers on the zone's servers, with the new serial or a newer one.",
  wants: (expected, scene) =>
    wanted(expected, scene).map(({ question, want, level }) => ({
      question,
      trouble: (answer) => trouble(question, want, answer),
      level,
    })),
});

type DnsQuestion = Question & { readonly kind: 'dns' };
type Want =
  | { readonly kind: 'serial'; readonly serial: number }
  | { readonly kind: 'record'; readonly record: ExpectedRecord };

interface Wanted {
  readonly question: DnsQuestion;
  readonly want: Want;
  readonly level: 'error' | 'warning';
}

function wanted({ after, records }: Expected, scene: Scene): readonly Wanted[] {
  if (after === 'revert') return [];
  const zones = new Map<string, number | null>();
  for (const { zone, serial } of records) {
    const known = zones.get(zone) ?? null;
    if (known === null || (serial !== null && compareSerials(serial, known) === 'newer')) zones.set(zone, serial);
  }
  const serials = [...zones].flatMap(([zone, serial]) =>
    serial === null
      ? []
      : serversOf(zone, scene).flatMap((server): Wanted[] => {
          const question = { kind: 'dns', server, name: dnsName(zone), type: 'SOA' } as const;
          const want = { kind: 'serial', serial } as const;
          return [
            { question, want, level: 'error' },
            // Every server must answer over TCP too (RFC 7766 section 5); many resolvers never need it.
            { question: { ...question, over: 'tcp' }, want, level: 'warning' },
          ];
        }),
  );
  const each = records.flatMap((record) =>
    serversOf(record.zone, scene).map(
      (server): Wanted => ({
        question: { kind: 'dns', server, name: dnsName(record.name), type: record.type },
        want: { kind: 'record', record },
        level: 'error',
      }),
    ),
  );
  return [...serials, ...each];
}

/** The servers of a zone that this host's deploy answers for: its own, and those that are no host of the fleet. */
export function serversOf(zone: string, { host, fleet }: Scene): readonly Server[] {
  const key = Object.keys(fleet.zones).find((name) => dnsName(name) === dnsName(zone));
  if (key === undefined) return [];
  const addresses = new Map(Object.entries(fleet.hosts).map(([name, { address }]) => [address, name]));
  return zoneServersOf(fleet, key)
    .filter((server) => (server.host ?? addresses.get(server.address) ?? host) === host)
    .map(({ address, port }) => ({ address, port }));
}

function trouble(question: DnsQuestion, want: Want, answer: Answer): string | null {
  const port = question.server.port === 53 ? '' : ` port ${question.server.port}`;
  const where = `${question.server.address}${port}${question.over === 'tcp' ? ' over TCP' : ''}`;
  if (answer.kind !== 'dns') {
    const why = answer.kind === 'none' ? `: ${answer.detail}` : '';
    return `${where} does not answer for ${question.name} ${question.type}${why}`;
  }
  // What it answers was judged over UDP; over TCP it counts that it does.
  if (question.over === 'tcp') return null;
  const held = answer.records.filter((record) => record.type === question.type).map((record) => record.data);
  if (want.kind === 'serial') return serialTrouble(want.serial, question.name, held, where);
  const { data, type } = want.record;
  // NXDOMAIN is as good an answer as none for a name that must be gone.
  if (answer.rcode !== 'NOERROR' && !(answer.rcode === 'NXDOMAIN' && data.length === 0)) {
    return `${where} answers ${answer.rcode} for ${question.name} ${type}`;
  }
  const expected = new Set(data.map((one) => dataKey(type, one)));
  const seen = new Set(held.map((one) => dataKey(type, one)));
  if (expected.size === seen.size && [...expected].every((one) => seen.has(one))) return null;
  return `${where} answers ${listOf(seen)} for ${question.name} ${type}, not ${listOf(expected)}`;
}

function serialTrouble(serial: number, zone: string, held: readonly string[], where: string): string | null {
  const served = Number(held[0]?.split(' ')[2] ?? Number.NaN);
  if (!Number.isSafeInteger(served)) return `${where} does not serve ${zone}`;
  const order = compareSerials(served, serial);
  return order === 'equal' || order === 'newer' ? null : `${where} serves ${zone} at ${served}, not yet at ${serial}`;
}

function listOf(data: ReadonlySet<string>): string {
  return data.size === 0 ? 'nothing' : [...data].sort().join(', ');
}
