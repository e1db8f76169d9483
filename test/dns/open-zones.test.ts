import { expect, test } from 'vitest';
import { OpenZones } from '../../src/dns/open-zones.ts';

const soa = '@ 3600 IN SOA ns1 hostmaster 7 3600 600 86400 300';

test.each([
  ['a zone file', 'dns/example.org.zone', `${soa}\n$INCLUDE common.inc\n`],
  [
    'an indented string of a Nix file',
    'dns/ns.nix',
    `{ zones."example.org".data = ''\n    ${soa}\n    $INCLUDE common.inc\n  ''; }\n`,
  ],
  [
    'a string of a Nix file on one line',
    'dns/ns.nix',
    `{ zones."example.org".data = "${soa}\\n$INCLUDE common.inc\\n"; }\n`,
  ],
])('finds that %s takes in another file', (_, file, text) => {
  const texts = new Map([
    [file, text],
    ['dns/common.inc', 'mail 300 A 192.0.2.25\n'],
    ['dns/other.inc', 'mail 300 A 192.0.2.25\n'],
  ]);
  const zones = new OpenZones([{ zone: 'example.org', file }], texts);

  expect(zones.including(new Set(['dns/common.inc']))).toEqual(['example.org.']);
  expect(zones.including(new Set(['dns/other.inc']))).toEqual([]);
});
