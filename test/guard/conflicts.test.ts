import { describe, expect, test } from 'vitest';
import { conflicts } from '../../src/guard/conflicts.ts';
import { type Diff, diffWithoutZones } from '../../src/guard/guard.ts';
import { factsFrom } from '../fleet/conflicts/facts.ts';

const diff = (before: string, after: string): Diff => ({
  ...diffWithoutZones([]),
  facts: { before: factsFrom(before), after: factsFrom(after) },
});
const griffin = 'address griffin lan = 10.0.20.11/24 @ griffin.nix:3';
const kestrel = 'address kestrel lan = 10.0.20.15/24 @ kestrel.nix:3';
const anubis = (address: string, line = 3) => `address anubis lan = ${address}/24 @ anubis.nix:${line}`;
const fleet = (...hosts: readonly string[]) => [griffin, kestrel, ...hosts].join('\n');

describe('a diff that makes the repository contradict itself', () => {
  test('is told so, signed by the guard, with both places', () => {
    expect(conflicts.judge(diff(fleet(anubis('10.0.20.14')), fleet(anubis('10.0.20.11'))))).toEqual([
      {
        check: 'conflicts',
        level: 'error',
        host: 'griffin',
        file: 'griffin.nix',
        line: 3,
        message: '10.0.20.11 is on anubis (lan, anubis.nix:3) and griffin (lan, griffin.nix:3)',
      },
    ]);
  });
  test.each([
    ['the contradiction was there before', fleet(anubis('10.0.20.11')), fleet(anubis('10.0.20.11'))],
    ['it was there in another line', fleet(anubis('10.0.20.11')), fleet(anubis('10.0.20.11', 40))],
    ['it goes', fleet(anubis('10.0.20.11')), fleet(anubis('10.0.20.14'))],
    ['there is none', fleet(), fleet(anubis('10.0.20.14'))],
  ])('is told nothing where %s', (_name, before, after) => {
    expect(conflicts.judge(diff(before, after))).toEqual([]);
  });
  test.each([[null], [undefined]])(
    'is told nothing where the repository could not be read as a whole (%s)',
    (facts) => {
      expect(conflicts.judge({ ...diffWithoutZones([]), ...(facts === undefined ? {} : { facts }) })).toEqual([]);
    },
  );
});
