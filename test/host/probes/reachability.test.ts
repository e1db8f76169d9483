import { describe, expect, it } from 'vitest';
import { daysUntil } from '../../../src/adapters/net/ask-http.ts';
import { parseHostName, type HostName } from '../../../src/core/names.ts';
import { tcp } from '../../../src/host/probes/tcp.ts';
import { http } from '../../../src/host/probes/http.ts';
import type { Answer } from '../../../src/host/probes/question.ts';
import {
  levelOf,
  type Seen,
  type Sight,
  type Vantage,
  verdictOf,
  verdictWords,
  type View,
} from '../../../src/host/probes/reachability.ts';
import { vantagesFor } from '../../../src/host/probes/vantages.ts';
import { fleetConfigShape } from '../../../src/config/fleet-config.ts';
import { expected, sceneOf } from './scene.ts';

const itself: Vantage = { kind: 'itself' };
const other = (host: string, network: string | null): Vantage => ({
  kind: 'other',
  host: parseHostName(host) as HostName,
  network,
});
const [a, b] = [other('anubis', 'VLAN 30'), other('griffin', 'VLAN 40')];

/** g: good, n: no answer, w: wrong, -: could not be asked; of the host itself, VLAN 30 and VLAN 40. */
const table: readonly (readonly [string, string, string])[] = [
  ['---', 'error', 'asked from the bot only'],
  ['--n', 'error', 'down everywhere: no answer from the bot and VLAN 40 (griffin)'],
  ['-n-', 'error', 'down everywhere: no answer from the bot and VLAN 30 (anubis)'],
  ['-nn', 'error', 'down everywhere: no answer from the bot, VLAN 30 (anubis) and VLAN 40 (griffin)'],
  ['n--', 'error', 'down everywhere: no answer from the bot and the host itself'],
  ['n-n', 'error', 'down everywhere: no answer from the bot, the host itself and VLAN 40 (griffin)'],
  ['nn-', 'error', 'down everywhere: no answer from the bot, the host itself and VLAN 30 (anubis)'],
  ['nnn', 'error', 'down everywhere: no answer from the bot, the host itself, VLAN 30 (anubis) and VLAN 40 (griffin)'],
  ['g--', 'error', 'up on the host but not reachable from the bot (firewall or routing)'],
  ['gn-', 'error', 'up on the host but not reachable from VLAN 30 (anubis) and the bot (firewall or routing)'],
  ['g-n', 'error', 'up on the host but not reachable from VLAN 40 (griffin) and the bot (firewall or routing)'],
  [
    'gnn',
    'error',
    'up on the host but not reachable from VLAN 30 (anubis), VLAN 40 (griffin) and the bot (firewall or routing)',
  ],
  ...['g', 'n', '-'].flatMap((first): (readonly [string, string, string])[] => {
    const here = (from: string): string =>
      `unreachable from here, not down: reachable from ${from}, only the bot has no way to it`;
    return [
      [`${first}g-`, 'warning', here('VLAN 30 (anubis)')],
      [`${first}-g`, 'warning', here('VLAN 40 (griffin)')],
      [`${first}gg`, 'warning', here('VLAN 30 (anubis) and VLAN 40 (griffin)')],
      [
        `${first}gn`,
        'error',
        'reachable from VLAN 30 (anubis), not from VLAN 40 (griffin) and the bot (firewall or routing)',
      ],
      [
        `${first}ng`,
        'error',
        'reachable from VLAN 40 (griffin), not from VLAN 30 (anubis) and the bot (firewall or routing)',
      ],
    ];
  }),
  ...['g', 'n', '-'].flatMap((x) =>
    ['g', 'n', '-'].flatMap((y): (readonly [string, string, string])[] => [
      [`w${x}${y}`, 'error', 'reached from the host itself, where the answer is wrong too'],
      [`${x}w${y}`, 'error', 'reached from VLAN 30 (anubis), where the answer is wrong too'],
      [`${x}${y}w`, 'error', 'reached from VLAN 40 (griffin), where the answer is wrong too'],
    ]),
  ),
];

function viewsOf(row: string): readonly View[] {
  const sights: Readonly<Record<string, Sight>> = { g: 'good', n: 'none', w: 'wrong' };
  return [itself, a, b].flatMap((vantage, index) => {
    const sight = sights[row[index] ?? ''];
    return sight === undefined ? [] : [{ vantage, sight }];
  });
}

describe('What the bot cannot reach', () => {
  it('is judged in the table for every combination with at most one wrong answer', () => {
    const all = ['g', 'n', 'w', '-'].flatMap((x) =>
      ['g', 'n', 'w', '-'].flatMap((y) => ['g', 'n', 'w', '-'].map((z) => `${x}${y}${z}`)),
    );
    const single = all.filter((row) => row.split('w').length <= 2);
    expect(table.map(([row]) => row).sort()).toEqual(single.sort());
  });

  it.each(table)('seen as %s is a %s', (row, level, words) => {
    const verdict = verdictOf(viewsOf(row));
    expect([levelOf(verdict), verdictWords(verdict)]).toEqual([level, words]);
    expect(verdictOf([...viewsOf(row)].reverse())).toEqual(verdict);
  });
});

describe('A probe over the network', () => {
  const seen = (vantage: Vantage, answer: Answer): Seen => ({ vantage, answer });
  const none: Answer = { kind: 'none', detail: 'no answer in 5 s' };
  const judgeTcp = (answer: Answer, elsewhere: readonly Seen[]) => {
    const scene = sceneOf({ tcp: [{ port: 8500 }] });
    const asked = tcp.asks(expected, scene).map((question) => ({ question, answer, elsewhere }));
    return tcp.judge(asked, expected, scene).map(({ level, message }) => `${level}: ${message}`);
  };

  it('is a warning where only the bot has no way, and an error where the host alone is up', () => {
    expect(judgeTcp(none, [seen(itself, { kind: 'tcp' }), seen(a, { kind: 'tcp' })])).toEqual([
      'warning: 10.0.20.11 port 8500 does not accept a connection: no answer in 5 s; unreachable from here, not down: reachable from VLAN 30 (anubis), only the bot has no way to it',
    ]);
    expect(judgeTcp(none, [seen(itself, { kind: 'tcp' }), seen(a, none)])).toEqual([
      'error: 10.0.20.11 port 8500 does not accept a connection: no answer in 5 s; up on the host but not reachable from VLAN 30 (anubis) and the bot (firewall or routing)',
    ]);
    expect(judgeTcp({ kind: 'tcp' }, [])).toEqual([]);
  });

  it('is wrong where it is reached and answers wrongly, and where the bot itself got a wrong answer', () => {
    const scene = sceneOf({ http: [{ url: 'http://10.0.20.11/' }] });
    const bad: Answer = { kind: 'http', status: 502, body: '' };
    const judge = (answer: Answer, elsewhere: readonly Seen[]) =>
      http
        .judge(
          http.asks(expected, scene).map((question) => ({ question, answer, elsewhere })),
          expected,
          scene,
        )
        .map(({ level, message }) => `${level}: ${message}`);
    expect(judge(none, [seen(a, bad)])).toEqual([
      'error: http://10.0.20.11/ does not answer: no answer in 5 s; reached from VLAN 30 (anubis), where the answer is wrong too: http://10.0.20.11/ answers 502, not 200',
    ]);
    expect(judge(bad, [seen(a, { kind: 'http', status: 200, body: '' })])).toEqual([
      'error: http://10.0.20.11/ answers 502, not 200',
    ]);
  });
});

describe('The certificate of an https address', () => {
  it.each<[number | undefined, string[]]>([
    [undefined, []],
    [30, []],
    [14, []],
    [13, ['warning: the certificate of https://10.0.20.11/ ends in 13 days']],
    [1, ['warning: the certificate of https://10.0.20.11/ ends in 1 day']],
  ])('that holds for %s more days', (daysLeft, said) => {
    const scene = sceneOf({ http: [{ url: 'https://10.0.20.11/', certificate_days: 14 }] });
    const left = daysLeft === undefined ? {} : { daysLeft };
    const answer: Answer = { kind: 'http', status: 200, body: '', ...left };
    const asked = http.asks(expected, scene).map((question) => ({ question, answer }));
    expect(http.judge(asked, expected, scene).map(({ level, message }) => `${level}: ${message}`)).toEqual(said);
  });

  it.each<[string | undefined, number | null]>([
    ['Nov 24 00:00:00 2026 GMT', 1],
    ['Nov 22 12:00:00 2026 GMT', 0],
    ['Nov 20 00:00:00 2026 GMT', -3],
    ['never', null],
    [undefined, null],
  ])('that says %s', (end, days) => expect(daysUntil(end, Date.parse('2026-11-22T01:00:00Z'))).toBe(days));
});

describe('The vantages of a host', () => {
  const scene = (hosts: Readonly<Record<string, string>>, vlans = {}) => {
    const key = (index: number): string => `SHA256:${String(index).padStart(2, '0')}${'A'.repeat(41)}`;
    const fleet = fleetConfigShape.parse({
      hosts: Object.fromEntries(
        Object.entries(hosts).map(([name, address], index) => [name, { address, host_key: key(index) }]),
      ),
      vlans,
    });
    const host = parseHostName('wolfhound') as HostName;
    const config = fleet.hosts[host];
    if (config === undefined) throw new Error('wolfhound');
    return vantagesFor({ host, config, fleet }).map((hosts) => hosts.map(({ host: name, network }) => [name, network]));
  };

  it('are of other networks first, its own last, three at most, with a second host each', () => {
    expect(
      scene(
        {
          wolfhound: '10.0.20.11',
          neighbour: '10.0.20.12',
          anubis: '10.0.30.1',
          bastet: '10.0.30.2',
          horus: '10.0.30.3',
          griffin: '10.0.40.1',
        },
        { 'VLAN 30': '10.0.30.0/24' },
      ),
    ).toEqual([
      [
        ['anubis', 'VLAN 30'],
        ['bastet', 'VLAN 30'],
      ],
      [['griffin', '10.0.40.0/24']],
      [['neighbour', '10.0.20.0/24']],
    ]);
  });

  it('are none in a fleet of one host, and never more than three networks', () => {
    expect(scene({ wolfhound: '10.0.20.11' })).toEqual([]);
    const many = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`host${index}`, `10.1.${index}.1`]));
    expect(scene({ wolfhound: '10.0.20.11', ...many })).toHaveLength(3);
    expect(scene({ wolfhound: 'wolfhound.lan', b: 'b.lan', c: 'c.lan' })).toEqual([[['b', null]], [['c', null]]]);
  });
});
