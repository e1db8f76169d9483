import { describe, expect, it } from 'vitest';
import { compiledRecords, proofProblem } from '../../src/dns/prove-change.ts';

const soa = (serial: number) => `a.test. 60 IN SOA ns.a.test. h.a.test. ${serial} 1 2 3 4\n`;
const compiled = (serial: number, ...lines: readonly string[]) =>
  compiledRecords('a.test.', soa(serial) + lines.map((line) => `${line}\n`).join(''));
const serial = { zone: 'a.test.', file: 'a.zone', line: 1, old: 1, new: 2, rule: 'counter: +1' };
const row = (action: 'create' | 'delete', type: string, data: string) => ({
  action,
  name: 'x.a.test.',
  type,
  before: action === 'delete' ? data : null,
  after: action === 'create' ? data : null,
  ttl: 60,
  zone: 'a.test.',
  file: 'a.zone',
  line: 2,
});

const spelled = 'x.a.test. 60 IN LOC 52 22 23.000 N 4 53 32.000 E -2.00m 1m 10000m 10m';
const asked = '52 22 23.000 N 4 53 32.000 E -2.00m';
const other = 'x.a.test. 60 IN LOC 1 0 0.000 N 1 0 0.000 E 1.00m 1m 10000m 10m';

describe('the proof of a change whose data a server spells in its own way', () => {
  it.each([
    ['a record that comes', compiled(1), compiled(2, spelled), [row('create', 'LOC', asked)], null],
    ['a record that goes', compiled(1, spelled), compiled(2), [row('delete', 'LOC', asked)], null],
    ['one of two that goes', compiled(1, spelled, other), compiled(2, other), [row('delete', 'LOC', asked)], null],
    ['one that does not come', compiled(1), compiled(2), [row('create', 'LOC', asked)], 'would be missing'],
    [
      'one that does not go',
      compiled(1, spelled),
      compiled(2, spelled),
      [row('delete', 'LOC', asked)],
      'would be there',
    ],
    [
      'two that go for one',
      compiled(1, spelled, other),
      compiled(2),
      [row('delete', 'LOC', asked)],
      'would be missing',
    ],
    [
      'an address that goes along',
      compiled(1, 'y.a.test. 60 IN A 192.0.2.1'),
      compiled(2, spelled),
      [row('create', 'LOC', asked)],
      'y.a.test. A 192.0.2.1 would be missing',
    ],
  ])('%s', (_name, before, after, rows, problem) => {
    const found = proofProblem(before, after, { kind: 'asked', rows, serial });
    expect(problem === null ? found : (found?.includes(problem) ?? found)).toBe(problem === null ? null : true);
  });
});
