import { describe, expect, test } from 'vitest';
import { fleetConfigShape } from '../../src/config/fleet-config.ts';
import type { Evaluated, Evaluation } from '../../src/fleet/evaluation.ts';
import { affectedOf } from '../../src/jobs/affected-of.ts';
import { commit, fakeBot, type Played, repository } from './fake-bot.ts';

const key = { address: '192.0.2.1', host_key: 'SHA256:x' };
const config = fleetConfigShape.parse({ hosts: { web: key, db: key } });
const machine = (name: string) => `${name} = nixpkgs.lib.nixosSystem { modules = [ ./${name}.nix ]; };`;
const fleet = (more: Readonly<Record<string, string>> = {}) => ({
  'flake.nix': `{ outputs = { nixpkgs, ... }: { nixosConfigurations = { ${machine('web')} ${machine('db')} }; }; }`,
  'web.nix': '{ imports = [ ./nginx.nix ]; }',
  'db.nix': '{ }',
  'nginx.nix': '{ }',
  ...more,
});
const [base, head, tip, merged] = [commit('a'), commit('b'), commit('c'), commit('d')];
const nginx = '{ services.nginx.enable = true; }';

async function hostsOf(played: Omit<Played, 'head'>, changed: readonly string[], isMerge = false) {
  const { bot } = fakeBot({ head: null, ...played });
  const found = await affectedOf(
    bot,
    repository,
    config,
    { base, head, merged: isMerge ? merged : null, pullRequest: 1 },
    changed,
  );
  return { method: found.method, hosts: [...found.hosts.keys()].sort() };
}

describe('which hosts a change reaches', () => {
  test('is read in the worker’s own copy, and the forge is asked for no file', async () => {
    const { bot } = fakeBot({ commits: { [base]: fleet(), [head]: fleet({ 'nginx.nix': nginx }) }, head: null });
    const silent = { ...bot, forge: { ...bot.forge, tree: () => Promise.reject(new Error('asked')) as never } };
    const { hosts } = await affectedOf(silent, repository, config, { base, head, merged: null, pullRequest: 1 }, [
      'nginx.nix',
    ]);
    expect([...hosts.keys()]).toEqual(['web']);
  });

  test('is told by paths where there is no such copy', async () => {
    const commits = { [base]: fleet(), [head]: fleet({ 'nginx.nix': nginx }) };
    expect(await hostsOf({ commits, withoutCopy: true }, ['nginx.nix'])).toEqual({
      method: 'paths',
      hosts: ['db', 'web'],
    });
  });
});

describe('which hosts a merge reaches', () => {
  const usedByDb = fleet({ 'db.nix': '{ imports = [ ./nginx.nix ]; }' });
  const commits = {
    [base]: fleet(),
    [head]: fleet({ 'nginx.nix': nginx }),
    [tip]: usedByDb,
    [merged]: { ...usedByDb, 'nginx.nix': nginx },
  };

  test.each([
    ['as a merge or a squash', { [merged]: tip }],
    ['as several commits', { [merged]: head }],
    ['as something that git does not tell', {}],
  ])('holds who began to use the changed file meanwhile: %s', async (_, parents) => {
    expect(await hostsOf({ commits, parents }, ['nginx.nix'], true)).toEqual({
      method: 'imports',
      hosts: ['db', 'web'],
    });
  });

  test('holds no machine that others added meanwhile', async () => {
    const both = fleet()['flake.nix'];
    const before = fleet({ 'flake.nix': both.replace(machine('db'), '') });
    const lone = {
      [base]: before,
      [head]: { ...before, 'nginx.nix': nginx },
      [tip]: fleet(),
      [merged]: fleet({ 'nginx.nix': nginx }),
    };
    const parents = { [merged]: tip };
    expect(await hostsOf({ commits: lone, parents }, ['nginx.nix'], true)).toEqual({
      method: 'imports',
      hosts: ['web'],
    });
  });
});

describe('where the operator has Nix asked', () => {
  const shared = { 'web.nix': '{ imports = [ ./nginx.nix ]; }', 'db.nix': '{ imports = [ ./nginx.nix ]; }' };
  const commits = { [base]: fleet(shared), [head]: fleet({ ...shared, 'nginx.nix': nginx }) };

  /** Nix with a journal: `web` changes with every tree, `db` never. */
  function nix(systems: Readonly<Record<string, (tree: string) => Evaluated>> = {}) {
    const asked: string[] = [];
    const all = {
      web: (tree: string): Evaluated => ({ kind: 'system', drvPath: `/nix/store/web-${tree}.drv`, digest: tree }),
      db: (): Evaluated => ({ kind: 'system', drvPath: '/nix/store/db.drv', digest: 'same' }),
      ...systems,
    };
    const evaluation: Evaluation = {
      systems: async ({ treeId }, names) => {
        asked.push(`${names.join(' ')} at ${treeId.slice(0, 1)}`);
        const of = (name: string) => all[name as keyof typeof all](treeId);
        return new Map(names.map((name) => [name, of(name)] as const));
      },
      names: async () => [],
    };
    return { evaluation, asked };
  }
  const ask = async (played: Omit<Played, 'head' | 'commits'>, of = config) => {
    const { bot } = fakeBot({ head: null, commits, ...played });
    const between = { base, head, merged: null, pullRequest: 1 };
    const { hosts, method, findings } = await affectedOf(bot, repository, of, between, ['nginx.nix']);
    return { hosts: [...hosts.keys()].sort(), method, findings: findings.map(({ message }) => message) };
  };

  test('only those whose system differs are named', async () => {
    const { evaluation, asked } = nix();
    expect(await ask({ evaluation })).toEqual({ hosts: ['web'], method: 'evaluated', findings: [] });
    expect(asked).toEqual(['web db at a', 'web db at b']);
  });

  test('a host that cannot be evaluated stays named, and why is said', async () => {
    const { evaluation } = nix({ db: () => ({ kind: 'failed', why: 'infinite recursion' }) });
    expect(await ask({ evaluation })).toEqual({
      hosts: ['db', 'web'],
      method: 'evaluated',
      findings: ['`db` could not be evaluated and so counts as reached: infinite recursion'],
    });
  });

  test('nothing but errors is no evaluation', async () => {
    const failed = (): Evaluated => ({ kind: 'failed', why: 'no Nix' });
    const { evaluation } = nix({ web: failed, db: failed });
    expect(await ask({ evaluation })).toMatchObject({ hosts: ['db', 'web'], method: 'imports' });
  });

  test('a fork’s files are never evaluated', async () => {
    const { evaluation, asked } = nix();
    const found = await ask({ evaluation, pullRequest: { fromFork: true } });
    expect(found).toEqual({ hosts: ['db', 'web'], method: 'imports', findings: [] });
    expect(asked).toEqual([]);
  });

  test('paths that the config names still widen, and machines that it does not name are not asked for', async () => {
    const { evaluation, asked } = nix();
    const one = fleetConfigShape.parse({ hosts: { db: { ...key, paths: ['nginx.nix'] } } });
    expect(await ask({ evaluation }, one)).toMatchObject({ hosts: ['db'], method: 'evaluated' });
    expect(asked).toEqual(['db at a', 'db at b']);
  });
});
