import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Tree } from '../../src/core/tree.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { planDnsChange } from '../../src/dns/plan-change.ts';
import { loadZoneTexts } from '../../src/dns/load-zone-texts.ts';
import { reverseSources, zoneFor } from '../../src/dns/zones-for.ts';
import { openPlaces } from '../../src/cli/dns-places.ts';

const names = Array.from({ length: 100 }, (_, at) => `z${at}.example.`);
const forward = names.map((zone) => ({ zone, file: `${zone}zone` }));
const reverse = Array.from({ length: 100 }, (_, at) => ({ zone: `${at}.0.10.in-addr.arpa.`, file: `10.0.${at}.rev` }));
const sources = [...forward, ...reverse];

/** A repository that writes down which of its files were read. */
function counted(): { readonly tree: Tree; readonly read: string[] } {
  const read: string[] = [];
  const text = ({ zone }: { zone: string }) =>
    `$TTL 300\n@ IN SOA ns.${zone} h.${zone} 1 2 3 4 5\n@ IN NS ns.example.net.\nwww IN A 10.0.7.1\n`;
  return {
    read,
    tree: {
      list: async () => sources.map(({ file }) => ({ path: file, mode: 'file', blob: file })),
      read: async (blob) => {
        read.push(blob);
        return new TextEncoder().encode(text(sources.find(({ file }) => file === blob) ?? { zone: '' }));
      },
    },
  };
}

describe('one record of a repository of two hundred zones', () => {
  test('opens its own zone and the reverse zone that holds the address, and no other', async () => {
    const { tree, read } = counted();
    const zone = zoneFor(sources, 'db.z42.example', null);
    const wanted = isRefusal(zone) ? [] : [zone, ...reverseSources(sources, ['10.0.9.5'])];
    const files = await loadZoneTexts(tree, wanted);
    const change = {
      action: 'create',
      zone: 'z42.example.',
      owner: 'db.z42.example.',
      type: 'A',
      ttl: null,
      data: '10.0.9.5',
    } as const;
    const plan = planDnsChange({ zones: wanted, files }, [change], 0);
    expect(read).toEqual(['z42.example.zone', '10.0.9.rev']);
    expect(isRefusal(plan) ? plan.code : plan.rows.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'db.z42.example. A',
      '5.9.0.10.in-addr.arpa. PTR',
    ]);
  });
});

describe('a file that is named', () => {
  test('brings in what it includes from beside it, and needs no configuration', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'fleetwright-places-'));
    const file = path.join(folder, 'example.org.zone');
    writeFileSync(file, '@ IN SOA ns h 1 2 3 4 5\n$INCLUDE hosts.inc\n$INCLUDE gone.inc\n');
    writeFileSync(path.join(folder, 'hosts.inc'), 'www IN A 192.0.2.1\n');
    const places = await openPlaces({ file });
    const texts = isRefusal(places) ? new Map<string, string>() : await places.texts(places.sources);
    rmSync(folder, { recursive: true });
    expect([...texts.keys()].map((one) => path.basename(one))).toEqual(['example.org.zone', 'hosts.inc']);
  });
});
