import { describe, expect, test } from 'vitest';
import { fleetConfigShape } from '../../src/config/fleet-config.ts';
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
  const found = await affectedOf(bot, repository, config, { base, head, merged: isMerge ? merged : null }, changed);
  return { method: found.method, hosts: [...found.hosts.keys()].sort() };
}

describe('which hosts a change reaches', () => {
  test('is read in the worker’s own copy, and the forge is asked for no file', async () => {
    const { bot } = fakeBot({ commits: { [base]: fleet(), [head]: fleet({ 'nginx.nix': nginx }) }, head: null });
    const silent = { ...bot, forge: { ...bot.forge, tree: () => Promise.reject(new Error('asked')) as never } };
    const { hosts } = await affectedOf(silent, repository, config, { base, head, merged: null }, ['nginx.nix']);
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
