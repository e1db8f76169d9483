import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { globMatcher, globShape } from '../../src/writer/glob.ts';

const paths = [
  'flake.nix',
  'hosts/griffin/default.nix',
  'hosts/griffin/hardware.nix',
  'hosts/griffin.d/x.nix',
  'modules/a.nix',
  'modules/web/a.nix',
  'dns/fleet.lan.zone',
  '.github/fleetwright.yml',
];

describe('a glob finds', () => {
  test.each<[string, string[]]>([
    ['**', paths],
    ['*', ['flake.nix']],
    ['*.nix', ['flake.nix']],
    ['**/*.nix', paths.filter((path) => path.endsWith('.nix'))],
    ['**/a.nix', ['modules/a.nix', 'modules/web/a.nix']],
    ['modules/**/a.nix', ['modules/a.nix', 'modules/web/a.nix']],
    ['hosts/griffin/**', ['hosts/griffin/default.nix', 'hosts/griffin/hardware.nix']],
    ['hosts/*/default.nix', ['hosts/griffin/default.nix']],
    ['hosts/griffin?d/*', ['hosts/griffin.d/x.nix']],
    ['{dns,modules}/*', ['modules/a.nix', 'dns/fleet.lan.zone']],
    ['modules/{a,web/{a,b}}.nix', ['modules/a.nix', 'modules/web/a.nix']],
    ['m**a.nix', ['modules/a.nix', 'modules/web/a.nix']],
    ['[a-z]*', []],
    ['hosts', []],
    ['{open', []],
  ])('%s', (glob, found) => {
    expect(globShape.safeParse(glob).success).toBe(true);
    expect(paths.filter(globMatcher(glob))).toEqual(found);
  });
});

describe('a glob that would blow up', () => {
  const long = `${'a/'.repeat(2000)}b`;
  test.each([
    ['folders in folders', '**/'.repeat(15) + 'x'],
    ['stars in one part', 'a*'.repeat(15) + 'x'],
    ['stars across parts', '**a'.repeat(15) + 'x'],
    ['open braces', '{'.repeat(150)],
  ])('%s: is answered after a bounded number of steps', (_name, glob) => {
    expect(globShape.safeParse(glob).success).toBe(true);
    // A matcher that goes back would not return from this in anybody's lifetime.
    expect(globMatcher(glob)(long)).toBe(false);
    expect(globMatcher(glob)('a'.repeat(4000))).toBe(false);
  });

  test.each([
    ['of too many wildcards', '*a'.repeat(17)],
    ['of braces that multiply', '{a,b}'.repeat(6)],
    ['of braces in braces', '{{a,b},{c,{d,e}}}'.repeat(3)],
    ['of nothing', ''],
    ['of great length', 'a'.repeat(201)],
  ])('%s: is refused', (_name, glob) => {
    expect(globShape.safeParse(glob).success).toBe(false);
  });

  test('never throws, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'ab*?/{},.[]()+^$\\'.split('')), maxLength: 40 }),
        fc.string(),
        (glob, path) => {
          fc.pre(globShape.safeParse(glob).success);
          expect(typeof globMatcher(glob)(path)).toBe('boolean');
        },
      ),
    );
  });

  test('without wildcards matches itself and nothing else', () => {
    const plain = fc.string({ unit: fc.constantFrom(...'ab/.[]()+^$\\é'.split('')), minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(plain, plain, (glob, path) => {
        expect(globMatcher(glob)(path)).toBe(glob === path);
      }),
    );
  });
});
