import { expect, test } from 'vitest';
import { programsInUse } from '../../src/dns/server-programs.ts';

test.each([
  ['by its path', '{ services.nsd.enable = true; }', ['nsd-checkzone']],
  ['in a set', '{ config, ... }: { services.knot = { enable = true; settings = { }; }; }', ['kzonecheck']],
  [
    'in sets of sets',
    '{ services = { knot.enable = true; nsd = { enable = true; }; }; }',
    ['kzonecheck', 'nsd-checkzone'],
  ],
  ['under a condition', '{ config = lib.mkIf cfg.x { services.nsd.enable = cfg.y; }; }', ['nsd-checkzone']],
  ['not where it is off', '{ services.nsd.enable = false; }', []],
  ['not where only its zones are there', '{ services.nsd.zones = { }; }', []],
  ['not for another of that name', '{ programs.knot.enable = true; }', []],
  ['not in a file that is no Nix at all', 'services.nsd.enable = true', []],
])('a server is known to run %s', (_name, text, programs) => {
  expect(programsInUse([{ path: 'x.nix', text }])).toEqual(programs);
});

test('a file of another kind tells nothing', () => {
  expect(programsInUse([{ path: 'README.md', text: '{ services.nsd.enable = true; }' }])).toEqual([]);
});
