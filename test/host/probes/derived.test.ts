import { describe, expect, it } from 'vitest';
import type { DerivedProbe } from '../../../src/core/derived-probe.ts';
import type { Expected } from '../../../src/host/machine.ts';
import { derivedUnits } from '../../../src/host/probes/derived-units.ts';
import { newNames } from '../../../src/host/probes/new-names.ts';
import { openedPorts } from '../../../src/host/probes/opened-ports.ts';
import type { Asked, Probe } from '../../../src/host/probes/probe.ts';
import type { Answer, Question, UnitState } from '../../../src/host/probes/question.ts';
import type { Seen } from '../../../src/host/probes/reachability.ts';
import { expected, sceneOf, up } from './scene.ts';

const scene = sceneOf();
const none: Answer = { kind: 'none', detail: 'Connection refused' };

/** Level and message of each finding, when every question is answered by kind: `own` is the host itself. */
function said(
  probe: Probe,
  derived: readonly DerivedProbe[],
  answers: { readonly own?: Answer; readonly there?: Answer; readonly elsewhere?: readonly Seen[] },
  after: Expected['after'] = 'activation',
): readonly string[] {
  const wanted: Expected = { ...expected, derived, after };
  const asked = probe.asks(wanted, scene).map((question): Asked => {
    const isOwn = question.kind === 'own' || question.kind === 'units' || question.kind === 'sockets';
    const answer = (isOwn ? answers.own : answers.there) ?? none;
    return { question, answer, ...(isOwn || answers.elsewhere === undefined ? {} : { elsewhere: answers.elsewhere }) };
  });
  return probe.judge(asked, wanted, scene).map(({ level, message }) => `${level}: ${message}`);
}

describe('enabled-services', () => {
  const grafana: DerivedProbe = { kind: 'unit', unit: 'grafana.service', for: 'grafana' };
  const unit = (more: Partial<UnitState>): Answer => ({
    kind: 'units',
    units: [{ ...up, id: 'grafana.service', ...more }],
  });
  it.each<[string, Partial<UnitState>, string[]]>([
    ['runs', {}, []],
    ['reloads', { active: 'reloading' }, []],
    ['is still starting', { active: 'activating', sub: 'start-pre' }, ['is still starting (start-pre)']],
    ['keeps restarting, which is told elsewhere', { active: 'activating', sub: 'auto-restart' }, []],
    ['has failed, which is told elsewhere', { active: 'failed', sub: 'failed' }, []],
    ['ended by itself', { active: 'inactive', sub: 'dead' }, ['is not up (dead), and nobody stopped it']],
    ['has done its work', { active: 'inactive', sub: 'dead', type: 'oneshot' }, []],
    ['waits for its socket', { active: 'inactive', sub: 'dead', triggeredBy: ['grafana.socket'] }, []],
    [
      'is wanted by a session that is not there',
      { active: 'inactive', sub: 'dead', wantedBy: ['graphical.target'] },
      [],
    ],
    ['is started by nobody', { active: 'inactive', sub: 'dead', wantedBy: [] }, []],
    ['has a condition that does not hold', { active: 'inactive', sub: 'dead', conditionHeld: false }, []],
    [
      'has never been tried',
      { active: 'inactive', sub: 'dead', conditionHeld: null },
      ['is not up (dead), and nobody stopped it'],
    ],
    ['stops', { active: 'deactivating', sub: 'stop-sigterm' }, ['is stopping (stop-sigterm)']],
    ['has another name in this release', { load: 'not-found', active: 'inactive', sub: 'dead' }, []],
  ])('judges a unit that %s', (_what, state, messages) => {
    expect(said(derivedUnits, [grafana], { own: unit(state) })).toEqual(
      messages.map((message) => `error: grafana.service ${message}; the change switches grafana on`),
    );
  });

  it('asks for its log where it is not up', () => {
    const question = { kind: 'units', units: [] } as const;
    const answer = unit({ active: 'inactive', sub: 'dead' });
    expect(derivedUnits.suspects?.([{ question, answer }], expected, scene)).toEqual(['grafana.service']);
  });
});

describe('opened-ports', () => {
  const port = (more: Partial<DerivedProbe & { readonly kind: 'port' }> = {}): DerivedProbe => ({
    kind: 'port',
    port: 3000,
    protocol: 'tcp',
    address: null,
    for: 'grafana',
    own: true,
    existed: false,
    ...more,
  });
  const open: Answer = { kind: 'tcp' };
  const unable: Answer = { kind: 'unable' };
  const nobody =
    'error: the host itself gets no answer on port 3000/tcp, which the change opens for grafana: Connection refused';
  const shut =
    'warning: 10.0.20.11 port 3000, which the change opens for grafana, does not accept a connection: Connection refused';

  it.each<[string, DerivedProbe, Parameters<typeof said>[2], string[]]>([
    ['open everywhere', port(), { own: open, there: open }, []],
    ['heard by nobody', port(), { own: none, there: none }, [nobody]],
    ['heard by nobody, whatever answers elsewhere', port(), { own: none, there: open }, [nobody]],
    ['closed to the bot', port(), { own: open, there: none }, [shut]],
    ['open to the bot of a host that cannot ask itself', port(), { own: unable, there: open }, []],
    ['closed to the bot of a host that cannot ask itself', port(), { own: unable, there: none }, [shut]],
    ['passed on to a container and closed', port({ own: false }), { there: none }, [shut]],
    ['passed on to a container and open', port({ own: false }), { there: open }, []],
    [
      'of UDP and heard',
      port({ protocol: 'udp', port: 51_820, for: 'wireguard wg0' }),
      { own: { kind: 'sockets', sockets: [{ protocol: 'udp', address: null, port: 51_820 }] } },
      [],
    ],
    [
      'of UDP and heard over TCP only',
      port({ protocol: 'udp', port: 53, for: 'bind' }),
      { own: { kind: 'sockets', sockets: [{ protocol: 'tcp', address: null, port: 53 }] } },
      ['error: nothing on the host listens on port 53/udp, which the change opens for bind'],
    ],
    ['of UDP on a host without `ss`', port({ protocol: 'udp' }), { own: none }, []],
  ])('judges a port that is %s', (_what, derived, answers, messages) => {
    expect(said(openedPorts, [derived], answers)).toEqual(messages);
  });

  it('says who reaches a port that the bot does not', () => {
    const elsewhere: readonly Seen[] = [
      { vantage: { kind: 'itself' }, answer: open },
      { vantage: { kind: 'other', host: 'griffin' as never, network: 'VLAN 30' }, answer: none },
    ];
    expect(said(openedPorts, [port()], { own: open, there: none, elsewhere })).toEqual([
      `${shut}; up on the host but not reachable from VLAN 30 (griffin) and the bot (firewall or routing)`,
    ]);
  });

  it('asks where the service binds to', () => {
    expect(openedPorts.asks({ ...expected, derived: [port({ address: '10.0.0.5' })] }, scene)).toContainEqual({
      kind: 'tcp',
      address: '10.0.0.5',
      port: 3000,
    });
  });

  it('asks before a deploy only what was there then, and only the host itself', () => {
    const before = (derived: DerivedProbe) =>
      openedPorts.asks({ ...expected, derived: [derived], after: 'nothing' }, scene);
    expect(before(port())).toEqual([]);
    expect(before(port({ existed: true, own: false }))).toEqual([]);
    expect(before(port({ existed: true })).map(({ kind }) => kind)).toEqual(['own']);
    expect(before(port({ existed: true, protocol: 'udp' })).map(({ kind }) => kind)).toEqual(['sockets']);
  });
});

describe('new-names', () => {
  const wiki: DerivedProbe = { kind: 'vhost', name: 'wiki.example.org', scheme: 'https', port: 443 };
  const page = (status: number): Answer => ({ kind: 'http', status, body: '' });
  it.each<[string, Parameters<typeof said>[2], string[]]>([
    ['is served', { own: page(200), there: page(200) }, []],
    ['leads to a login', { own: page(401), there: page(302) }, []],
    ['has nothing behind it', { own: page(502), there: page(502) }, ['answers 502, asked on the host itself']],
    ['is not served', { own: none, there: none }, ['does not answer: Connection refused, asked on the host itself']],
    ['is closed to the bot', { own: page(200), there: none }, ['does not answer: Connection refused']],
    [
      'is closed to the bot of a host without curl',
      { own: { kind: 'unable' }, there: none },
      ['does not answer: Connection refused'],
    ],
  ])('tells, of a name that %s, what is wrong, and takes nothing back', (_what, answers, messages) => {
    expect(said(newNames, [wiki], answers)).toEqual(
      messages.map((message) => `warning: https://wiki.example.org/ ${message}`),
    );
  });

  it.each<[DerivedProbe & { readonly kind: 'vhost' }, Question]>([
    [wiki, { kind: 'http', url: 'https://wiki.example.org/', at: '10.0.20.11' }],
    [
      { ...wiki, scheme: 'http', port: 8080 },
      { kind: 'http', url: 'http://wiki.example.org:8080/', at: '10.0.20.11' },
    ],
  ])('asks the host for %j, whatever the name leads to', (vhost, question) => {
    expect(newNames.asks({ ...expected, derived: [vhost] }, scene)).toEqual([{ kind: 'own', question }, question]);
    expect(newNames.asks({ ...expected, derived: [vhost], after: 'revert' }, scene)).toEqual([]);
  });
});
