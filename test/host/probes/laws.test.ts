import { describe, expect, it } from 'vitest';
import type { DerivedProbe } from '../../../src/core/derived-probe.ts';
import { probes } from '../../../src/host/probes/list.ts';
import type { Answer, Question } from '../../../src/host/probes/question.ts';
import { healthy } from '../fake-link.ts';
import { expected, judged, sceneOf, up } from './scene.ts';

/** A host that declares something of everything. */
const scene = sceneOf(
  {
    units: ['consul.service'],
    containers: ['web'],
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

const more = { records, derived };
const wanted = { ...expected, ...more };

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

describe.each(probes.map((probe) => [probe.id, probe] as const))('The probe %s', (id, probe) => {
  it('asks something of a host that declares everything, and passes where all is well', () => {
    expect(probe.asks(wanted, scene).length).toBeGreaterThan(0);
    expect(judged(probe, scene, good, more)).toEqual([]);
  });

  it('fails where nobody answers, and names itself and the host', () => {
    const asked = probe
      .asks(wanted, scene)
      .map((question) => ({ question, answer: { kind: 'none', detail: 'no route to host' } as const }));
    const findings = probe.judge(asked, wanted, scene);
    expect(findings.length).toBeGreaterThan(0);
    for (const finding of findings) expect(finding).toMatchObject({ check: id, host: 'wolfhound' });
    // What only tells is asked again by being patient.
    expect(findings.some(({ level }) => level === 'error')).toBe(probe.patient !== true);
  });

  it('fails where an answer is of another kind than the question', () => {
    const other = (question: Question): Answer =>
      question.kind === 'tcp' ? { kind: 'machines', names: [] } : { kind: 'tcp' };
    expect(judged(probe, scene, other, more)).not.toEqual([]);
  });

  it('asks and judges the same way twice, and changes nothing that it was given', () => {
    const before = JSON.stringify([expected, scene]);
    expect(probe.asks(wanted, scene)).toEqual(probe.asks(wanted, scene));
    expect(judged(probe, scene, good, more)).toEqual(judged(probe, scene, good, more));
    expect(JSON.stringify([expected, scene])).toBe(before);
  });

  it('does not fail a host that declares nothing', () => {
    expect(judged(probe, sceneOf(), good)).toEqual([]);
  });
});
