import { describe, expect, it } from 'vitest';
import type { StorePath } from '../../../src/core/names.ts';
import type { Look } from '../../../src/host/look-answer.ts';
import type { ExpectedRecord } from '../../../src/host/machine.ts';
import { changedRecords } from '../../../src/host/probes/changed-records.ts';
import { containers } from '../../../src/host/probes/containers.ts';
import { dns } from '../../../src/host/probes/dns.ts';
import { parseServer } from '../../../src/host/probes/dns-words.ts';
import { failedUnits } from '../../../src/host/probes/failed-units.ts';
import { http } from '../../../src/host/probes/http.ts';
import type { Answer, UnitState } from '../../../src/host/probes/question.ts';
import { runningSystem } from '../../../src/host/probes/running-system.ts';
import { tcp } from '../../../src/host/probes/tcp.ts';
import { units } from '../../../src/host/probes/units.ts';
import { healthy } from '../fake-link.ts';
import { expected, judged, sceneOf, up } from './scene.ts';

const look = (more: Partial<Look>): Answer => ({ kind: 'look', look: { ...healthy, ...more } });

describe('running-system', () => {
  it.each<[Partial<Look>, string[]]>([
    [{}, []],
    [{ running: '/nix/store/x' as StorePath }, [`runs /nix/store/x, not ${healthy.running}`]],
    [{ running: null }, [`runs nothing known, not ${healthy.running}`]],
    [{ bootId: 'another' }, ['has rebooted']],
    [{ switching: true }, ['is still switching']],
    [
      { running: null, bootId: 'x', switching: true },
      [`runs nothing known, not ${healthy.running}`, 'has rebooted', 'is still switching'],
    ],
  ])('judges %j', (seen, messages) => expect(judged(runningSystem, sceneOf(), () => look(seen))).toEqual(messages));
});

describe('failed-units', () => {
  const at = (first: Partial<Look>, last: Partial<Look>, baseline: Partial<Look> = {}) =>
    judged(failedUnits, sceneOf(), (_question, index) => look(index === 0 ? first : last), {
      baseline: { ...healthy, ...baseline },
    });

  it('looks twice, as far apart as a restarting unit is watched', () => {
    expect(failedUnits.asks({} as never, sceneOf())).toEqual([
      { kind: 'look', afterSeconds: 0 },
      { kind: 'look', afterSeconds: 7 },
    ]);
  });

  it.each<[string, readonly string[], string[]]>([
    ['a unit that failed', at({}, { failedUnits: ['a.service'] }), ['a.service has failed']],
    ['a unit that had failed before', at({}, { failedUnits: ['a.service'] }, { failedUnits: ['a.service'] }), []],
    ['a unit that recovered', at({ failedUnits: ['a.service'] }, {}), []],
    [
      'a growing counter',
      at({ restartingUnits: { a: 3 } }, { restartingUnits: { a: 5 } }),
      ['a keeps restarting (5 times so far)'],
    ],
    ['a counter that appeared', at({}, { restartingUnits: { a: 1 } }), ['a keeps restarting (1 times so far)']],
    ['a counter that stands still', at({ restartingUnits: { a: 3 } }, { restartingUnits: { a: 3 } }), []],
    [
      'a unit that waits for its next start',
      at({ restartingUnits: { a: 3 } }, { restartingUnits: { a: 3 }, waitingUnits: ['a'] }),
      ['a keeps restarting (3 times so far)'],
    ],
    ['a crash loop from before', at({}, { restartingUnits: { a: 9 } }, { restartingUnits: { a: 4 } }), []],
    ['a crash loop from before that failed', at({}, { failedUnits: ['a'] }, { restartingUnits: { a: 4 } }), []],
    [
      'a crash loop that ended as a failure',
      at({ restartingUnits: { a: 3 } }, { failedUnits: ['a'], restartingUnits: { a: 5 } }),
      ['a has failed'],
    ],
  ])('judges %s', (_what, said, messages) => expect(said).toEqual(messages));

  it('names the units whose logs explain it', () => {
    const asked = [{}, { failedUnits: ['a.service'], restartingUnits: { 'b.service': 2 } }].map((seen) => ({
      question: { kind: 'look', afterSeconds: 0 } as const,
      answer: look(seen),
    }));
    const suspects = failedUnits.suspects?.(asked, expected, sceneOf());
    expect(suspects).toEqual(['a.service', 'b.service']);
  });
});

describe('units', () => {
  it.each<[string, string[], UnitState[], string[]]>([
    ['active', ['a.service'], [up], []],
    ['named without its ending', ['a'], [up], []],
    ['reloading', ['a.service'], [{ ...up, active: 'reloading' }], []],
    [
      'starting for ever',
      ['a.service'],
      [{ ...up, active: 'activating', sub: 'start-pre' }],
      ['a.service is activating (start-pre)'],
    ],
    [
      'failed',
      ['a.service'],
      [{ ...up, active: 'failed', sub: 'failed', result: 'exit-code' }],
      ['a.service is failed (failed, exit-code)'],
    ],
    ['inactive', ['a.service'], [{ ...up, active: 'inactive', sub: 'dead' }], ['a.service is inactive (dead)']],
    [
      'not there',
      ['a.service'],
      [{ ...up, load: 'not-found', active: 'inactive' }],
      ['a.service does not exist on the host (not-found)'],
    ],
    ['not answered for', ['a.service', 'b.service'], [up], ['b.service is not known to the host']],
    ['no name of a unit', ['--root=/'], [], ['"--root=/" is not the name of a unit']],
  ])('judges a unit that is %s', (_what, declared, states, messages) => {
    expect(judged(units, sceneOf({ units: declared }), () => ({ kind: 'units', units: states }))).toEqual(messages);
  });
});

describe('containers', () => {
  const web = { ...up, id: 'container@web.service' };
  it.each<[string, string[], UnitState[], string[] | null, string[]]>([
    ['up', ['web'], [web], ['web'], []],
    ['up where machinectl is not there', ['web'], [web], null, []],
    ['active without an init', ['web'], [web], ['db'], ['container web has not registered with systemd-machined']],
    [
      'down',
      ['web'],
      [{ ...web, active: 'failed', sub: 'failed', result: 'timeout' }],
      [],
      ['container@web.service is failed (failed, timeout)'],
    ],
    ['unknown', ['web'], [], [], ['container web is not known to the host']],
    ['no name', ['../web'], [], [], ['"../web" is not the name of a container']],
  ])('judges a container that is %s', (_what, declared, states, machines, messages) => {
    const answer = (question: { readonly kind: string }): Answer => {
      if (question.kind === 'units') return { kind: 'units', units: states };
      return machines === null ? { kind: 'none', detail: 'not found' } : { kind: 'machines', names: machines };
    };
    expect(judged(containers, sceneOf({ containers: declared }), answer)).toEqual(messages);
  });
});

describe('http', () => {
  const scene = sceneOf({ http: [{ url: 'https://grafana.fleet.lan/login', contains: 'Grafana' }] });
  it.each<[Answer, string[]]>([
    [{ kind: 'http', status: 200, body: '<title>Grafana</title>' }, []],
    [{ kind: 'http', status: 502, body: 'Grafana' }, ['https://grafana.fleet.lan/login answers 502, not 200']],
    [{ kind: 'http', status: 302, body: '' }, ['https://grafana.fleet.lan/login answers 302, not 200']],
    [
      { kind: 'http', status: 200, body: 'nginx' },
      ['https://grafana.fleet.lan/login answers 200 without the text "Grafana"'],
    ],
    [
      { kind: 'none', detail: 'certificate has expired' },
      ['https://grafana.fleet.lan/login does not answer: certificate has expired'],
    ],
  ])('judges %j', (answer, messages) => expect(judged(http, scene, () => answer)).toEqual(messages));
});

describe('tcp', () => {
  it("asks the host's own address where none is declared", () => {
    const scene = sceneOf({ tcp: [{ port: 22 }, { address: '10.0.20.99', port: 25 }] });
    expect(judged(tcp, scene, () => ({ kind: 'none', detail: 'refused' }))).toEqual([
      '10.0.20.11 port 22 does not accept a connection: refused',
      '10.0.20.99 port 25 does not accept a connection: refused',
    ]);
  });
});

const answers = (type: string, ...data: string[]): Answer => ({
  kind: 'dns',
  rcode: 'NOERROR',
  records: data.map((one) => ({ name: 'x.fleet.lan.', type, data: one })),
});

describe('dns', () => {
  const scene = sceneOf({
    dns: [
      { name: 'Grafana.Fleet.lan', expect: ['10.0.20.30'], server: '10.0.20.53:5353' },
      { name: 'x.fleet.lan.', type: 'TXT', expect: ['v=spf1 -all'] },
    ],
  });
  it('asks for absolute names, of the declared server or the host itself', () => {
    expect(dns.asks({} as never, scene)).toEqual([
      { kind: 'dns', server: { address: '10.0.20.53', port: 5353 }, name: 'grafana.fleet.lan.', type: 'A' },
      { kind: 'dns', server: { address: '10.0.20.11', port: 53 }, name: 'x.fleet.lan.', type: 'TXT' },
    ]);
  });

  it.each<[string, Answer, Answer, string[]]>([
    ['all is served', answers('A', '10.0.20.31', '10.0.20.30'), answers('TXT', '"v=spf1 -all"'), []],
    [
      'another address is served',
      answers('A', '10.0.20.31'),
      answers('TXT', '"v=spf1 -all"'),
      ['Grafana.Fleet.lan A does not hold 10.0.20.30; it holds 10.0.20.31'],
    ],
    [
      'only an alias is served',
      answers('CNAME', 'web.fleet.lan.'),
      answers('TXT', '"v=spf1 -all"'),
      ['Grafana.Fleet.lan A does not hold 10.0.20.30; it holds nothing'],
    ],
    [
      'the name does not exist',
      { kind: 'dns', rcode: 'NXDOMAIN', records: [] },
      answers('TXT', '"v=spf1 -all"'),
      ['Grafana.Fleet.lan A answers NXDOMAIN'],
    ],
  ])('judges that %s', (_what, first, second, messages) => {
    expect(judged(dns, scene, (_question, index) => (index === 0 ? first : second))).toEqual(messages);
  });

  it('refuses a server that is none', () => {
    const wrong = sceneOf({
      dns: [
        { name: 'a', expect: ['1.1.1.1'], server: 'a:b:c' },
        { name: 'b', expect: ['1.1.1.1'] },
      ],
    });
    expect(judged(dns, wrong, () => answers('A', '1.1.1.1'))).toEqual(['"a:b:c" is not the address of a server']);
  });

  it.each([
    ['10.0.0.1', { address: '10.0.0.1', port: 53 }],
    ['10.0.0.1:5353', { address: '10.0.0.1', port: 5353 }],
    ['ns1.fleet.lan:53', { address: 'ns1.fleet.lan', port: 53 }],
    ['[::1]:5353', { address: '::1', port: 5353 }],
    ['fd00::53', { address: 'fd00::53', port: 53 }],
    ['10.0.0.1:0', null],
    ['10.0.0.1:99999', null],
    ['a b', null],
    ['', null],
  ])('reads the server %j', (text, server) => expect(parseServer(text)).toEqual(server));
});

describe('changed-records', () => {
  const zones = { 'fleet.lan': { file: 'fleet.zone', servers: ['wolfhound', 'griffin', '192.0.2.53:5353'] } };
  const scene = sceneOf({}, zones);
  const record: ExpectedRecord = {
    zone: 'fleet.lan.',
    serial: 2026112202,
    name: 'grafana.fleet.lan.',
    type: 'A',
    data: ['10.0.20.30'],
  };
  const at = (records: readonly ExpectedRecord[], served: Answer, serial: number, more = {}) =>
    judged(
      changedRecords,
      sceneOf({}, { 'fleet.lan': { file: 'fleet.zone', servers: ['wolfhound'] } }),
      (question) =>
        question.kind === 'dns' && question.type === 'SOA' ? answers('SOA', `ns. admin. ${serial} 1 1 1 1`) : served,
      { records, ...more },
    );

  it("asks this host's servers and those outside the fleet, and no other host's", () => {
    expect(changedRecords.asks({ records: [record], after: 'activation' } as never, scene)).toEqual([
      { kind: 'dns', server: { address: '10.0.20.11', port: 53 }, name: 'fleet.lan.', type: 'SOA' },
      { kind: 'dns', server: { address: '10.0.20.11', port: 53 }, name: 'fleet.lan.', type: 'SOA', over: 'tcp' },
      { kind: 'dns', server: { address: '192.0.2.53', port: 5353 }, name: 'fleet.lan.', type: 'SOA' },
      { kind: 'dns', server: { address: '192.0.2.53', port: 5353 }, name: 'fleet.lan.', type: 'SOA', over: 'tcp' },
      { kind: 'dns', server: { address: '10.0.20.11', port: 53 }, name: 'grafana.fleet.lan.', type: 'A' },
      { kind: 'dns', server: { address: '192.0.2.53', port: 5353 }, name: 'grafana.fleet.lan.', type: 'A' },
    ]);
  });

  it('asks the servers that nobody else answers for, and says who serves what', () => {
    const others = [{ name: 'ns3.example.net', address: '192.0.2.9', port: 53 }];
    const told = (serial: (address: string) => number | null) =>
      judged(
        changedRecords,
        sceneOf({}, { 'fleet.lan': { file: 'fleet.zone', servers: ['wolfhound'] } }),
        (question) => {
          const from = question.kind === 'dns' ? serial(question.server.address) : null;
          if (from === null || question.kind !== 'dns') return { kind: 'none', detail: 'no answer' };
          return question.type === 'SOA' ? answers('SOA', `ns. admin. ${from} 1 1 1 1`) : answers('A', '10.0.20.30');
        },
        { records: [{ ...record, others }] },
      );
    expect(told(() => 2026112202)).toEqual([
      'fleet.lan. is served at 2026112202 or newer by 10.0.20.11, ns3.example.net (192.0.2.9)',
    ]);
    expect(told((address) => (address === '10.0.20.11' ? 2026112202 : 2026112201))).toEqual([
      'ns3.example.net (192.0.2.9) serves fleet.lan. at 2026112201, not yet at 2026112202',
      'fleet.lan. is served at 2026112202 or newer by 10.0.20.11',
    ]);
    expect(told((address) => (address === '10.0.20.11' ? 2026112202 : null))).toEqual([
      'ns3.example.net (192.0.2.9) does not answer for fleet.lan. SOA: no answer',
      'ns3.example.net (192.0.2.9) over TCP does not answer for fleet.lan. SOA: no answer',
      'ns3.example.net (192.0.2.9) does not answer for grafana.fleet.lan. A: no answer',
      'fleet.lan. is served at 2026112202 or newer by 10.0.20.11',
    ]);
  });

  it('takes nothing back for such a server, and waits for it only while it answers', () => {
    const others = [{ name: 'ns3.example.net', address: '192.0.2.9', port: 53 }];
    const wanted = { ...expected, records: [{ ...record, others }] };
    const zone = sceneOf({}, { 'fleet.lan': { file: 'fleet.zone', servers: ['wolfhound'] } });
    const found = (answer: Answer) =>
      changedRecords
        .judge(
          changedRecords.asks(wanted, zone).map((question) => ({
            question,
            answer: JSON.stringify(question).includes('192.0.2.9')
              ? answer
              : answers('SOA', 'n. a. 2026112202 1 1 1 1'),
          })),
          wanted,
          zone,
        )
        .filter(({ message }) => message.startsWith('ns3.'))
        .map(({ level, awaited }) => `${level} ${awaited === true ? 'awaited' : 'told'}`);
    expect(new Set(found(answers('SOA', 'n. a. 2026112201 1 1 1 1')))).toEqual(new Set(['warning awaited']));
    expect(new Set(found({ kind: 'none', detail: 'no answer' }))).toEqual(new Set(['warning told']));
  });

  it('expects nothing new of a host that was put back', () => {
    expect(changedRecords.asks({ records: [record], after: 'revert' } as never, scene)).toEqual([]);
  });

  it.each<[string, readonly string[], string[]]>([
    ['the new serial and the record', at([record], answers('A', '10.0.20.30'), 2026112202), []],
    ['a newer serial', at([record], answers('A', '10.0.20.30'), 2026112203), []],
    ['a serial that went once around', at([{ ...record, serial: 4294967295 }], answers('A', '10.0.20.30'), 1), []],
    [
      'the old serial',
      at([record], answers('A', '10.0.20.30'), 2026112201),
      ['10.0.20.11 serves fleet.lan. at 2026112201, not yet at 2026112202'],
    ],
    [
      'the old record',
      at([record], answers('A', '10.0.20.29'), 2026112202),
      ['10.0.20.11 answers 10.0.20.29 for grafana.fleet.lan. A, not 10.0.20.30'],
    ],
    [
      'the old record beside the new one',
      at([record], answers('A', '10.0.20.30', '10.0.20.29'), 2026112202),
      ['10.0.20.11 answers 10.0.20.29, 10.0.20.30 for grafana.fleet.lan. A, not 10.0.20.30'],
    ],
    [
      'a record in other letters',
      at([{ ...record, type: 'AAAA', data: ['fd00:0::1'] }], answers('AAAA', 'FD00::0001'), 2026112202),
      [],
    ],
    [
      'a removed record',
      at([{ ...record, data: [] }], { kind: 'dns', rcode: 'NXDOMAIN', records: [] }, 2026112202),
      [],
    ],
    [
      'a removed record that is still there',
      at([{ ...record, data: [] }], answers('A', '10.0.20.30'), 2026112202),
      ['10.0.20.11 answers 10.0.20.30 for grafana.fleet.lan. A, not nothing'],
    ],
    [
      'a new record that does not exist',
      at([record], { kind: 'dns', rcode: 'NXDOMAIN', records: [] }, 2026112202),
      ['10.0.20.11 answers NXDOMAIN for grafana.fleet.lan. A'],
    ],
    [
      'a server that refuses',
      at([record], { kind: 'dns', rcode: 'REFUSED', records: [] }, 2026112202),
      ['10.0.20.11 answers REFUSED for grafana.fleet.lan. A'],
    ],
    ['a zone without a serial', at([{ ...record, serial: null }], answers('A', '10.0.20.30'), 1), []],
  ])('judges %s', (_what, said, messages) => expect(said).toEqual(messages));
});
