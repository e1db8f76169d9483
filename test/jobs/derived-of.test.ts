import { describe, expect, test } from 'vitest';
import { derivedName } from '../../src/core/derived-probe.ts';
import { beginRollout } from '../../src/jobs/begin-rollout.ts';
import { parseRollout, placeOf } from '../../src/rollout/rollout.ts';
import { commit, fakeBot, type Played, repository } from './fake-bot.ts';

const keyOf = (letter: string) => `SHA256:${letter.repeat(43)}`;
const config = (probes = '') =>
  `hosts:\n  one: { address: one, host_key: "${keyOf('A')}"${probes} }\n  two: { address: two, host_key: "${keyOf('B')}" }\n`;
const machine = (name: string) => `${name} = nixpkgs.lib.nixosSystem { modules = [ ./hosts/${name}.nix ]; };`;
const flake = `{ outputs = { nixpkgs, ... }: { nixosConfigurations = { ${machine('one')} ${machine('two')} }; }; }`;
const files = (one: string, probes = '') => ({
  '.github/fleetwright.yml': config(probes),
  'flake.nix': flake,
  'hosts/one.nix': one,
  'hosts/two.nix': '{ }',
});
const [base, head, merged] = [commit('a'), commit('b'), commit('d')];
const merge = { kind: 'merge', repository, id: 'm1-dddd', by: 'ann', pullRequest: 1, sha: merged, head, base } as const;
const grafana = '{ services.grafana.enable = true; }';

async function asked(probes = '', more: Partial<Played> = {}): Promise<readonly string[]> {
  const commits = { [base]: files('{ }', probes), [head]: files(grafana, probes), [merged]: files(grafana, probes) };
  const { bot } = fakeBot({ commits, head: merged, mergeBase: base, ...more });
  await beginRollout(bot, merge);
  const [rollout] = await bot.rollouts.running();
  const place = rollout === undefined ? null : placeOf(rollout, 'one' as never);
  // What is read back is what was written.
  expect(parseRollout(structuredClone(rollout))).toEqual(rollout);
  return place?.derived.map(derivedName) ?? ['not begun'];
}

describe('What a merge suggests to ask', () => {
  test('is kept with its rollout', async () => expect(await asked()).toEqual(['grafana.service']));

  test.each([
    ['where its owner wants none', ', probes: { derived: false }', {}],
    ['where its owner wants it not', ', probes: { without: [grafana.service] }', {}],
    ['where the repository cannot be read as a whole', '', { withoutCopy: true }],
  ])('is nothing %s, and the rollout begins', async (_, probes, more) => expect(await asked(probes, more)).toEqual([]));

  test('is nothing in a record from before there was such a thing', async () => {
    const commits = { [base]: files('{ }'), [head]: files(grafana), [merged]: files(grafana) };
    const { bot } = fakeBot({ commits, head: merged, mergeBase: base });
    await beginRollout(bot, merge);
    const [rollout] = await bot.rollouts.running();
    const old = JSON.parse(JSON.stringify(rollout)) as { hosts: Record<string, Record<string, unknown>> };
    for (const place of Object.values(old.hosts)) delete place['derived'];
    expect(Object.values(parseRollout(old).hosts).map(({ derived }) => derived)).toEqual([[]]);
  });
});
