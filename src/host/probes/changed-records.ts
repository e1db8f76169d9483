import { zoneServersOf } from '../../config/host-target.ts';
import type { Finding } from '../../core/finding.ts';
import { compareSerials } from '../../dns/serial.ts';
import type { Expected, ExpectedRecord, OtherServer } from '../machine.ts';
import { dataKey, dnsName } from './dns-words.ts';
import { networkProbe } from './network-probe.ts';
import type { Asked, Probe, ProbeFinding, Scene } from './probe.ts';
import type { Answer, Question, Server } from './question.ts';

/**
 * What the commit changed in DNS is served. A host that was put back is not expected to serve it, and servers on other
 * hosts of the rollout are asked when those are deployed. Servers that no host of it answers for are asked too: they are
 * waited for where they answer, and what they lack is told and taken back by nobody.
 */
const asking: Probe = networkProbe({
  id: 'changed-records',
  title: "Every changed DNS record answers on the zone's servers, with the new serial or a newer one.",
  wants: (expected, scene) =>
    wanted(expected, scene).map(({ question, want, level, at }) => ({
      question,
      trouble: (answer) => trouble({ question, want, at }, answer),
      level,
      ...(at.of === 'others' ? { awaited: true as const } : {}),
    })),
});

export const changedRecords: Probe = {
  ...asking,
  judge: (asked, expected, scene) => [...asking.judge(asked, expected, scene), ...served(asked, expected, scene)],
};

const mostOfOthers = 20;

type DnsQuestion = Question & { readonly kind: 'dns' };
type Want =
  | { readonly kind: 'serial'; readonly zone: string; readonly serial: number }
  | { readonly kind: 'record'; readonly record: ExpectedRecord };

/** A server as the report calls it. */
interface At extends Server {
  readonly called: string;
  /** `later`: another host of the rollout, which has its own deploy to answer for it. */
  readonly of: 'host' | 'others' | 'later';
}

interface Wanted {
  readonly question: DnsQuestion;
  readonly want: Want;
  readonly level: Finding['level'];
  readonly at: At;
}

function wanted({ after, records }: Expected, scene: Scene): readonly Wanted[] {
  if (after === 'revert') return [];
  const zones = new Map<string, number | null>();
  const others = new Map<string, readonly OtherServer[]>();
  for (const { zone, serial, others: named = [] } of records) {
    const known = zones.get(zone) ?? null;
    if (known === null || (serial !== null && compareSerials(serial, known) === 'newer')) zones.set(zone, serial);
    if (named.length > 0) others.set(zone, named);
  }
  const serversAt = (zone: string): readonly At[] => [
    ...serversOf(zone, scene).map((server) => ({ ...server, called: calledOf(server), of: 'host' as const })),
    ...(others.get(zone) ?? []).map((server) => otherServer(server)),
  ];
  const serials = [...zones].flatMap(([zone, serial]) =>
    serial === null
      ? []
      : serversAt(zone).flatMap((at): Wanted[] => {
          const question = { kind: 'dns', server: serverOf(at), name: dnsName(zone), type: 'SOA' } as const;
          const want = { kind: 'serial', zone, serial } as const;
          // Only looked at: it may come to the new serial by a transfer, or by its own deploy.
          if (at.of === 'later') return [{ question, want, at, level: 'note' }];
          return [
            { question, want, at, level: levelAt(at) },
            // Every server must answer over TCP too (RFC 7766 section 5); many resolvers never need it.
            { question: { ...question, over: 'tcp' }, want, at, level: 'warning' },
          ];
        }),
  );
  const each = records.flatMap((record, index) =>
    serversAt(record.zone).flatMap((at): Wanted[] => {
      // The serial tells that a secondary has all of the zone; a few records tell that it serves what it has.
      if (at.of === 'later' || (at.of === 'others' && index >= mostOfOthers)) return [];
      const question = { kind: 'dns', server: serverOf(at), name: dnsName(record.name), type: record.type } as const;
      return [{ question, want: { kind: 'record', record }, at, level: levelAt(at) }];
    }),
  );
  return [...serials, ...each];
}

function levelAt({ of }: At): Finding['level'] {
  return of === 'host' ? 'error' : 'warning';
}

function serverOf({ address, port }: Server): Server {
  return { address, port };
}

function calledOf({ address, port }: Server): string {
  return `${address}${port === 53 ? '' : ` port ${port}`}`;
}

function otherServer({ name, address, port, deployed = false }: OtherServer): At {
  const at = calledOf({ address, port });
  return { address, port, called: name === address ? at : `${name} (${at})`, of: deployed ? 'later' : 'others' };
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

/** Who answered as wanted, told once for each zone where more than one server was asked. */
function served(asked: readonly Asked[], expected: Expected, scene: Scene): readonly ProbeFinding[] {
  const zones = new Map<string, { readonly serial: number; readonly good: Map<string, boolean> }>();
  for (const [index, { want, question, at }] of wanted(expected, scene).entries()) {
    const answer = asked[index]?.answer;
    if (want.kind !== 'serial' || question.over === 'tcp' || answer === undefined) continue;
    const zone = zones.get(want.zone) ?? { serial: want.serial, good: new Map<string, boolean>() };
    zone.good.set(at.called, answer.kind === 'dns' && trouble({ question, want, at }, answer) === null);
    zones.set(want.zone, zone);
  }
  return [...zones].flatMap(([zone, { serial, good }]): ProbeFinding[] => {
    const serving = [...good].filter(([, well]) => well).map(([called]) => called);
    if (good.size < 2 || serving.length === 0) return [];
    const message = `${zone} is served at ${serial} or newer by ${serving.join(', ')}`;
    return [{ check: asking.id, level: 'note', host: scene.host, message }];
  });
}

function trouble({ question, want, at }: Pick<Wanted, 'question' | 'want' | 'at'>, answer: Answer): string | null {
  const where = `${at.called}${question.over === 'tcp' ? ' over TCP' : ''}`;
  if (answer.kind !== 'dns') {
    if (at.of === 'later') return null;
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
