import { describe, expect, test } from 'vitest';
import { parseFleetConfig } from '../../src/config/parse-fleet-config.ts';
import { nothingKnown } from '../../src/dns/serial-evidence.ts';
import { mergeBase } from '../../src/jobs/merge-base.ts';
import { treeOf } from '../fakes/tree.ts';

const now = Date.UTC(2026, 10, 22);
const file = 'dns/fleet.lan.zone';
const parsed = parseFleetConfig('hosts: {}\nzones: {fleet.lan: {file: dns/fleet.lan.zone}}\n');
if (parsed.kind !== 'config') throw new Error(JSON.stringify(parsed.findings));
const { config } = parsed;

const zone = (serial: number, body: string) =>
  `@ 300 IN SOA ns1 host ${serial} 3600 600 86400 300\n@ 300 IN NS ns1\n${body}`;
const rest = 'a 300 IN A 10.0.0.1\nb 300 IN A 10.0.0.2\n';
type Files = Readonly<Record<string, string>>;
const merge = (base: Files, ours: Files, theirs: Files) =>
  mergeBase({ base: treeOf(base), ours: treeOf(ours), theirs: treeOf(theirs) }, config, {
    now,
    knownServers: async () => nothingKnown,
  });

describe('a branch of ours and a default branch that moved on', () => {
  const base = { [file]: zone(2026112201, rest), 'x.nix': '1\n', 'y.nix': '1\n' };
  const ours = { ...base, [file]: zone(2026112202, `${rest}c 300 IN A 10.0.0.3\n`), 'x.nix': '2\n' };

  test('that both changed a zone get all records and a serial that is newer than both', async () => {
    const theirs = { ...base, [file]: zone(2026112202, `z 300 IN A 10.0.0.9\n${rest}`), 'y.nix': '2\n' };
    expect(await merge(base, ours, theirs)).toEqual({
      kind: 'merged',
      zones: ['fleet.lan'],
      edits: [
        {
          path: file,
          before: theirs[file],
          after: zone(2026112203, `z 300 IN A 10.0.0.9\n${rest}c 300 IN A 10.0.0.3\n`),
        },
        { path: 'x.nix', before: '1\n', after: '2\n' },
      ],
    });
  });

  test.each([
    ['changed different files', { ...base, 'y.nix': '2\n' }, { kind: 'not-needed' }],
    [
      'changed the same record',
      { ...base, [file]: zone(2026112202, rest.replace('10.0.0.2', '10.0.0.8')) },
      { kind: 'by-hand', files: [file] },
      { ...base, [file]: zone(2026112202, rest.replace('10.0.0.2', '10.0.0.7')) },
    ],
    [
      'changed another file too',
      { ...base, [file]: zone(2026112202, `z 300 IN A 10.0.0.9\n${rest}`), 'x.nix': '3\n' },
      { kind: 'by-hand', files: ['x.nix'] },
    ],
    ['no longer both have the zone', { 'x.nix': '1\n' }, { kind: 'by-hand', files: [file] }],
  ])('that %s', async (_name, theirs: Files, expected, mine: Files = ours) => {
    expect(await merge(base, mine, theirs)).toEqual(expected);
  });

  test('of which both changed only what a zone includes get all records, and the serial of ours', async () => {
    const shared = 'dns/shared.inc';
    const before = { [file]: zone(2026112201, `$INCLUDE shared.inc\n`), [shared]: rest };
    const mine = { [file]: zone(2026112202, `$INCLUDE shared.inc\n`), [shared]: `${rest}c 300 IN A 10.0.0.3\n` };
    const theirs = { ...before, [shared]: `${rest}d 300 IN A 10.0.0.4\n` };
    const merged = await merge(before, mine, theirs);
    expect(merged).toMatchObject({ kind: 'merged' });
    expect(JSON.stringify(merged)).toContain('2026112202');
    expect(JSON.stringify(merged)).toContain('c 300 IN A 10.0.0.3\\nd 300 IN A 10.0.0.4');
  });
});
