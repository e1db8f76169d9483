import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dnsCommand } from '../../src/cli/dns.ts';
import type { Io } from '../../src/cli/io.ts';

const zone = `$TTL 3600
@    IN SOA ns1.example.org. hostmaster.example.org. (
         2026010101 ; serial
         7200 3600 1209600 300 )
     IN NS  ns1
     IN MX  10 mail
ns1  IN A   192.0.2.1
mail IN A   192.0.2.2
www  IN A   192.0.2.3
     IN A   192.0.2.4
old  IN CNAME www
broken IN A   192.0.2.999
`;

let folder: string;
const at = (file: string) => path.join(folder, file);
const write = (file: string, text: string) => {
  mkdirSync(path.dirname(at(file)), { recursive: true });
  writeFileSync(at(file), text);
};
const git = (...words: string[]) =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=ann', '-c', 'user.email=ann@example.org', ...words]);

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'fleetwright-dns-'));
  write('zones/example.org.zone', zone);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Edited {
  readonly changes: readonly {
    readonly action: string;
    readonly owner: string;
    readonly before: string | null;
    readonly after: string | null;
    readonly ttl: number;
  }[];
  readonly files: readonly { readonly path: string; readonly diff: string }[];
  readonly serials: readonly { readonly zone: string; readonly old: number; readonly new: number }[];
  readonly refused?: { readonly code: string; readonly message: string; readonly file: string; readonly line: number };
}

async function run(...words: readonly string[]) {
  const lines: string[] = [];
  const asides: string[] = [];
  let code = 0;
  const io: Io = {
    print: (line) => void lines.push(line),
    aside: (line) => void asides.push(line),
    exitWith: (given) => void (code = given),
    misused: (line) => {
      asides.push(line);
      code = 2;
    },
  };
  await dnsCommand(io).parseAsync(words, { from: 'user' });
  return { lines, asides, code };
}
const json = async (...words: readonly string[]) => {
  const { lines, code } = await run(...words, '--json', '--file', at('zones/example.org.zone'));
  return { ...(JSON.parse(lines[0] ?? '') as Edited), code };
};

describe('fleetwright dns add, set and remove', () => {
  test('prints a diff that git takes, and leaves the file as it is', async () => {
    const { lines, code } = await run('add', 'db', 'A', '192.0.2.9', '--repo', folder);
    git('init', '-q');
    execFileSync('git', ['-C', folder, 'apply'], { input: `${lines.join('\n')}\n` });
    const text = readFileSync(at('zones/example.org.zone'), 'utf8');
    expect(code).toBe(0);
    expect(lines.join('\n').match(/^[-+][^-+].*/gm)).toHaveLength(3);
    expect(text).toContain('db');
  });

  test('changes the file with --write: one line more and the digits of the serial', async () => {
    await run('add', 'db', 'A', '192.0.2.9', '--ttl', '5m', '--file', at('zones/example.org.zone'), '--write');
    const text = readFileSync(at('zones/example.org.zone'), 'utf8');
    const before = zone.split('\n');
    expect(text.split('\n').filter((line) => !before.includes(line))).toEqual([
      expect.stringMatching(/^ {9}20\d{8} ; serial$/),
      expect.stringMatching(/^db +300 +IN A +192\.0\.2\.9$/),
    ]);
  });

  test('says the change, the diff and the serial as JSON', async () => {
    const { changes, files, serials, code } = await json('set', 'mail', 'A', '192.0.2.22');
    expect(changes).toMatchObject([
      { action: 'update', owner: 'mail.example.org.', before: '192.0.2.2', after: '192.0.2.22' },
    ]);
    expect(files[0]?.diff).toContain('+mail IN A   192.0.2.22');
    expect(serials).toMatchObject([{ zone: 'example.org.', old: 2_026_010_101 }]);
    expect(code).toBe(0);
  });

  test('takes a text as the shell hands it over, and parts a long one', async () => {
    const key = 'A'.repeat(300);
    const { changes } = await json('add', 'dkim._domainkey', 'TXT', `v=DKIM1; p=${key}`);
    expect(changes[0]?.after).toBe(`"v=DKIM1; p=${'A'.repeat(244)}" "${'A'.repeat(56)}"`);
  });

  test('changes a TTL alone, and one record of several where it is named', async () => {
    expect((await json('set', 'ns1', 'A', '192.0.2.1', '--ttl', '60')).changes).toMatchObject([
      { action: 'update', ttl: 60 },
    ]);
    const { changes } = await json('set', 'www', 'A', '192.0.2.5', '--from', '192.0.2.4');
    expect(changes).toMatchObject([{ before: '192.0.2.4', after: '192.0.2.5' }]);
  });

  test('removes a whole set only where it is asked for', async () => {
    expect((await json('remove', 'www', 'A')).refused).toMatchObject({ code: 'ask-ambiguous', line: 9 });
    expect((await json('remove', 'www', 'A', '--all')).changes).toHaveLength(2);
  });

  test.each([
    [
      'an IPv6 address for an A record',
      ['add', 'x', 'A', '2001:db8::1'],
      'bad-arguments',
      /not an IPv4 address.*AAAA 2001:db8::1/,
    ],
    ['an IPv4 address for an AAAA record', ['add', 'x', 'AAAA', '192.0.2.1'], 'bad-arguments', /A 192\.0\.2\.1/],
    ['data that ends early', ['add', 'x', 'MX', 'mail.example.net.'], 'bad-arguments', /Write it as MX 10 mail/],
    ['a type that is none', ['add', 'x', 'AAA', '192.0.2.1'], 'bad-arguments', /not a record type.*TYPE<number>/],
    ['a TTL that is none', ['add', 'x', 'A', '192.0.2.1', '--ttl', 'soon'], 'bad-arguments', /not a TTL.*1h30m/],
    [
      'a name outside the zone',
      ['add', 'x.example.net.', 'A', '192.0.2.1', '--zone', 'example.org'],
      'zone-not-found',
      /outside the zone/,
    ],
    ['a label that is too long', ['add', 'x'.repeat(64), 'A', '192.0.2.1'], 'bad-arguments', /63 are allowed/],
    [
      'a CNAME over existing records',
      ['add', 'www', 'CNAME', 'mail'],
      'record-conflict',
      /RFC 1034.*Remove what is there/,
    ],
    ['an address beside a CNAME', ['add', 'old', 'A', '192.0.2.1'], 'record-conflict', /RFC 1034/],
    ['a CNAME at the top of the zone', ['add', '@', 'CNAME', 'www'], 'record-conflict', /Use A and AAAA/],
    ['a record that is there', ['add', 'mail', 'A', '192.0.2.2'], 'record-exists', /already there/],
    ['a name that is not there', ['remove', 'mial', 'A'], 'record-not-found', /mail\.example\.org/],
    [
      'a line that cannot be read',
      ['add', 'broken', 'A', '192.0.2.1'],
      'zone-unreadable',
      /192\.0\.2\.999.*Mend that line/,
    ],
    ['the SOA', ['add', '@', 'SOA', 'a. b. 1 2 3 4 5'], 'bad-arguments', /SOA/],
    ['a text that is not closed', ['add', 'x', 'TXT', '"open'], 'bad-arguments', /not closed/],
  ] as const)('refuses %s with file, line and cure, and changes nothing', async (_name, words, code, message) => {
    const { refused, changes, code: exit } = await json(...words, '--write');
    expect(refused).toMatchObject({ code, file: at('zones/example.org.zone') });
    expect(refused?.line).toBeGreaterThan(0);
    expect(refused?.message).toMatch(message);
    expect(changes).toEqual([]);
    expect(exit).toBe(1);
    expect(readFileSync(at('zones/example.org.zone'), 'utf8')).toBe(zone);
  });

  test('refuses a serial of more than 32 bits with the cure', async () => {
    write('zones/example.org.zone', zone.replace('2026010101', '202601010100'));
    expect((await json('add', 'x', 'A', '192.0.2.1')).refused).toMatchObject({
      code: 'serial-unreadable',
      line: 3,
      message: expect.stringContaining('4294967295'),
    });
  });

  test('keeps the octets of a file that is not UTF-8', async () => {
    const old = Buffer.from(zone.replace('; serial', '; s\u00e9rie'), 'latin1');
    writeFileSync(at('zones/example.org.zone'), old);
    await run('add', 'db', 'A', '192.0.2.9', '--file', at('zones/example.org.zone'), '--write');
    expect(readFileSync(at('zones/example.org.zone')).includes(Buffer.from('; s\u00e9rie', 'latin1'))).toBe(true);
  });

  test('asks which file where two hold the zone', async () => {
    write('other/example.org.zone', zone);
    const { asides, code } = await run('add', 'db', 'A', '192.0.2.9', '--repo', folder, '--zone', 'example.org');
    expect(asides.join()).toContain('--file other/example.org.zone');
    expect(code).toBe(1);
  });
});

describe('fleetwright dns list, get, check, serial and diff', () => {
  test('finds the zones of every holder in a folder without configuration', async () => {
    write('host.nix', '{ networking.hosts."192.0.2.77" = [ "printer.lan" ]; }\n');
    write('config/example.net.yaml', 'www:\n  type: A\n  value: 192.0.2.5\n');
    write('dnsconfig.js', 'D("example.com", REG, A("@", "192.0.2.6"));\n');
    const { lines } = await run('list', '--repo', folder, '--json');
    const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect([...new Set(records.map(({ holder, zone: own }) => `${String(holder)} ${String(own)}`))].toSorted()).toEqual(
      ['dnscontrol example.com.', 'hosts ', 'octodns example.net.', 'zone-file example.org.'],
    );
    expect(records.find(({ owner }) => owner === 'printer.lan.')).toEqual({
      zone: '',
      owner: 'printer.lan.',
      type: 'A',
      ttl: null,
      data: '192.0.2.77',
      holder: 'hosts',
      file: 'host.nix',
      line: 1,
    });
  });

  test('tells what a name has, and ends with 1 where that is nothing', async () => {
    const found = await run('get', 'www', 'A', '--repo', folder);
    expect(found.lines).toHaveLength(2);
    expect((await run('get', 'nobody', '--repo', folder)).code).toBe(1);
  });

  test('ends with 1 and each finding with its line', async () => {
    const { lines, code } = await run('check', '--repo', folder, '--json');
    const { findings } = JSON.parse(lines[0] ?? '') as { findings: readonly unknown[] };
    expect(findings).toContainEqual(
      expect.objectContaining({ check: 'dns-unreadable', file: 'zones/example.org.zone', line: 12 }),
    );
    expect(code).toBe(1);
  });

  test('checks names that are kept without a zone as well', async () => {
    const other = mkdtempSync(path.join(tmpdir(), 'dns-names-'));
    const hosts =
      '{ networking.hosts."192.0.2.77" = [ "www.example.org" "twice.example.org" "twice.example.org" ]; }\n';
    writeFileSync(path.join(other, 'host.nix'), hosts);
    const { lines, code } = await run('check', '--repo', other);
    expect(lines).toEqual([expect.stringContaining('twice.example.org. A 192.0.2.77 is there already')]);
    expect(code).toBe(1);
    writeFileSync(path.join(other, 'host.nix'), '{ lib, ... }: { networking.hosts = lib.mapAttrs (n: v: v) { }; }\n');
    expect((await run('check', '--repo', other)).code).not.toBe(1);
    rmSync(other, { recursive: true });
  });

  test('asks once for each file that may be meant, and for the kind where one file has several', async () => {
    const other = mkdtempSync(path.join(tmpdir(), 'dns-names-'));
    const kept =
      '{ networking.hosts."192.0.2.77" = [ "x.test" ]; services.dnsmasq.settings.address = [ "/y.test/192.0.2.78" ]; }\n';
    writeFileSync(path.join(other, 'a.nix'), kept);
    const asked = async () => (await run('add', 'new.test', 'A', '192.0.2.9', '--repo', other)).asides.join();
    expect(await asked()).toMatch(/It can be: dnsmasq, hosts\..*--format dnsmasq/s);
    writeFileSync(path.join(other, 'b.nix'), kept);
    expect(await asked()).toMatch(/It can be: a\.nix, b\.nix\./);
    rmSync(other, { recursive: true });
  });

  test('tells the serial, its format and what would be next', async () => {
    const { lines } = await run('serial', '--repo', folder, '--json');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      zone: 'example.org.',
      serial: '2026010101',
      format: 'YYYYMMDDnn',
      line: 3,
    });
  });

  test('tells the records that differ between a commit and the checkout', async () => {
    git('init', '-q', '-b', 'main');
    git('add', '-A');
    git('commit', '-qm', 'one');
    write('zones/example.org.zone', zone.replace('192.0.2.2\n', '192.0.2.20\n').replace('old  IN CNAME www\n', ''));
    expect((await run('diff', 'main', '--repo', folder)).lines).toEqual([
      '~ mail.example.org. A 192.0.2.2 -> 192.0.2.20  zones/example.org.zone:8',
      '- old.example.org. CNAME www.example.org.  zones/example.org.zone:11',
    ]);
  });

  test.each([
    ['a format that is none', ['list', '--format', 'excel']],
    ['a folder without names', ['list', '--zone', 'example.net']],
  ])('ends with 2 for %s', async (_name, words) => {
    const { code, asides } = await run(...words, '--repo', folder);
    expect(asides).toHaveLength(1);
    expect(code).toBe(2);
  });
});

describe('the format of a serial that may be two', () => {
  const counted = (serial: number) => zone.replace('2026010101 ; serial', `${serial} ; serial`);

  test('is told by the commits of its file', async () => {
    git('init', '-q', '-b', 'main');
    for (const [serial, date] of [
      [25050402, '2026-01-01T10:00:00Z'],
      [25050403, '2026-02-02T10:00:00Z'],
      [25050404, '2026-03-03T10:00:00Z'],
    ] as const) {
      write('zones/example.org.zone', counted(serial));
      git('add', '-A');
      execFileSync(
        'git',
        ['-C', folder, '-c', 'user.name=ann', '-c', 'user.email=ann@example.org', 'commit', '-qm', 'x'],
        {
          env: { PATH: process.env['PATH'], GIT_COMMITTER_DATE: date, GIT_AUTHOR_DATE: date },
        },
      );
    }
    const { lines } = await run('add', 'new', 'A', '192.0.2.7', '--repo', folder, '--zone', 'example.org', '--json');
    const edited = JSON.parse(lines[0] ?? '{}') as Edited;
    expect(edited.serials.map(({ old, new: fresh }) => [old, fresh])).toEqual([[25050404, 25050405]]);
    const { lines: told } = await run('serial', '--repo', folder);
    expect(told.join('\n')).toContain('counter: +1, as the file has counted so far');
  });

  test('is the likelier one where nothing tells', async () => {
    write('zones/example.org.zone', counted(25050404));
    const { lines } = await run('serial', '--file', at('zones/example.org.zone'));
    expect(lines.join('\n')).toContain('YYMMDDnn: first of today');
  });
});

test('a serial that Knot makes by itself is left as it is, and it is said', async () => {
  git('init', '-q', '-b', 'main');
  write(
    'knot.nix',
    '{ services.knot.settings.zone."example.org" = { file = ./zones/example.org.zone; zonefile-load = "difference-no-serial"; }; }',
  );
  git('add', '-A');
  git('commit', '-qm', 'x');
  const { lines } = await run('add', 'new', 'A', '192.0.2.7', '--repo', folder, '--zone', 'example.org', '--json');
  const edited = JSON.parse(lines[0] ?? '{}') as Edited;
  expect(edited.serials).toEqual([]);
  expect(edited.files[0]?.diff).not.toContain('2026010101 ; serial\n+');
  expect(lines[0]).toContain(
    'is left as it is: Knot counts it by itself (zonefile-load: difference-no-serial, knot.nix)',
  );
});
