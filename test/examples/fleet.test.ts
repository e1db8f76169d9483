import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { type FleetConfig, fleetConfigPath } from '../../src/config/fleet-config.ts';
import { parseFleetConfig } from '../../src/config/parse-fleet-config.ts';
import { consulEdits, consulHosts, replacedOnce } from '../../src/demo/story/consul-edits.ts';

const fleet = join(import.meta.dirname, '../../examples/fleet');
const files = readdirSync(fleet, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(fleet.length + 1))
  .sort();
const textOf = (path: string): string => readFileSync(join(fleet, path), 'utf8');
const hosts = ['griffin', 'wolfhound', 'blackjack', 'anubis', 'kestrel'];

const run = promisify(execFile);
const found = (program: string): boolean => {
  try {
    execFileSync('which', [program]);
    return true;
  } catch {
    return false;
  }
};
// Both are foreign judges that a machine with only Node, npm and git does not have; CI installs them.
const withNix = it.skipIf(!found('nix-instantiate'));
const withBind = it.skipIf(!found('named-checkzone'));

const scratch = mkdtempSync(join(tmpdir(), 'fleetwright-example-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function parses(path: string): Promise<void> {
  await run('nix-instantiate', ['--parse', path]);
}

function config(): FleetConfig {
  const parsed = parseFleetConfig(textOf(fleetConfigPath));
  if (parsed.kind === 'invalid') throw new Error(JSON.stringify(parsed.findings));
  return parsed.config;
}

describe('the sample fleet', () => {
  withNix.each(files.filter((path) => path.endsWith('.nix')))('Nix reads %s', (path) => parses(join(fleet, path)));

  withBind.each(files.filter((path) => path.endsWith('.zone')))('BIND loads %s', async (path) => {
    const { stdout } = await run('named-checkzone', ['-i', 'local', basename(path, '.zone'), join(fleet, path)]);
    expect(stdout).toMatch(/\nOK\n$/);
    expect(stdout).not.toMatch(/warning|ignoring/i);
  });

  it('has a host folder, a system and a config entry for each of its five hosts, and no other', () => {
    expect(Object.keys(config().hosts)).toEqual(hosts);
    expect([...textOf('flake.nix').matchAll(/^ {8}(\w+) = nixpkgs\.lib\.nixosSystem/gm)].map((m) => m[1])).toEqual(
      hosts,
    );
    expect(new Set(files.filter((path) => path.startsWith('hosts/')).map((path) => path.split('/')[1]))).toEqual(
      new Set(hosts),
    );
    for (const host of hosts) expect(files).toContain(`hosts/${host}/hardware.nix`);
  });

  it('names only zone files that exist', () => {
    expect(
      Object.values(config().zones)
        .map((zone) => zone.file)
        .sort(),
    ).toEqual(files.filter((path) => path.endsWith('.zone')));
  });

  it('reaches every module from a host or from what all hosts share', () => {
    const texts = files.filter((path) => path.endsWith('.nix')).map(textOf);
    for (const path of files.filter((file) => file.startsWith('modules/'))) {
      expect(
        texts.some((text) => text.includes(`/modules/${basename(path)}`)),
        path,
      ).toBe(true);
    }
  });

  it('allows the account as root what the bot asks for, word for word as the NixOS module does', () => {
    const rules = (text: string): string[] =>
      [...text.matchAll(/program = .*;\n +arguments = .*;/g)].map((m) => words(m[0]));
    const words = (text: string): string => text.replaceAll(/\s+/g, ' ');
    const shipped = readFileSync(join(fleet, '../../nix/sudo-rules.nix'), 'utf8')
      .split(/^ {2}\{$/m)
      // Reboots, watchdogs and the less usual modes are rights that an owner adds.
      .filter((rule) => rule.includes('part = "deploy";'))
      .flatMap(rules);
    expect(shipped.length).toBeGreaterThan(0);
    expect(rules(textOf('modules/users.nix'))).toEqual(expect.arrayContaining(shipped));
  });

  it('gives every host its own address, in the zone and in the host alike', () => {
    const zone = textOf('dns/fleet.lan.zone');
    for (const host of hosts) {
      const own = textOf(`hosts/${host}/default.nix`);
      const address = /(?:fleet\.| {4})address = "([\d.]+)"/.exec(own)?.[1];
      expect(zone).toMatch(new RegExp(`^${host} +IN A +${address?.replaceAll('.', '\\.')}$`, 'm'));
      expect(own).toContain(`"${config().hosts[host as keyof FleetConfig['hosts']]?.address}"`);
    }
  });
});

describe('the Consul change of the story', () => {
  const changed = new Map<string, string>();
  for (const edit of consulEdits) {
    if (edit.kind === 'create') changed.set(edit.path, edit.content);
    if (edit.kind === 'replace') {
      const after = replacedOnce(changed.get(edit.path) ?? textOf(edit.path), edit.oldText, edit.newText);
      if (after !== null) changed.set(edit.path, after);
    }
  }

  it('creates only what is not there and replaces only what stands there exactly once', () => {
    for (const edit of consulEdits) {
      if (edit.kind === 'create') expect(files).not.toContain(edit.path);
      if (edit.kind === 'replace') expect(replacedOnce(textOf(edit.path), edit.oldText, edit.newText)).not.toBeNull();
    }
  });

  it('touches the three hosts, and points the name at all of them', () => {
    expect([...changed.keys()].sort()).toEqual(
      [
        ...consulHosts.map((host) => `hosts/${host}/default.nix`),
        'modules/consul.nix',
        'modules/dashboard.nix',
        'modules/monitors.nix',
      ].sort(),
    );
    const zone = textOf('dns/fleet.lan.zone');
    const wanted = consulHosts.map((host) => new RegExp(`^${host} +IN A +(\\S+)$`, 'm').exec(zone)?.[1]);
    expect(consulEdits.flatMap((edit) => (edit.kind === 'record' ? [edit.data] : []))).toEqual(wanted);
    expect(zone).not.toMatch(/^consul\b/m);
  });

  withNix('leaves only files that Nix reads', async () => {
    for (const [path, text] of changed) {
      const file = join(scratch, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      await parses(file);
    }
  });
});
