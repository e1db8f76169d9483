import { expect, test } from 'vitest';
import { runProbes } from '../../../src/host/probes/run-probes.ts';
import type { Answer, NetworkQuestion } from '../../../src/host/probes/question.ts';
import { steadyLink } from '../../../src/host/steady-link.ts';
import { fakeClock, fakeLinks, lookText } from '../fake-link.ts';
import { expected, sceneOf } from './scene.ts';

const scene = sceneOf({}, { 'fleet.lan': { file: 'z', servers: ['wolfhound'] } });
const others = [{ name: 'ns3.example.net', address: '192.0.2.9', port: 53 }];
const records = [{ zone: 'fleet.lan.', serial: 8, name: 'new.fleet.lan.', type: 'A', data: ['10.0.0.9'], others }];
const soa = (serial: number): Answer => ({
  kind: 'dns',
  rcode: 'NOERROR',
  records: [{ name: 'fleet.lan.', type: 'SOA', data: `ns. h. ${serial} 1 1 1 1` }],
});
const address: Answer = {
  kind: 'dns',
  rcode: 'NOERROR',
  records: [{ name: 'new.fleet.lan.', type: 'A', data: '10.0.0.9' }],
};

/** What a deploy is told, and how many seconds it waited for it. */
async function told(other: (round: number) => Answer) {
  const clock = fakeClock();
  const began = clock.now();
  const links = fakeLinks({ answer: ({ kind }) => (kind === 'look' ? lookText() : 'none No route to host\n') });
  const open = (host: string) =>
    steadyLink(links, { host, address: '10.0.20.11', port: 22, user: 'fleetwright', hostKey: '' }, clock);
  const rounds = new Map<string, number>();
  const ask = async (question: NetworkQuestion): Promise<Answer> => {
    if (question.kind !== 'dns') return { kind: 'none', detail: 'not asked here' };
    const key = JSON.stringify(question);
    const round = (rounds.get(key) ?? 0) + 1;
    rounds.set(key, round);
    if (question.server.address === '192.0.2.9' && question.type === 'SOA') return other(round);
    return question.type === 'SOA' ? soa(8) : address;
  };
  const dns = { query: () => new Uint8Array(12), answer: () => null };
  const patience = { end: clock.now() + 600_000 };
  const asking = { link: open('wolfhound'), openOther: open, asker: { dns, ask }, clock, patience };
  const { findings } = await runProbes({ ...expected, records }, scene, asking);
  return { said: findings.map(({ level, message }) => `${level}: ${message}`), waited: (clock.now() - began) / 1000 };
}

test('a server that lags behind is waited for, and then nothing is wrong', async () => {
  const { said } = await told((round) => soa(round < 4 ? 7 : 8));
  expect(said).toEqual(['note: fleet.lan. is served at 8 or newer by 10.0.20.11, ns3.example.net (192.0.2.9)']);
});

test('a server that never follows is told once the time is over, and the deploy stands', async () => {
  const { said, waited } = await told(() => soa(7));
  expect(said).toEqual([
    'warning: ns3.example.net (192.0.2.9) serves fleet.lan. at 7, not yet at 8',
    'note: fleet.lan. is served at 8 or newer by 10.0.20.11',
  ]);
  expect(waited).toBeGreaterThan(scene.fleet.deploy.probe_seconds - 2);
});

test('a server that nobody reaches is not waited for', async () => {
  const { said, waited } = await told(() => ({ kind: 'none', detail: 'no answer' }));
  expect(said.filter((line) => line.startsWith('error'))).toEqual([]);
  expect(said.join('\n')).toContain('ns3.example.net (192.0.2.9) does not answer for fleet.lan. SOA: no answer');
  expect(waited).toBeLessThan(scene.fleet.deploy.probe_seconds);
});
