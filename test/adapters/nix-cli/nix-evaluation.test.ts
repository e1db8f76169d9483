import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type KeptSystem, nixEvaluation } from '../../../src/adapters/nix-cli/nix-evaluation.ts';
import { exactlyReached, type TrustedTree, treeOfOwner } from '../../../src/fleet/evaluation.ts';
import { createReadings } from '../../../src/fleet/readings.ts';
import { treeOf } from '../../fakes/tree.ts';
import { shimFleet } from './shim-fleet.ts';

const programFolders = ['/usr/local/bin', '/usr/bin', '/bin'];
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetwright-evaluation-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const limits = { wallMs: 60_000, cpuSeconds: 60, memoryBytes: 2 * 1024 ** 3 };
const kept = new Map<string, KeptSystem>();
function evaluation(more: Partial<Parameters<typeof nixEvaluation>[0]> = {}) {
  return nixEvaluation({
    workspace: join(folder, 'workspace'),
    programFolders,
    limits,
    parallel: 2,
    kept: {
      load: async (question) => kept.get(question.join(' ')) ?? null,
      save: async (question, system) => void kept.set(question.join(' '), system),
    },
    ...more,
  });
}

let trees = 0;
const trusted = (files: Readonly<Record<string, string>>): TrustedTree =>
  treeOfOwner({ treeId: `tree-${trees++}`, tree: treeOf(files) });

/** The machines whose system a change is found to change, of those that it reaches by imports. */
async function changedBy(change: Readonly<Record<string, string>>) {
  const [before, after] = [trusted(shimFleet()), trusted(shimFleet(change))];
  const machines = await createReadings(null).reached(before, after, Object.keys(change).sort());
  const exact = await exactlyReached(evaluation(), before, after, machines);
  return {
    reached: machines.reached.map(({ name }) => name).sort(),
    exact: exact.machines.reached.map(({ name }) => name).sort(),
    failed: exact.failed,
  };
}

describe('which systems a change changes', () => {
  test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ['other words for the same value change none', { 'common.nix': '{ ssh = !false; }\n' }, []],
    ['a value in a shared module changes who imports it', { 'common.nix': '{ ssh = false; }\n' }, ['db', 'web']],
    ['a file that is read while evaluating', { 'zones/lan.zone': 'a A 10.0.0.2\n' }, ['web']],
    ['a file that is copied to the store', { 'pages/index.html': '<p>Hello</p>\n' }, ['web']],
    ['a file below the repository’s own path', { 'pages/banner': 'be quick\n' }, ['repo']],
    [
      'the README and other words for the same, in a machine that holds a copy of the repository',
      {
        'README.md': 'Our fleet\n',
        'machines/repo.nix': shimFleet()['machines/repo.nix']?.replace('"${self}";', '"${self}" + "";') ?? '',
      },
      [],
    ],
  ])('%s', async (_, change, expected) => {
    const found = await changedBy(change);
    expect(found.failed).toEqual([]);
    expect(found.exact).toEqual(expected);
    // Judged by Nix only where imports name a machine at all.
    expect(found.reached.length).toBeGreaterThan(0);
    expect(found.reached).toEqual(expect.arrayContaining([...expected]));
  });

  test('one that is reached by name only is left out, and a new one stays', async () => {
    const flake = shimFleet()['flake.nix']?.replace('repo = [', 'mail = [ ./common.nix ]; repo = [') ?? '';
    const found = await changedBy({ 'flake.nix': flake });
    expect(found.exact).toEqual(['mail']);
    expect(found.failed).toEqual([{ name: 'mail', why: expect.stringContaining('mail') }]);
  });
});

const machineOf = (module: string) => shimFleet({ 'machines/db.nix': module });
const systemOf = async (module: string, more: Partial<Parameters<typeof nixEvaluation>[0]> = {}) =>
  (await evaluation(more).systems(trusted(machineOf(module)), ['db'])).get('db');

describe('an evaluation', () => {
  test('gives the derivation that Nix itself would', async () => {
    expect(await systemOf('{ }')).toMatchObject({
      kind: 'system',
      drvPath: expect.stringMatching(/^\/nix\/store\/[0-9a-z]{32}-nixos-system-db\.drv$/),
    });
  });

  test.each([
    [
      'import from derivation',
      '{ x = import (derivation { name = "x"; builder = "/bin/sh"; system = "x86_64-linux"; }); }',
      /import-from-derivation/,
    ],
    ['a file of the worker', '{ x = builtins.readFile /etc/passwd; }', /forbidden/],
    ['the environment', '{ x = assert builtins.getEnv "PATH" != ""; 1; }', /assertion/],
    ['endless recursion', '{ x = let f = n: f (n + 1); in f 0; }', /stack overflow|recursion|longer/],
    ['a syntax error', '{ x = ', /syntax error/],
  ])('fails with %s, and says so', async (_, module, why) => {
    expect(await systemOf(module)).toEqual({ kind: 'failed', why: expect.stringMatching(why) });
  });

  test('that eats memory ends at its limit', async () => {
    const eater =
      '{ x = builtins.length (builtins.genList (n: builtins.genList (m: n * m) 20000) 20000 ++ builtins.concatLists (builtins.genList (n: builtins.genList (m: n * m) 20000) 20000)); }';
    const small = { ...limits, memoryBytes: 768 * 1024 ** 2 };
    expect(await systemOf(eater, { limits: small })).toMatchObject({ kind: 'failed' });
  });

  test('that does not end is ended, with every process of it', async () => {
    const slow =
      "{ x = builtins.foldl' (a: n: builtins.foldl' (b: m: b + m) a (builtins.genList (m: m) 100000)) 0 (builtins.genList (n: n) 1000000); }";
    const short = { ...limits, wallMs: 1500 };
    expect(await systemOf(slow, { limits: short })).toEqual({ kind: 'failed', why: 'it took longer than 2 s' });
    expect(execFileSync('ps', ['-eo', 'args']).toString()).not.toContain(`${folder}/`);
  });

  test('reaches no network, not even this machine’s own', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('{ }');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const input = shimFleet()['flake.nix']?.replace(
      'outputs = { self }',
      `inputs.far.url = "http://127.0.0.1:${port}/far.tar.gz"; outputs = { self, far }`,
    );
    const files = [
      shimFleet({ 'machines/db.nix': `{ x = builtins.fetchurl "http://127.0.0.1:${port}/x"; }` }),
      shimFleet({ 'flake.nix': input ?? '' }),
    ];
    for (const each of files)
      expect((await evaluation().systems(trusted(each), ['db'])).get('db')).toMatchObject({ kind: 'failed' });
    server.close();
    expect(asked).toEqual([]);
  });

  test('is done once for the same files, and nothing is started for what is known', async () => {
    const tree = trusted(machineOf('{ once = true; }'));
    const first = await evaluation().systems(tree, ['db']);
    const second = await evaluation({ programFolders: [], workspace: '/nonexistent/workspace' }).systems(tree, ['db']);
    expect(second).toEqual(first);
  });

  test('leaves no copy of the files behind', async () => {
    await systemOf('{ }');
    expect(await readdir(join(folder, 'workspace', 'sources'))).toEqual([]);
  });

  test('where there is no Nix fails with a sentence', async () => {
    expect(await systemOf('{ none = 1; }', { programFolders: [] })).toEqual({
      kind: 'failed',
      why: expect.stringContaining('not there'),
    });
  });

  test('lists the machines that a flake names', async () => {
    expect(await evaluation().names(trusted(shimFleet()))).toEqual(['db', 'repo', 'web']);
  });
});
