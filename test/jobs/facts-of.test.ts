import { describe, expect, test } from 'vitest';
import { fleetConfigShape } from '../../src/config/fleet-config.ts';
import { treeOf } from '../fakes/tree.ts';
import { judge } from '../../src/guard/list.ts';
import { diffOf } from '../../src/jobs/diff-of.ts';
import { type ChangedFacts, factsOf } from '../../src/jobs/facts-of.ts';
import { commit, fakeBot, type Played, repository } from './fake-bot.ts';

const config = fleetConfigShape.parse({ hosts: {} });
const names = ['griffin', 'anubis', 'kestrel'];
const host = (address: string) =>
  `{ networking.interfaces.lan.ipv4.addresses = [ { address = "${address}"; prefixLength = 24; } ]; }`;
const machines = names.map((name) => `${name} = nixpkgs.lib.nixosSystem { modules = [ ./${name}.nix ]; };`).join(' ');
const files = (anubis: string): Readonly<Record<string, string>> => ({
  'flake.nix': `{ outputs = { nixpkgs, ... }: { nixosConfigurations = { ${machines} }; }; }`,
  'griffin.nix': host('10.0.20.11'),
  'anubis.nix': host(anubis),
  'kestrel.nix': host('10.0.20.15'),
});
const [base, head] = [commit('a'), commit('b')];
const good = files('10.0.20.14');
const bad = files('10.0.20.11');
const message = '10.0.20.11 is on anubis (lan, anubis.nix:1) and griffin (lan, griffin.nix:1)';

async function conflictsIn(changed: ChangedFacts, played: Partial<Played> = {}) {
  const { bot } = fakeBot({ commits: { [base]: good, [head]: bad }, head: null, ...played });
  const facts = await factsOf(bot, repository, config, changed);
  const [before, after] = [treeOf(good), treeOf(bad)];
  return judge(await diffOf(config, { before, after, current: before }, 0, facts)).map((finding) => [
    finding.check,
    finding.level,
    finding.message,
  ]);
}

describe('what contradicts itself since a change', () => {
  test('is seen between two commits, in the worker’s own copy', async () => {
    expect(await conflictsIn({ base, head })).toEqual([['conflicts', 'error', message]]);
  });
  test('is seen in edits that no commit holds yet, which is what a model is told before it may submit', async () => {
    const edit = { path: 'anubis.nix', before: good['anubis.nix'] ?? '', after: bad['anubis.nix'] ?? '' };
    expect(await conflictsIn({ base, head: [edit] })).toEqual([['conflicts', 'error', message]]);
    expect(await conflictsIn({ base, head: [] })).toEqual([]);
  });
  test('is not guessed where the worker has no copy', async () => {
    expect(await conflictsIn({ base, head }, { withoutCopy: true })).toEqual([]);
  });
  test('is nothing where the commits agree', async () => {
    expect(await conflictsIn({ base, head: base })).toEqual([]);
  });
});
