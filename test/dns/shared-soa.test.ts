import { describe, expect, test } from 'vitest';
import { isRefusal } from '../../src/core/refusal.ts';
import { loadZoneTexts } from '../../src/dns/load-zone-texts.ts';
import { planDnsChange } from '../../src/dns/plan-change.ts';
import { mergeSerial } from '../../src/dns/serial-merge.ts';
import { openZone, zoneRecords } from '../../src/dns/zone.ts';
import { treeOf } from '../fakes/tree.ts';
import { changedLines } from './changed-lines.ts';

const now = Date.UTC(2026, 10, 22);
const common = `{
  TTL = 30;
  SOA = { nameServer = "ns1.lan."; adminEmail = "h@lan"; serial = 2026112201; };
  A = [ "10.9.9.9" ];
}
`;
const bare = '{ nameServer = "ns1.lan."; adminEmail = "h@lan"; serial = 2026112201; }\n';
const zone = (soa: string) => `{ dns }:
with dns.lib.combinators;
let common = import ./common.nix; in
{
  ${soa}
  subdomains = {
    www.A = [ "10.0.0.1" ];
  };
}
`;
const sources = ['a.lan', 'b.lan'].map((name) => ({ zone: name, file: `zones/${name}.nix` }));
const filesOf = (soa: string, shared = common) =>
  new Map([...sources.map(({ file }) => [file, zone(soa)] as const), ['zones/common.nix', shared]]);
const added = (name: string, files: ReadonlyMap<string, string>, baseFiles = files) =>
  planDnsChange(
    { zones: sources, files, baseFiles },
    [{ action: 'create', zone: name, owner: `new.${name}`, type: 'A', ttl: null, data: '10.0.0.9' }],
    now,
  );

describe('a SOA that several zones import', () => {
  test.each([
    ['inherited from a name', 'inherit (common) TTL SOA;', common],
    ['inherited from the import', 'inherit (import ./common.nix) SOA;', common],
    ['inherited from a call', 'inherit (import ./common.nix { inherit dns; }) SOA;', common],
    ['selected', 'SOA = common.SOA;', common],
    ['the whole file', 'SOA = import ./common.nix;', bare],
  ])('%s is raised where it stands, once, and the other zones are told', (_name, soa, shared) => {
    const files = filesOf(soa, shared);
    const planned = added('a.lan.', files);
    if (isRefusal(planned)) throw new Error(JSON.stringify(planned));
    expect(planned.edits.map(({ path }) => path).sort()).toEqual(['zones/a.lan.nix', 'zones/common.nix']);
    const after = planned.edits.find(({ path }) => path === 'zones/common.nix')?.after ?? '';
    expect(changedLines(shared, after).filter((line) => line.startsWith('+'))).toEqual([
      expect.stringContaining('serial = 2026112202;'),
    ]);
    expect(planned.serials).toMatchObject([{ zone: 'a.lan.', file: 'zones/common.nix', new: 2026112202 }]);
    expect(planned.findings.map(({ message }) => message)).toContain(
      'b.lan. has the same SOA, whose serial rises for all',
    );
    // The second zone of the same branch finds it raised.
    const branch = new Map(files);
    for (const { path, after: text } of planned.edits) if (text !== null) branch.set(path, text);
    expect(added('b.lan.', branch, files)).toMatchObject({ serials: [] });
  });

  test('brings nothing else of that file into the zone', () => {
    const opened = openZone(sources[0] ?? { zone: '', file: '' }, filesOf('inherit (common) TTL SOA;'));
    if (isRefusal(opened)) throw new Error(opened.code);
    expect([...zoneRecords(opened)].map(({ owner }) => owner)).toEqual(['www.a.lan.']);
  });

  test('is loaded with the zones', async () => {
    const texts = await loadZoneTexts(treeOf(Object.fromEntries(filesOf('inherit (common) SOA;'))), sources);
    expect([...texts.keys()]).toContain('zones/common.nix');
  });

  test('is left as it is where it is not written in the repository', () => {
    const files = filesOf('inherit (dns.shared) SOA;');
    expect(added('a.lan.', files)).toMatchObject({ serials: [], edits: [{ path: 'zones/a.lan.nix' }] });
  });

  test('is merged in its own file, where the branches changed different zones', () => {
    const side = (serial: number) => filesOf('inherit (common) SOA;', common.replace('2026112201', String(serial)));
    const sides = { base: side(2026112201), ours: side(2026112202), theirs: side(2026112202) };
    const merged = mergeSerial(sources[0] ?? { zone: '', file: '' }, 'zones/common.nix', sides, { now });
    expect(merged).toEqual({ serial: 2026112203, text: common.replace('2026112201', '2026112203') });
  });
});

test('the serial of a SOA in an included file is merged there', () => {
  const source = { zone: 'a.lan', file: 'a.zone' };
  const side = (serial: number) =>
    new Map([
      ['a.zone', '$TTL 300\n$INCLUDE soa.inc\n@ NS ns1\nns1 A 10.0.0.1\n'],
      ['soa.inc', `@ IN SOA ns1 h ( ${serial} 1 1 1 1 )\n`],
    ]);
  const sides = { base: side(7), ours: side(8), theirs: side(9) };
  expect(mergeSerial(source, 'soa.inc', sides, { now })).toEqual({
    serial: 10,
    text: '@ IN SOA ns1 h ( 10 1 1 1 1 )\n',
  });
});
