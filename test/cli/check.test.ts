import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkCommand } from '../../src/cli/check.ts';
import type { Io } from '../../src/cli/io.ts';

let folder: string;
const git = (...words: string[]) =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=ann', '-c', 'user.email=ann@example.org', ...words], {
    encoding: 'utf8',
  });
const write = (file: string, content: string | Uint8Array) => {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), content);
};

const host = (name: string, address: string, more = '') =>
  `{ networking.hostName = "${name}"; networking.interfaces.lan.ipv4.addresses = [ { address = "${address}"; prefixLength = 24; } ]; ${more} }\n`;
const zone = (serial: number, ...records: readonly string[]) =>
  [
    `$ORIGIN fleet.lan.`,
    '$TTL 3600',
    `@ IN SOA ns1 hostmaster ${serial} 7200 3600 1209600 300`,
    '@ IN NS ns1',
    ...records,
    '',
  ].join('\n');
const names = ['ns1 IN A 10.0.20.11', 'griffin IN A 10.0.20.11', 'anubis IN A 10.0.20.14'];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'fleetwright-check-'));
  git('init', '-q', '-b', 'main');
  const machines = ['griffin', 'anubis', 'kestrel']
    .map((name) => `${name} = nixpkgs.lib.nixosSystem { modules = [ ./${name}.nix ]; };`)
    .join(' ');
  write('flake.nix', `{ outputs = { nixpkgs, ... }: { nixosConfigurations = { ${machines} }; }; }\n`);
  write('griffin.nix', host('griffin', '10.0.20.11'));
  write('anubis.nix', host('anubis', '10.0.20.14'));
  write('kestrel.nix', host('kestrel', '10.0.20.15'));
  write('dns/fleet.lan.zone', zone(1, ...names));
  git('add', '-A');
  git('commit', '-qm', 'one');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What the command prints, and its exit code. */
async function check(...words: string[]) {
  const lines: string[] = [];
  let code = 0;
  const io: Io = {
    print: (line) => void lines.push(line),
    exitWith: (given) => void (code = given),
    aside: () => {},
    misused: (line) => void lines.push(line),
  };
  await checkCommand(io).parseAsync(['--repo', folder, ...words], { from: 'user' });
  return { lines, code };
}
const found = async (...words: string[]) => {
  const { lines, code } = await check('--json', ...words);
  const { findings } = JSON.parse(lines[0] ?? '') as {
    findings: { check: string; level: string; host?: string; file?: string; line?: number; message: string }[];
  };
  return { said: findings.map(({ check: id, level, file, line }) => `${id} ${level} ${file}:${line}`), findings, code };
};

describe('a checkout', () => {
  test('without a fault has no findings', async () => {
    expect(await check()).toEqual({ lines: ['No findings.'], code: 0 });
  });

  test('is told everything that is wrong in it, by file, with a count', async () => {
    write('anubis.nix', host('anubis', '10.0.20.11'));
    write('broken.nix', '{\n  a = ;\n}\n');
    write('twice.nix', '{\n  a = 1;\n  b = 2;\n  a = 3;\n}\n');
    write('dns/fleet.lan.zone', zone(1, ...names.slice(0, 2), 'www IN MX 10 nowhere'));
    write('.github/fleetwright.yml', 'hosts: {}\ndploy: {}\n');
    expect(await check()).toEqual({
      lines: [
        '.github/fleetwright.yml',
        '  2:1  error  `dploy`: no such key; allowed here: hosts, vlans, zones, deploy, limits (config)',
        'broken.nix',
        '  2:7  error  unexpected ";" (nix-syntax)',
        'dns/fleet.lan.zone',
        '  7:1  error  MX points to nowhere.fleet.lan., which has no address in fleet.lan. (dns-target)',
        'griffin.nix',
        '  1  error  10.0.20.11 is on anubis (lan, anubis.nix:1) and griffin (lan, griffin.nix:1) (address-twice)',
        'twice.nix',
        '  4:3  error  the attribute a is defined already, in line 2 (nix-duplicate)',
        '5 findings: 5 errors.',
      ],
      code: 1,
    });
  });

  test('prints findings as JSON with exactly the documented keys', async () => {
    write('anubis.nix', host('anubis', '10.0.20.11'));
    const { findings, code } = await found();
    expect(findings).toEqual([
      {
        check: 'name-without-address',
        level: 'warning',
        file: 'dns/fleet.lan.zone',
        line: 7,
        message:
          'anubis.fleet.lan points to 10.0.20.14, which nothing in the repository has; anubis has 10.0.20.11 (anubis.nix:1)',
      },
      {
        check: 'address-twice',
        level: 'error',
        host: 'griffin',
        file: 'griffin.nix',
        line: 1,
        message: '10.0.20.11 is on anubis (lan, anubis.nix:1) and griffin (lan, griffin.nix:1)',
      },
    ]);
    expect(code).toBe(1);
  });

  test('is read on where files cannot be read, and each of those is named', async () => {
    write('secret.nix', Uint8Array.from([0, ...new TextEncoder().encode('GITCRYPT'), 0, 1, 2]));
    write('age.nix', 'age-encryption.org/v1\n-> X25519 abc\n');
    write('latin1.nix', Uint8Array.from([0x7b, 0xe9, 0x7d]));
    write('binary.nix', Uint8Array.from([0x7b, 0, 0x7d]));
    write('large.nix', `{ x = "${'x'.repeat(2_000_001)}"; }`);
    symlinkSync('/etc/passwd', path.join(folder, 'out.nix'));
    symlinkSync('../../up', path.join(folder, 'dns/up'));
    symlinkSync('b', path.join(folder, 'a'));
    symlinkSync('a', path.join(folder, 'b'));
    symlinkSync('griffin.nix', path.join(folder, 'alias.nix'));
    git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},vendor`);
    write('broken.nix', '{');
    expect((await found()).said).toEqual([
      'unreadable-file warning a:1',
      'unreadable-file note age.nix:1',
      'unreadable-file warning b:1',
      'unreadable-file warning binary.nix:1',
      'nix-syntax error broken.nix:1',
      'unreadable-file warning dns/up:1',
      'unreadable-file warning large.nix:1',
      'unreadable-file warning latin1.nix:1',
      'unreadable-file warning out.nix:1',
      'unreadable-file note secret.nix:1',
      'unreadable-file note vendor:1',
    ]);
  });

  test('fails for a note only where it is asked to', async () => {
    write('age.nix', 'age-encryption.org/v1\n');
    expect((await check()).code).toBe(0);
    expect((await check('--strict')).code).toBe(1);
  });

  test('is told of a config file that is wrong, with the line', async () => {
    const griffin = `hosts:\n  griffin:\n    address: 10.0.20.11\n    host_key: SHA256:${'A'.repeat(43)}\n`;
    write(
      '.github/fleetwright.yml',
      `${griffin}zones:\n  fleet.lan:\n    file: dns/gone.zone\n    servers: [griffin]\n`,
    );
    expect((await found()).said).toEqual(['config error .github/fleetwright.yml:7']);
    write('.github/fleetwright.yml', `${griffin}    adress: x\n`);
    expect((await found()).said).toEqual(['config error .github/fleetwright.yml:5']);
    write('.github/fleetwright.yml', Uint8Array.from([0xff, 0xfe]));
    expect((await found()).said).toEqual(['config error .github/fleetwright.yml:1']);
  });
});

describe('since a commit', () => {
  test('only what is new is told, wherever the lines moved', async () => {
    write('old.nix', '{\n  a = 1;\n  a = 2;\n}\n');
    write('anubis.nix', host('anubis', '10.0.20.11'));
    git('add', '-A');
    git('commit', '-qm', 'two');
    write('old.nix', '# moved\n\n{\n  a = 1;\n  a = 2;\n}\n');
    write('anubis.nix', `# moved\n${host('anubis', '10.0.20.11')}`);
    expect(await check('--base', 'main')).toEqual({ lines: ['No findings.'], code: 0 });
    write('new.nix', '{ b = 1; b = 2; }\n');
    write('kestrel.nix', host('kestrel', '10.0.20.11'));
    expect((await found('--base', 'main')).said).toEqual([
      'address-twice warning kestrel.nix:1',
      'nix-duplicate error new.nix:1',
    ]);
  });

  test('the guards of a pull request say what they see of the difference', async () => {
    write('dns/fleet.lan.zone', zone(1, ...names, 'wiki IN CNAME griffin'));
    symlinkSync('/etc/shadow', path.join(folder, 'link'));
    expect((await found('--base', 'main')).said).toEqual([
      'zones-serial error dns/fleet.lan.zone:3',
      'special-files error link:undefined',
      'unreadable-file warning link:1',
    ]);
  });

  test('what one commit says twice is told once', async () => {
    write('dns/fleet.lan.zone', zone(2, ...names, 'www IN MX 10 nowhere'));
    expect((await found('--base', 'main')).said).toEqual(['dns-target error dns/fleet.lan.zone:8']);
  });

  test('a commit that is not there is refused', async () => {
    await expect(check('--base', 'nope')).rejects.toMatchObject({ name: 'Fault', code: 'git-failed' });
  });
});
