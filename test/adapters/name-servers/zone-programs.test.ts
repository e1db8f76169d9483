import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { zonePrograms } from '../../../src/adapters/name-servers/zone-programs.ts';
import { isRefusal } from '../../../src/core/refusal.ts';
import type { RecordChange } from '../../../src/dns/change.ts';
import { planDnsChange } from '../../../src/dns/plan-change.ts';
import type { ServerProgram } from '../../../src/dns/server-programs.ts';
import { openZone } from '../../../src/dns/zone.ts';
import { zoneBundle } from '../../../src/dns/zone-compiler.ts';
import { proveZones } from '../../../src/jobs/prove-zones.ts';
import { judgeInstalled, judgeMissing } from '../../dns/judge.ts';

const folders = (process.env['PATH'] ?? '').split(':');
const now = Date.UTC(2026, 10, 22);
const source = { zone: 'fleet.lan', file: 'dns/fleet.lan.zone' };
const head =
  '$TTL 300\n@ IN SOA ns1 host 2026112201 3600 600 86400 300\n  IN NS ns1\nns1 IN A 10.0.0.1\nwww IN A 10.0.0.2\n';

const diffOf = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>) => ({
  files: [],
  zones: [source],
  zoneTexts: { before, after, current: before },
  now,
});
const create = (owner: string, type: string, data: string): RecordChange => ({
  action: 'create',
  zone: 'fleet.lan.',
  owner: `${owner}.fleet.lan.`,
  type,
  data,
  ttl: null,
});

async function prove(
  files: Readonly<Record<string, string>>,
  change: RecordChange,
  more: (text: string) => string,
  servers: readonly ServerProgram[] = [],
) {
  const before = new Map(Object.entries(files));
  const planned = planDnsChange({ zones: [source], files: before }, [change], now);
  if (isRefusal(planned)) throw new Error(JSON.stringify(planned));
  const after = new Map(before);
  for (const { path: file, after: text } of planned.edits) after.set(file, more(text ?? ''));
  return proveZones(zonePrograms(folders), servers, diffOf(before, after), planned);
}

describe.skipIf(!judgeInstalled)(`a change as BIND reads it (skipped where ${judgeMissing})`, () => {
  test.each([
    ['A', '10.0.0.9'],
    ['AAAA', '2001:0db8:0::1'],
    ['CNAME', 'WWW.fleet.lan.'],
    ['MX', '10 mail.example.org.'],
    ['TXT', `"v=DKIM1; p=${'a'.repeat(200)}" "more \\"quoted\\"; text"`],
    ['SRV', '0 5 5060 www.fleet.lan.'],
    ['CAA', '0 issue "letsencrypt.org"'],
    ['TLSA', `3 1 1 ${'AB'.repeat(32)}`],
    ['DS', `12345 13 2 ${'ab'.repeat(32)}`],
    ['SSHFP', `4 2 ${'ab'.repeat(32)}`],
    ['HTTPS', '1 . alpn="h2,h3" ipv4hint=10.0.0.1'],
    ['SVCB', '1 www.fleet.lan. port=853'],
    ['NAPTR', '100 10 "u" "E2U+sip" "!^.*$!sip:a@b.c!" .'],
    ['LOC', '52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m'],
    ['URI', '10 1 "https://example.org/"'],
    ['TYPE65500', '\\# 3 abcdef'],
  ])('of type %s is proven', async (type, data) => {
    const files = { [source.file]: type === 'DS' ? `${head}new IN NS ns1\n` : head };
    const proof = await prove(files, create('new', type, data), (text) => text);
    expect(proof).toMatchObject([{ check: 'dns-proof', level: 'note', message: expect.stringContaining('but for') }]);
  });

  test.each([
    ['loses a record', (text: string) => text.replace('www IN A 10.0.0.2\n', '')],
    ['brings another', (text: string) => `${text}more IN A 10.0.0.8\n`],
    ['moves another TTL', (text: string) => text.replace('$TTL 300', '$TTL 60')],
    ['keeps the old serial', (text: string) => text.replace('2026112202', '2026112201')],
    ['touches the SOA', (text: string) => text.replace('3600 600', '3601 600')],
    ['breaks the zone', (text: string) => `${text}new IN CNAME www\n`],
  ])('that also %s is refused', async (_name, more) => {
    const proof = await prove({ [source.file]: head }, create('new', 'A', '10.0.0.9'), more);
    expect(proof).toMatchObject({ kind: 'refused', code: 'zone-proof-failed', facts: { zone: 'fleet.lan.' } });
  });

  test('in an included file is proven, also where the server keeps that file elsewhere', async () => {
    const files = {
      [source.file]: `${head}$INCLUDE /etc/nsd/hosts.inc ; all hosts\n`,
      'dns/hosts.inc': 'a IN A 10.0.0.7\nb IN A 10.0.0.8\n',
    };
    const proof = await prove(
      files,
      { action: 'delete', zone: 'fleet.lan.', owner: 'a.fleet.lan.', type: 'A', data: '10.0.0.7' },
      (text) => text,
    );
    expect(proof).toMatchObject([{ message: expect.stringContaining('but for') }]);
  });

  test('in a string of a Nix file is proven as well, and refused where it breaks the zone', async () => {
    const nix = `{ services.nsd.zones."fleet.lan".data = ''\n${head.replaceAll(/^/gm, '  ').trimEnd()}\n''; }\n`;
    const file = 'dns.nix';
    const proveNix = async (more: (text: string) => string) => {
      const before = new Map([[file, nix]]);
      const zones = [{ zone: 'fleet.lan', file }];
      const planned = planDnsChange({ zones, files: before }, [create('new', 'A', '10.0.0.9')], now);
      if (isRefusal(planned)) throw new Error(JSON.stringify(planned));
      const after = new Map([[file, more(planned.edits[0]?.after ?? '')]]);
      const diff = { files: [], zones, zoneTexts: { before, after, current: before }, now };
      return proveZones(zonePrograms(folders), [], diff, planned);
    };
    expect(await proveNix((text) => text)).toMatchObject([{ message: expect.stringContaining('but for') }]);
    expect(await proveNix((text) => text.replace('www IN A 10.0.0.2', 'www IN A 10.0.0.3'))).toMatchObject({
      kind: 'refused',
      code: 'zone-proof-failed',
    });
  });

  test('of a zone that BIND did not take before is made without a proof, and that is said', async () => {
    const proof = await prove(
      { [source.file]: `${head}old IN CNAME www\nold IN A 10.0.0.1\n` },
      create('new', 'A', '10.0.0.9'),
      (text) => text,
    );
    expect(proof).toMatchObject([{ level: 'note', message: expect.stringContaining('as it was before') }]);
  });

  test('without named-compilezone leaves our own comparison as it stands', async () => {
    const texts = [new Map([[source.file, head]]), new Map([[source.file, `${head}x IN A 10.0.0.9\n`]])] as const;
    expect(await proveZones(zonePrograms(['/nowhere']), [], diffOf(...texts), null)).toEqual([]);
  });
});

describe('what BIND is given', () => {
  const bundleOf = (files: Readonly<Record<string, string>>) => {
    const zone = openZone(source, new Map(Object.entries(files)));
    return isRefusal(zone) ? null : zoneBundle(zone);
  };
  test.each([
    ['a file of the machine', { [source.file]: `${head}$INCLUDE /etc/hostname\n` }],
    ['one behind a blank', { [source.file]: `${head} $INCLUDE /etc/hostname\n` }],
    ['one in a text', { [source.file]: `${head}t IN TXT "\n$INCLUDE /etc/hostname"\n` }],
    ['one behind a lone carriage return', { [source.file]: `${head}; x\r$INCLUDE /etc/hostname\n` }],
  ])('is never %s', (_name, files) => {
    expect(bundleOf(files)).toBeNull();
  });

  test('is each file under a name of ours', () => {
    const bundle = bundleOf({
      [source.file]: `${head}$include "sub/a.inc" x ; why\n`,
      'dns/sub/a.inc': 'a A 10.0.0.1\n',
    });
    expect(bundle?.files.get('zone-0')).toBe(`${head}$include zone-1 x ; why\n`);
    expect(bundle?.files.get('zone-1')).toBe('a A 10.0.0.1\n');
  });
});

describe('a program that was asked of a zone', () => {
  test('is not run again for the same texts', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'counting-program-'));
    const runs = path.join(folder, 'runs');
    await writeFile(path.join(folder, 'nsd-checkzone'), `#!/bin/sh\necho x >> ${runs}\n`, { mode: 0o755 });
    const programs = zonePrograms([folder]);
    const bundle = (text: string) => ({ main: 'zone-0', files: new Map([['zone-0', text]]) });
    for (const text of [head, head, `${head}; other\n`, head])
      await programs.check('nsd-checkzone', 'a.', bundle(text));
    await programs.check('nsd-checkzone', 'b.', bundle(head));
    expect(readFileSync(runs, 'utf8')).toBe('x\nx\nx\n');
    await rm(folder, { recursive: true });
  });
});

describe('a program that comes to no end', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'slow-program-'));
    await writeFile(path.join(folder, 'named-compilezone'), '#!/bin/sh\nwhile :; do :; done\n', { mode: 0o755 });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('is stopped, and nothing is known', async () => {
    const compiler = zonePrograms([folder], 100);
    const bundle = { main: 'zone-0', files: new Map([['zone-0', head]]) };
    expect(await compiler.compile('fleet.lan.', bundle)).toMatchObject({ kind: 'not-known' });
  });
});

const installed = (program: string) => folders.some((folder) => existsSync(path.join(folder, program)));
const unknown = { compile: async () => ({ kind: 'not-known', reason: null }) as const };
const secondOpinion = (program: ServerProgram, before: string, after: string, where = folders) => {
  const diff = diffOf(new Map([[source.file, before]]), new Map([[source.file, after]]));
  return proveZones({ ...zonePrograms(where), ...unknown }, [program], diff, null);
};

describe.each(['kzonecheck', 'nsd-checkzone'] as const)('the second opinion of %s', (program) => {
  describe.skipIf(!installed(program))('(skipped where it is not installed: knot-dnssecutils, nsd)', () => {
    test('is a note where it takes the zone', async () => {
      expect(await secondOpinion(program, head, `${head}new IN A 10.0.0.9\n`)).toEqual([
        {
          check: 'dns-proof',
          level: 'note',
          message: `${program} takes fleet.lan. as it is after this change`,
          file: source.file,
        },
      ]);
    });

    test.each([
      ['a name beside a CNAME', 'new IN CNAME www\nnew IN A 10.0.0.9\n'],
      ['a name below a DNAME', 'new IN DNAME www\na.new IN A 10.0.0.9\n'],
      ['no address', 'new IN A 10.0.0.300\n'],
    ])('refuses a change that brings %s, and says why', async (_name, lines) => {
      const refused = await secondOpinion(program, head, head + lines);
      expect(refused).toMatchObject({ kind: 'refused', code: 'zone-proof-failed', facts: { zone: 'fleet.lan.' } });
      expect(JSON.stringify(refused)).toMatch(new RegExp(`${program} would not take the zone any more: \\S+`));
    });

    test('is a warning where it did not take the zone before either', async () => {
      const before = `${head}$GENERATE 1-3 h$ A 10.0.1.$\n`;
      expect(await secondOpinion(program, before, `${before}new IN A 10.0.0.9\n`)).toMatchObject([
        { level: 'warning', message: expect.stringContaining('did not before this change') },
      ]);
    });
  });

  test('is missed once where it is not installed, however many zones changed', async () => {
    const other = { zone: 'lab.lan', file: 'lab.zone' };
    const both = (text: string) => new Map([source, other].map(({ file }) => [file, text]));
    const states = { before: both(head), after: both(`${head}new IN A 10.0.0.9\n`), current: both(head) };
    const diff = { files: [], zones: [source, other], zoneTexts: states, now };
    expect(await proveZones({ ...zonePrograms(['/nowhere']), ...unknown }, [program], diff, null)).toEqual([
      { check: 'dns-proof', level: 'note', message: expect.stringContaining(`${program} is not installed`) },
    ]);
  });

  test('is nothing where the program comes to no end', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'slow-program-'));
    await writeFile(path.join(folder, program), '#!/bin/sh\nwhile :; do :; done\n', { mode: 0o755 });
    const bundle = { main: 'zone-0', files: new Map([['zone-0', head]]) };
    expect(await zonePrograms([folder], 100).check(program, 'fleet.lan.', bundle)).toMatchObject({ kind: 'not-known' });
    await rm(folder, { recursive: true });
  });
});
