import { expect, test } from 'vitest';
import { verdictOn } from '../../src/nix/verdict.ts';

test('a file that is Nix', () => {
  expect(verdictOn('a.nix', new TextEncoder().encode('{ }'))).toEqual({ file: 'a.nix', ok: true, errors: [] });
});

test('the first wrong place, as editors count', () => {
  expect(verdictOn('a.nix', new TextEncoder().encode('{\n  "😀" = ;\n}'))).toEqual({
    file: 'a.nix',
    ok: false,
    errors: [{ line: 2, column: 10, message: 'unexpected ";"' }],
  });
});

test('bytes that are no UTF-8 are taken where Nix takes them', () => {
  expect(verdictOn('a.nix', Uint8Array.from([35, 255, 10, 49])).ok).toBe(true);
  expect(verdictOn('a.nix', Uint8Array.from([255, 49])).ok).toBe(false);
});
