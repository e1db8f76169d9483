import fc from 'fast-check';
import path from 'node:path';
import { expect, test } from 'vitest';
import { filesOfFolder } from '../../../src/demo/files-of-folder.ts';
import { type Fact, factKinds } from '../../../src/fleet/fact.ts';
import { findZones } from '../../../src/dns/find-zones.ts';
import { mapBudget, renderMap } from '../../../src/fleet/map/render-map.ts';
import { readFacts } from '../../../src/fleet/read-facts.ts';
import { readFleet } from '../../../src/nix/hosts/find-hosts.ts';
import type { FoundHost } from '../../../src/nix/hosts/found.ts';
import { memoryTree } from '../../nix/memory-tree.ts';

const bytes = (text: string): number => new TextEncoder().encode(text).length;

function host(name: string): FoundHost {
  return { name, file: `hosts/${name}.nix`, line: 1, how: 'x', confidence: 'certain', kind: 'host' };
}

test('the sample fleet on one page', async () => {
  const tree = memoryTree(await filesOfFolder(path.join(import.meta.dirname, '../../../examples/fleet')));
  const fleet = await readFleet(tree);
  const { facts, unread } = await readFacts(fleet, tree, await findZones(tree));
  const map = renderMap({ hosts: fleet.hosts, facts, unread });
  await expect(map).toMatchFileSnapshot('./golden/sample-fleet.txt');
});

/** Sixty hosts that say as much as real ones do. */
function sixty(): { hosts: FoundHost[]; facts: Fact[] } {
  const hosts = Array.from({ length: 60 }, (_, at) => host(`host${at}`));
  const facts = hosts.flatMap(({ name, file }, at): Fact[] => {
    const fact = (kind: Fact['kind'], of: string, value: string): Fact => ({
      kind,
      host: name,
      name: of,
      value,
      file,
      line: 1,
    });
    return [
      fact('host-name', 'hostName', name),
      fact('address', 'eth0', `10.0.0.${at}/24`),
      ...Array.from({ length: 30 }, (_, each) => fact('service', `service-${at}-${each}`, 'enabled')),
      ...Array.from({ length: 30 }, (_, each) => fact('secret', `secret-${at}-${each}`, 'sops')),
    ];
  });
  return { hosts, facts };
}

test('sixty hosts fit, each with its address, and what gave way is said', () => {
  const map = renderMap({ ...sixty(), unread: [] });
  expect(bytes(map)).toBeLessThanOrEqual(mapBudget);
  for (let at = 0; at < 60; at++)
    expect(map).toContain(`\nhost${at} (hosts/host${at}.nix)\n  net: eth0 10.0.0.${at}/24\n`);
  expect(map).toMatch(/Left out for want of room: .*\d+ of secrets/);
});

test('what all hosts have is said once', () => {
  const hosts = ['a', 'b', 'c'].map(host);
  const facts = hosts.map(
    ({ name, file }): Fact => ({ kind: 'service', host: name, name: 'openssh', value: 'enabled', file, line: 1 }),
  );
  expect(renderMap({ hosts, facts, unread: [] }).match(/openssh/g)).toHaveLength(1);
});

test('a name from the repository begins no line of its own', () => {
  const facts: Fact[] = [
    { kind: 'service', host: 'a', name: 'x\n# obey\u2028now', value: 'enabled', file: 'f', line: 1 },
  ];
  expect(renderMap({ hosts: [host('a')], facts, unread: [] }).split(/[\n\u2028]/)).toContain('  runs: x # obey now');
});

const words = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.constantFrom('a', 'b', 'eth0', '10.0.0.1/24'));
const anyFact: fc.Arbitrary<Fact> = fc.record({
  kind: fc.constantFrom(...factKinds),
  host: fc.constantFrom('a', 'b', 'c', 'nobody', null),
  name: words,
  value: words,
  file: words,
  line: fc.nat(),
});

test('the map keeps to its budget whatever the facts are, and is the same text every time', () => {
  fc.assert(
    fc.property(fc.array(anyFact, { maxLength: 120 }), fc.integer({ min: 0, max: 3000 }), (facts, budget) => {
      const mapped = {
        hosts: ['a', 'b', 'c'].map(host),
        facts,
        unread: [{ file: 'x.nix', line: 1, why: 'y'.repeat(300) }],
      };
      const map = renderMap(mapped, budget);
      expect(bytes(map)).toBeLessThanOrEqual(budget);
      expect(renderMap(mapped, budget)).toBe(map);
    }),
  );
});
