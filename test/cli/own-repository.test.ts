import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { initCommand } from '../../src/cli/init.ts';
import type { Io } from '../../src/cli/io.ts';
import { fleetConfigPath } from '../../src/config/fleet-config.ts';
import { parseSettings } from '../../src/config/settings.ts';
import type { StoryEvent } from '../../src/core/story.ts';
import { runDemo } from '../../src/demo/demo.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'fleetwright-own-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const git = (...words: string[]) =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=ann', '-c', 'user.email=ann@example.org', ...words], {
    encoding: 'utf8',
  });

/** Somebody's repository: a colmena hive beside a flake, and a zone where they keep one. */
function repository(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  git('init', '-q', '-b', 'trunk');
  git('add', '-A');
  git('commit', '-qm', 'one');
}

const flake = `{
  outputs = { nixpkgs, self }: {
    nixosConfigurations = nixpkgs.lib.genAttrs [ "heron" "stork" ] (name:
      nixpkgs.lib.nixosSystem { modules = [ ./machines/\${name}/configuration.nix ]; });
  };
}
`;
const machine = (name: string, address: string) => `{ ... }:
{
  networking.hostName = "${name}";
  networking.interfaces.eth0.ipv4.addresses = [ { address = "${address}"; prefixLength = 24; } ];
}
`;
const machines = {
  'flake.nix': flake,
  'machines/heron/configuration.nix': machine('heron', '10.1.0.2'),
  'machines/stork/configuration.nix': machine('stork', '10.1.0.3'),
};
const zone = `$TTL 300
@ IN SOA ns hostmaster 7 7200 900 1209600 300
@ IN NS ns
ns IN A 10.1.0.2
`;

async function init(...words: string[]) {
  const printed: string[] = [];
  const misused: string[] = [];
  const io: Io = {
    print: (line) => void printed.push(line),
    aside: () => {},
    exitWith: () => {},
    misused: (line) => void misused.push(line),
  };
  await initCommand(io).parseAsync(['--repo', folder, ...words], { from: 'user' });
  return { printed: printed.join('\n'), misused: misused.join('\n') };
}

describe('fleetwright init', () => {
  test('writes a first config file, and says how many questions it left', async () => {
    repository({ ...machines, 'dns/birds.example.zone': zone });
    const { printed } = await init();
    expect(printed).toContain('names 2 hosts and 1 zone; 2 questions to answer');
    const text = readFileSync(path.join(folder, fleetConfigPath), 'utf8');
    expect(text).toContain('address: 10.1.0.2');
    expect(text).toContain('birds.example:\n    file: dns/birds.example.zone\n    servers: [heron]');
  });

  test('never replaces a file that is there, unless it is told to', async () => {
    repository({ ...machines, [fleetConfigPath]: 'hosts: {}\n' });
    const refused = await init();
    expect(refused.misused).toContain('--force');
    expect(readFileSync(path.join(folder, fleetConfigPath), 'utf8')).toBe('hosts: {}\n');
    await init('--force');
    expect(readFileSync(path.join(folder, fleetConfigPath), 'utf8')).toContain('heron:');
  });

  test('with --print writes nothing', async () => {
    repository(machines);
    expect((await init('--print')).printed).toContain('stork:');
    expect(existsSync(path.join(folder, fleetConfigPath))).toBe(false);
  });

  test('outside of a git checkout says so', async () => {
    await expect(init()).rejects.toMatchObject({ code: 'git-failed' });
  });
});

async function demo(issue: string | null = null) {
  const parsed = parseSettings({ PATH: process.env['PATH'], REDIS_KIND: 'embedded' });
  if (parsed.kind === 'invalid') throw new Error(parsed.mistakes.join('\n'));
  const events: StoryEvent[] = [];
  const code = await runDemo({
    settings: parsed.settings,
    once: true,
    json: true,
    issue,
    repository: folder,
    print: (line) => void events.push(JSON.parse(line) as StoryEvent),
    stopped: Promise.resolve(),
  });
  return {
    code,
    ends: events.filter(({ step }) => step === 'report').map(({ host, outcome }) => `${host} ${outcome}`),
    events,
  };
}

describe('the demo on somebody’s own repository', () => {
  test('adds a name to its zone, and leaves the original as it was', async () => {
    repository({
      ...machines,
      'dns/birds.example.zone': zone,
      'machines/heron/configuration.nix': `${machine('heron', '10.1.0.2').trimEnd().slice(0, -1)}  services.nsd.enable = true;\n  services.nsd.zones."birds.example".data = builtins.readFile ../../dns/birds.example.zone;\n}\n`,
    });
    const before = git('log', '--all', '--format=%H') + git('status', '--porcelain', '--ignored');
    const { code, ends } = await demo();
    expect({ code, ends }).toEqual({ code: 0, ends: ['heron deployed', 'heron unchanged'] });
    expect(git('log', '--all', '--format=%H') + git('status', '--porcelain', '--ignored')).toBe(before);
  });

  test('without a zone sets one thing more on one host', async () => {
    repository(machines);
    const { code, ends, events } = await demo();
    expect({ code, ends }).toEqual({ code: 0, ends: ['heron deployed', 'heron unchanged'] });
    expect(events.find(({ step }) => step === 'started')?.text).toContain('2 practice hosts');
  });

  test('names the hosts that cannot be played, and plays the others', async () => {
    repository({ ...machines, 'machines/stork/configuration.nix': '{ imports = [ ./gone.nix ]; }\n' });
    const { code, events } = await demo();
    expect(code).toBe(0);
    expect(events.find(({ step }) => step === 'left-out')?.text).toContain('stork');
  });

  test('answers an ask that it cannot follow as the bot would', async () => {
    repository(machines);
    const { code, events } = await demo('Set up a Consul cluster');
    expect(code).toBe(0);
    expect(events.find(({ step }) => step === 'answered')?.text).toContain('no-model');
  });
});
