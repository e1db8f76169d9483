import { describe, expect, it } from 'vitest';
import type { DerivedProbe } from '../../../src/core/derived-probe.ts';
import type { Expected } from '../../../src/host/machine.ts';
import { probes } from '../../../src/host/probes/list.ts';
import type { Probe, ProbeFinding } from '../../../src/host/probes/probe.ts';
import type { Answer, Question } from '../../../src/host/probes/question.ts';
import { healthy } from '../fake-link.ts';
import { expected, judged, sceneOf, up } from './scene.ts';

/** A host that declares something of everything. */
const scene = sceneOf(
  {
    units: ['consul.service'],
    containers: ['web'],
    scripts: ['mail-queue'],
    http: [{ url: 'http://10.0.20.11/' }],
    tcp: [{ port: 8500 }],
    dns: [{ name: 'grafana.fleet.lan', expect: ['10.0.20.30'] }],
  },
  { 'fleet.lan': { file: 'fleet.zone', servers: ['wolfhound'] } },
);
const derived: readonly DerivedProbe[] = [
  { kind: 'unit', unit: 'grafana.service', for: 'grafana' },
  { kind: 'port', port: 3000, protocol: 'tcp', address: null, for: 'grafana', own: true, existed: false },
  { kind: 'vhost', name: 'grafana.fleet.lan', scheme: 'https', port: 443 },
];
const records = [{ zone: 'fleet.lan.', serial: 7, name: 'grafana.fleet.lan.', type: 'A', data: ['10.0.20.30'] }];

function good(question: Question): Answer {
  switch (question.kind) {
    case 'look':
      return { kind: 'look', look: healthy };
    case 'units':
      return {
        kind: 'units',
        units: question.units.map((id) => ({ ...up, id })),
      };
    case 'machines':
      return { kind: 'machines', names: ['web'] };
    case 'machine-units':
      return { kind: 'machine-units', failed: [] };
    case 'script':
      return { kind: 'script', code: 0, said: '' };
    case 'sockets':
      return { kind: 'sockets', sockets: [{ protocol: 'udp', address: null, port: 51_820 }] };
    case 'own':
      return good(question.question);
    case 'http':
      return { kind: 'http', status: 200, body: '' };
    case 'tcp':
      return { kind: 'tcp' };
    case 'dns': {
      const data = question.type === 'SOA' ? 'ns. admin. 7 1 1 1 1' : '10.0.20.30';
      return { kind: 'dns', rcode: 'NOERROR', records: [{ name: question.name, type: question.type, data }] };
    }
  }
}

const changedUnits = { added: ['web.service', 'web.socket'], restarted: ['db.service'] };
/** What only tells: it is worth a word and never a revert. */
const onlyTell = new Set(['new-names', 'disk-space', 'reboot-needed']);

describe('Every probe', () => {
  it('has an id and a title of its own', () => {
    expect(new Set(probes.map(({ id }) => id)).size).toBe(probes.length);
    expect(new Set(probes.map(({ title }) => title)).size).toBe(probes.length);
    for (const { id, title } of probes) {
      expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(title).toMatch(/^[A-Z].*\.$/);
    }
  });
});

/** What a probe is asked with; of a deploy its own report says what waits for a reboot. */
function wantedOf(probe: Probe): Expected {
  const after = probe.id === 'reboot-needed' ? 'nothing' : 'activation';
  return { ...expected, records, derived, changedUnits, after };
}

function answered(probe: Probe, answer: (question: Question) => Answer): readonly ProbeFinding[] {
  const wanted = wantedOf(probe);
  const asked = probe.asks(wanted, scene).map((question) => ({ question, answer: answer(question) }));
  return probe.judge(asked, wanted, scene);
}

const nobody = (): Answer => ({ kind: 'none', detail: 'no route to host' });
const another = (question: Question): Answer =>
  question.kind === 'tcp' ? { kind: 'machines', names: [] } : { kind: 'tcp' };
const named = (wanted: readonly Probe[]) => wanted.map((probe) => [probe.id, probe] as const);

describe.each(named(probes))('The probe %s', (_id, probe) => {
  const wanted = wantedOf(probe);

  it('asks something of a host that declares everything, and passes where all is well', () => {
    expect(probe.asks(wanted, scene).length).toBeGreaterThan(0);
    expect(answered(probe, good)).toEqual([]);
  });

  it('asks and judges the same way twice, and changes nothing that it was given', () => {
    const before = JSON.stringify([expected, scene]);
    expect(probe.asks(wanted, scene)).toEqual(probe.asks(wanted, scene));
    expect(answered(probe, good)).toEqual(answered(probe, good));
    expect(JSON.stringify([expected, scene])).toBe(before);
  });

  it('does not fail a host that declares nothing', () => {
    expect(judged(probe, sceneOf(), good)).toEqual([]);
  });
});

describe.each(named(probes.filter(({ id }) => onlyTell.has(id))))('The probe %s', (_id, probe) => {
  it('takes nothing back, whatever is answered or not', () => {
    const levels = [nobody, another].flatMap((answer) => answered(probe, answer).map(({ level }) => level));
    expect(levels).not.toContain('error');
  });
});

describe.each(named(probes.filter(({ id }) => !onlyTell.has(id))))('The probe %s', (id, probe) => {
  it('fails where nobody answers, and names itself and the host', () => {
    const findings = answered(probe, nobody);
    expect(findings.map(({ level }) => level)).toContain('error');
    for (const finding of findings) expect(finding).toMatchObject({ check: id, host: 'wolfhound' });
  });

  it('fails where an answer is of another kind than the question', () => {
    expect(answered(probe, another)).not.toEqual([]);
  });
});
