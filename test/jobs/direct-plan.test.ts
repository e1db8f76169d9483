import { expect, test } from 'vitest';
import { fleetConfigShape } from '../../src/config/fleet-config.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import type { Tree } from '../../src/core/tree.ts';
import { directPlan } from '../../src/jobs/direct-plan.ts';
import { readAsk } from '../../src/writer/direct/read-ask.ts';
import { treeOf } from '../fakes/tree.ts';
import { commit, fakeBot, repository } from './fake-bot.ts';

const soa = (serial: number) => `$TTL 300\n@ IN SOA ns1.z0.lan. h.z0.lan. ${serial} 1 1 1 1\n NS ns1.z0.lan.\n`;
const forward = Array.from({ length: 100 }, (_, at) => `z${at}.lan`);
const reverse = ['0.0.10.in-addr.arpa', '1.0.10.in-addr.arpa', '0/25.2.0.10.in-addr.arpa', '0.0.0.0.d.f.ip6.arpa'];
const files: Readonly<Record<string, string>> = Object.fromEntries([
  ...forward.map((zone, at) => [
    `dns/${zone}`,
    `${soa(2026112201)}ns1 A 10.0.0.1\nhost${at} A 10.0.1.${at}\nonly${at} AAAA fd00::${at}\n`,
  ]),
  ...reverse.map((zone) => [`dns/${zone.replace('/', '-')}`, `; ${zone}\n${soa(2026112201)}`]),
]);
const zones = Object.fromEntries(
  [...forward, ...reverse].map((zone) => [zone, { file: `dns/${zone.replace('/', '-')}` }]),
);
const config = fleetConfigShape.parse({ hosts: {}, zones });

async function opened(ask: string, changed: Readonly<Record<string, string>> = files) {
  const asks = readAsk(ask);
  if (isRefusal(asks)) throw new Error(asks.code);
  const all = treeOf(changed);
  const paths = new Map((await all.list()).map(({ blob, path }) => [blob, path]));
  const journal = new Set<string>();
  const tree: Tree = {
    list: () => all.list(),
    read: (blob) => {
      journal.add(paths.get(blob) ?? '');
      return all.read(blob);
    },
  };
  const { bot } = fakeBot({ commits: { [commit('a')]: changed }, head: commit('a') });
  const planned = await directPlan(bot, config, { repository, sha: commit('a'), tree, current: tree }, asks);
  return {
    journal: [...journal].sort(),
    edited: isRefusal(planned) ? planned.code : planned.edits.map(({ path }) => path).sort(),
  };
}

test.each([
  ['a text', 'Add TXT new.z7.lan "x"', ['dns/z7.lan'], ['dns/z7.lan']],
  ['an address, with its reverse zone', 'Add A new.z7.lan 10.0.1.200', ['dns/1.0.10.in-addr.arpa', 'dns/z7.lan']],
  ['an address of a part of a network', 'Add A new.z7.lan 10.0.2.9', ['dns/0-25.2.0.10.in-addr.arpa', 'dns/z7.lan']],
  ['an IPv6 address', 'Add AAAA new.z7.lan fd00::77', ['dns/0.0.0.0.d.f.ip6.arpa', 'dns/z7.lan']],
  [
    'an alias to a name of another zone',
    'Point new.z7.lan at ns1.z8.lan',
    ['dns/0.0.10.in-addr.arpa', 'dns/z7.lan', 'dns/z8.lan'],
    ['dns/0.0.10.in-addr.arpa', 'dns/z7.lan'],
  ],
])('%s opens only the zones that it needs', async (_name, ask, read, edited = read) => {
  expect(await opened(ask)).toEqual({ journal: read, edited });
});

test('a name without its zone is looked for in all of them', async () => {
  const { journal, edited } = await opened('Remove the A record host42');
  expect(journal.length).toBeGreaterThanOrEqual(forward.length);
  expect(edited).toContain('dns/z42.lan');
});

test('a file that several zones take in is looked for in all of them, and each gets its serial', async () => {
  const including = { ...files };
  for (const zone of ['z3.lan', 'z5.lan']) including[`dns/${zone}`] = `${soa(2026112201)}$INCLUDE shared.inc\n`;
  including['dns/shared.inc'] = 'ns1 A 10.0.0.1\nboth A 10.9.0.1\n';
  const { edited } = await opened('Remove the A record both.z3.lan', including);
  expect(edited).toEqual(expect.arrayContaining(['dns/shared.inc', 'dns/z3.lan', 'dns/z5.lan']));
});
