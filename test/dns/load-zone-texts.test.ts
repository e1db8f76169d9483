import { describe, expect, test } from 'vitest';
import { loadZoneTexts } from '../../src/dns/load-zone-texts.ts';
import { openZone, zoneRecords } from '../../src/dns/zone.ts';
import { treeOf } from '../fakes/tree.ts';

const soa = '@ 300 IN SOA ns1 host 1 2 3 4 5\n@ 300 IN NS ns1\n';
const source = { zone: 'fleet.lan', file: 'dns/fleet.lan.zone' };

async function opened(files: Readonly<Record<string, string | Uint8Array>>) {
  const texts = await loadZoneTexts(treeOf(files), [source]);
  const zone = openZone(source, texts);
  if (!('documents' in zone)) throw new Error(zone.code);
  return {
    loaded: [...texts.keys()].sort(),
    owners: [...new Set([...zoneRecords(zone)].map(({ owner }) => owner))],
    missing: zone.missing.map(({ included }) => included),
  };
}

describe('the files of a zone', () => {
  test('are loaded through includes of includes, and nothing else is', async () => {
    const zone = await opened({
      'dns/fleet.lan.zone': `${soa}$INCLUDE hosts/all.inc\n`,
      'dns/hosts/all.inc': 'a 300 IN A 10.0.0.1\n$INCLUDE more.inc sub\n',
      'dns/hosts/more.inc': 'b 300 IN A 10.0.0.2\n',
      'dns/other.zone': soa,
    });
    expect(zone.loaded).toEqual(['dns/fleet.lan.zone', 'dns/hosts/all.inc', 'dns/hosts/more.inc']);
    expect(zone.owners).toEqual(['fleet.lan.', 'a.fleet.lan.', 'b.sub.fleet.lan.']);
  });

  test('that include each other are read once', async () => {
    const zone = await opened({
      'dns/fleet.lan.zone': `${soa}$INCLUDE a.inc\n`,
      'dns/a.inc': 'a 300 IN A 10.0.0.1\n$INCLUDE a.inc\n$INCLUDE fleet.lan.zone\n',
    });
    expect(zone.owners).toEqual(['fleet.lan.', 'a.fleet.lan.']);
  });

  test('are found by the server’s own path where only one file of the repository can be meant', async () => {
    const files = {
      'dns/fleet.lan.zone': `${soa}$INCLUDE /etc/nsd/common/hosts.inc\n`,
      'x/common/hosts.inc': 'a 1 A 10.0.0.1\n',
    };
    expect((await opened(files)).owners).toContain('a.fleet.lan.');
    expect((await opened({ ...files, 'y/common/hosts.inc': 'b 1 A 10.0.0.2\n' })).missing).toEqual([
      '/etc/nsd/common/hosts.inc',
    ]);
  });

  test.each([
    ['outside of the repository', {}],
    ['a symlink', { 'symlink:dns/secret.inc': '/etc/passwd' }],
    ['not text', { 'dns/secret.inc': new Uint8Array([0xff, 0xfe, 0xfd]) }],
  ])('that are %s are missing', async (_name, more) => {
    const zone = await opened({ 'dns/fleet.lan.zone': `${soa}$INCLUDE ../../../secret.inc\n`, ...more });
    expect(zone.missing).toEqual(['../../../secret.inc']);
  });
});
