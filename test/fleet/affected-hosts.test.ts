import { describe, expect, test } from 'vitest';
import { fleetConfigShape } from '../../src/config/fleet-config.ts';
import { affectedByImports } from '../../src/fleet/affected-hosts.ts';
import { createReadings, type KeyedTree } from '../../src/fleet/readings.ts';
import { treeOf } from '../fakes/tree.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

const key = { address: '192.0.2.1', host_key: 'SHA256:x' };
const machine = (name: string) =>
  `${name} = nixpkgs.lib.nixosSystem { modules = [ ./common.nix ./machines/${name}.nix ]; };`;
const fleet = (more: Files = {}): Files => ({
  'flake.nix': `{ outputs = { nixpkgs, ... }: { nixosConfigurations = { ${machine('web')} ${machine('db')} }; }; }`,
  'common.nix': '{ imports = [ ./modules/ssh.nix ]; }',
  'modules/ssh.nix': '{ services.openssh.enable = true; }',
  'machines/web.nix': '{ imports = [ ../modules/nginx.nix ]; }',
  'machines/db.nix': '{ services.postgresql.enable = true; }',
  'modules/nginx.nix': '{ services.nginx.enable = true; }',
  'zones/lan.zone': '@ IN SOA a b 1 1 1 1 1\n',
  'README.md': 'A fleet\n',
  ...more,
});
const config = fleetConfigShape.parse({
  hosts: { web: key, database: { ...key, attribute: 'db', paths: ['secrets/db'] } },
  zones: { lan: { file: 'zones/lan.zone', servers: ['database'] } },
});

let trees = 0;
const keyed = (files: Files): KeyedTree => ({ treeId: String(trees++), tree: treeOf(files) });

/** What a change comes to: the hosts as `name: chain`, and the findings' words. */
async function affected(before: Files, after: Files, of = config) {
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((path) => before[path] !== after[path])
    .sort();
  const machines = await createReadings(null).reached(keyed(before), keyed(after), changed);
  return affectedByImports(of, machines, changed);
}
const chainsOf = ({ hosts }: Awaited<ReturnType<typeof affected>>) =>
  Object.fromEntries([...hosts].map(([host, { why }]) => [host, why.map((chain) => chain.join(' > '))]));

describe('the hosts of the config that a change reaches', () => {
  test.each<[string, Files, Readonly<Record<string, readonly string[]>>]>([
    ['a file of one machine', { 'machines/web.nix': '{ }' }, { web: ['machines/web.nix > flake.nix'] }],
    [
      'a module that one machine imports',
      { 'modules/nginx.nix': '{ services.nginx.enable = false; }' },
      { web: ['modules/nginx.nix > machines/web.nix > flake.nix'] },
    ],
    [
      'a module that all import, each under the name that the config gives it',
      { 'modules/ssh.nix': '{ services.openssh.enable = false; }' },
      {
        web: ['modules/ssh.nix > common.nix > flake.nix'],
        database: ['modules/ssh.nix > common.nix > flake.nix'],
      },
    ],
    ['nothing that a machine is made of', { 'README.md': 'Our fleet\n', '.github/fleetwright.yml': 'x' }, {}],
    [
      'a path that the config names, which no import leads to',
      { 'secrets/db/key.age': 'x' },
      { database: ['secrets/db/key.age'] },
    ],
    [
      'a zone, for the host that the config says to serve it',
      { 'zones/lan.zone': '@ 2\n' },
      { database: ['zones/lan.zone'] },
    ],
    ['a new Nix file that nobody uses', { 'modules/idle.nix': '{ }' }, {}],
  ])('%s', async (_, change, expected) => {
    expect(chainsOf(await affected(fleet(), fleet(change)))).toEqual(expected);
  });

  test('are told as what they are: one that has the file alone, or one of several', async () => {
    const { hosts, method } = await affected(fleet(), fleet({ 'modules/nginx.nix': '{ }', 'modules/ssh.nix': '{ }' }));
    expect(method).toBe('imports');
    expect([...hosts].map(([host, { touched }]) => [host, touched])).toEqual([
      ['web', 'own'],
      ['database', 'shared'],
    ]);
  });
});

describe('what is not understood widens the answer and is said', () => {
  test('a host that the repository is not found to describe counts by its paths', async () => {
    const lost = fleetConfigShape.parse({ hosts: { web: key, attic: key } });
    const found = await affected(fleet(), fleet({ 'README.md': 'Our fleet\n' }), lost);
    expect(chainsOf(found)).toEqual({ attic: ['README.md'] });
    expect(found.findings).toEqual([
      expect.objectContaining({
        level: 'warning',
        host: 'attic',
        message: expect.stringContaining('`attic` is not found'),
      }),
    ]);
  });

  test('a Nix file that nobody is known to use counts for a host with ciphertext among its files, and for no other', async () => {
    const cipher = new Uint8Array([0, ...new TextEncoder().encode('GITCRYPT'), 0, 0xff, 0xfe]);
    const locked = { 'machines/db.nix': '{ imports = [ ../secret.nix ]; }', 'secret.nix': cipher };
    const found = await affected(fleet(locked), fleet({ ...locked, 'modules/idle.nix': '{ }' }));
    expect(chainsOf(found)).toEqual({ database: ['modules/idle.nix > secret.nix > machines/db.nix > flake.nix'] });
    expect(found.findings).toEqual([
      expect.objectContaining({
        level: 'note',
        message: expect.stringContaining('`secret.nix:1 (encrypted by git-crypt)`'),
      }),
    ]);
  });

  test('a repository without a readable flake counts by paths for everybody', async () => {
    const broken = { 'flake.nix': '{ outputs = ', 'machines/web.nix': 'x', 'README.md': 'x' };
    const { hosts } = await affected(broken, { ...broken, 'README.md': 'y' });
    expect([...hosts.keys()]).toEqual(['web', 'database']);
  });
});

test('a module beside a link that each machine makes for itself counts for every machine', async () => {
  const own: Files = {
    'configuration.nix': '{ imports = [ ./common.nix ./host/configuration.nix ]; }',
    'common.nix': '{ time.timeZone = "UTC"; }',
    'hosts/web/configuration.nix': '{ networking.hostName = "web"; }',
    'hosts/db/configuration.nix': '{ networking.hostName = "db"; }',
  };
  const found = await affected(own, { ...own, 'common.nix': '{ time.timeZone = "Europe/Vienna"; }' });
  expect(chainsOf(found)).toEqual({
    web: ['common.nix > configuration.nix'],
    database: ['common.nix > configuration.nix'],
  });
});

test('a machine that the config does not name is told where the change reaches it, and only there', async () => {
  const one = fleetConfigShape.parse({ hosts: { web: key } });
  const reached = await affected(fleet(), fleet({ 'machines/db.nix': '{ }' }), one);
  expect(reached.findings).toEqual([
    expect.objectContaining({ level: 'note', message: expect.stringContaining('also reaches `db`') }),
  ]);
  expect((await affected(fleet(), fleet({ 'machines/web.nix': '{ }' }), one)).findings).toEqual([]);
});
