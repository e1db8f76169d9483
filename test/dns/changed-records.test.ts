import { describe, expect, it } from 'vitest';
import { changedRecords } from '../../src/dns/changed-records.ts';

const source = { zone: 'fleet.lan', file: 'z' };
const soa = (serial: string): string => `$TTL 60\n@ SOA ns1 h ${serial} 2 3 4 5\n@ NS ns1\nns1 A 10.0.0.1\n`;
const changed = (before: string | null, after: string | null): readonly string[] => {
  const files = (text: string | null): ReadonlyMap<string, string> =>
    text === null ? new Map() : new Map([['z', text]]);
  return changedRecords(source, files(before), files(after)).map(
    (set) => `${set.serial} ${set.name} ${set.type} [${set.data.join(', ')}]`,
  );
};

describe('what a zone’s servers must answer after a change', () => {
  it.each<readonly [string, string | null, string | null, readonly string[]]>([
    ['a new record', soa('7'), `${soa('8')}a A 10.0.0.2\n`, ['8 a.fleet.lan. A [10.0.0.2]']],
    ['a removed record', `${soa('7')}a A 10.0.0.2\n`, soa('8'), ['8 a.fleet.lan. A []']],
    [
      'one more in a set: all of the set',
      `${soa('7')}a A 10.0.0.3\n`,
      `${soa('8')}a A 10.0.0.3\na A 10.0.0.2\n`,
      ['8 a.fleet.lan. A [10.0.0.2, 10.0.0.3]'],
    ],
    [
      'another type',
      `${soa('7')}a A 10.0.0.3\n`,
      `${soa('8')}a CNAME ns1\n`,
      ['8 a.fleet.lan. CNAME [ns1.fleet.lan.]', '8 a.fleet.lan. A []'],
    ],
    [
      'the same records in another order and spelling',
      `${soa('7')}a A 10.0.0.3\nb A 10.0.0.4\n`,
      `${soa('7')}B A 10.0.0.4\n\n; x\na.fleet.lan. IN A 10.0.0.3\n`,
      [],
    ],
    ['only the serial', soa('7'), soa('8'), []],
    ['a serial that a server makes', soa('0'), `${soa('0')}a A 10.0.0.2\n`, ['null a.fleet.lan. A [10.0.0.2]']],
    ['a zone that is gone', soa('7'), null, []],
    ['a new zone', null, soa('7'), ['7 fleet.lan. NS [ns1.fleet.lan.]', '7 ns1.fleet.lan. A [10.0.0.1]']],
  ])('%s', (_name, before, after, expected) => expect(changed(before, after)).toEqual(expected));
});
