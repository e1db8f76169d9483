import { describe, expect, test } from 'vitest';
import type { KnownServers } from '../../src/dns/serial-evidence.ts';
import { callTool, deskOver } from '../fakes/desk.ts';

const zone = '$TTL 300\n@ IN SOA ns1 h 25050404 1 1 1 1\n@ NS ns1\nns1 A 10.0.0.1\n';
const add = { changes: [{ action: 'add', name: 'new.fleet.lan', type: 'A', data: 'blackjack' }] };

const answerWith = async (known: KnownServers['serials']) => {
  const desk = deskOver(
    { 'z.zone': zone },
    {
      zones: [{ zone: 'fleet.lan', file: 'z.zone' }],
      hosts: new Map([['blackjack', '10.0.20.13']]),
      knownServers: async () => ({ serials: known, programs: [] }),
    },
  );
  return (await callTool(desk, 'dns', add)).text;
};

describe('the model’s dns tool', () => {
  test('finds hosts by their names, and counts a serial on as its file has counted', async () => {
    const history = [
      { serial: 25050403, at: Date.parse('2026-01-01') / 1000 },
      { serial: 25050404, at: Date.parse('2026-02-01') / 1000 },
    ];
    const said = await answerWith(new Map([['fleet.lan.', { evidence: { history } }]]));
    expect(said).toContain('create new.fleet.lan. A 10.0.20.13');
    expect(said).toContain('25050404 -> 25050405 (counter: +1, as the file has counted so far)');
  });

  test('leaves a serial alone that a server makes, and says so', async () => {
    const setting = { by: 'server', level: 'note', why: 'Knot counts it by itself' } as const;
    const said = await answerWith(new Map([['fleet.lan.', { setting }]]));
    expect(said).toContain('is left as it is: Knot counts it by itself');
    expect(said).not.toContain('serial 25050404');
  });

  test('raises it under BIND that signs in line, and says why', async () => {
    const setting = { by: 'file', level: 'note', why: 'BIND signs in line' } as const;
    const said = await answerWith(new Map([['fleet.lan.', { setting }]]));
    expect(said).toMatch(/serial 25050404 -> \d+/);
    expect(said).toContain('BIND signs in line');
  });
});
