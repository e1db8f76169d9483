import { describe, expect, test } from 'vitest';
import type { Evaluation } from '../../src/fleet/evaluation.ts';
import { beginRollout } from '../../src/jobs/begin-rollout.ts';
import { commit, fakeBot, repository } from './fake-bot.ts';

const keyOf = (letter: string) => `SHA256:${letter.repeat(43)}`;
const config = (more = '') =>
  `hosts:\n  one: { address: one, host_key: "${keyOf('A')}" }\n  two: { address: two, host_key: "${keyOf('B')}" }\n${more}`;
const files = (one: string, two: string, more = '') => ({
  '.github/fleetwright.yml': config(more),
  'hosts/one.nix': one,
  'hosts/two.nix': two,
});
const [base, head, tip, merged] = [commit('a'), commit('b'), commit('c'), commit('d')];
const merge = { kind: 'merge', repository, id: 'm1-dddd', by: 'ann', pullRequest: 1, sha: merged, head, base } as const;

describe('a merge', () => {
  test('reaches the hosts of its own pull request only, however far main moved on since', async () => {
    const commits = {
      [base]: files('1', '2'),
      [head]: files('1 changed', '2'),
      [tip]: files('1', '2 changed by others'),
      [merged]: files('1 changed', '2 changed by others'),
    };
    const { bot, queued } = fakeBot({ commits, head: merged, mergeBase: base });
    await beginRollout(bot, merge);
    expect(queued.map(({ payload }) => payload)).toEqual([{ rollout: 'm1-dddd', host: 'one' }]);
  });

  test('brings the hosts whose system differs, where the operator has Nix asked', async () => {
    const machine = (name: string) =>
      `${name} = nixpkgs.lib.nixosSystem { modules = [ ./hosts/${name}.nix ./all.nix ]; };`;
    const fleet = (all: string) => ({
      ...files('{ }', '{ }'),
      'flake.nix': `{ outputs = { nixpkgs, ... }: { nixosConfigurations = { ${machine('one')} ${machine('two')} }; }; }`,
      'all.nix': all,
    });
    const commits = { [tip]: fleet('{ a = 1; }'), [merged]: fleet('{ a = 2; }') };
    const played = { commits: { ...commits, [base]: commits[tip] ?? {}, [head]: commits[merged] ?? {} }, head: merged };
    const evaluation: Evaluation = {
      systems: async ({ treeId }, names) =>
        new Map(names.map((name) => [name, { kind: 'system', drvPath: '', digest: name === 'two' ? treeId : '' }])),
      names: async () => [],
    };
    const { bot, queued } = fakeBot({ ...played, mergeBase: base, parents: { [merged]: tip }, evaluation });
    await beginRollout(bot, merge);
    expect(queued.map(({ payload }) => payload)).toEqual([{ rollout: 'm1-dddd', host: 'two' }]);
  });

  test('that is begun again begins nothing new', async () => {
    const commits = { [base]: files('1', '2'), [head]: files('1!', '2'), [merged]: files('1!', '2') };
    const { bot, queued } = fakeBot({ commits, head: merged, mergeBase: base });
    await beginRollout(bot, merge);
    await beginRollout(bot, merge);
    expect(new Set(queued.map(({ id }) => id)).size).toBe(1);
    expect(await bot.rollouts.running()).toHaveLength(1);
  });

  test.each([
    ['does nothing where the config says so', files('1!', '2', 'deploy: { on_merge: false }'), []],
    ['does nothing where no host is changed', files('1', '2'), ['nothing-to-deploy']],
  ])('%s', async (_, after, steps) => {
    const { bot, queued, posted, told } = fakeBot({
      commits: { [base]: files('1', '2'), [head]: after, [merged]: after },
      head: merged,
      mergeBase: base,
    });
    await beginRollout(bot, merge);
    expect({ queued, posted }).toEqual({ queued: [], posted: [] });
    expect(told).toEqual(steps);
  });

  test.each([
    ['config-missing', {}],
    ['config-invalid', { '.github/fleetwright.yml': 'hosts: 7\n' }],
  ])('is refused once with %s where the default branch has no usable config', async (code, tree) => {
    const { bot, queued, posted } = fakeBot({ commits: { [merged]: tree }, head: merged, mergeBase: base });
    await beginRollout(bot, merge);
    expect(queued).toEqual([]);
    expect(posted).toHaveLength(1);
    expect(posted[0]?.posting).toMatchObject({ kind: 'comment', issue: 1, body: expect.stringContaining(code) });
  });
});
