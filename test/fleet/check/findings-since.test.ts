import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/core/finding.ts';
import { findingsSince } from '../../../src/fleet/check/findings-since.ts';

const finding = (line: number, message: string, file = 'a.nix', check = 'x'): Finding => ({
  check,
  level: 'error',
  file,
  line,
  message,
});

describe('findings since a base', () => {
  test.each([
    ['the same one', [finding(3, 'wrong')], [finding(3, 'wrong')]],
    ['one whose line moved', [finding(3, 'wrong')], [finding(30, 'wrong')]],
    ['one that names a line that moved', [finding(3, 'defined in line 2')], [finding(4, 'defined in line 3')]],
    [
      'one that names a place that moved',
      [finding(3, 'on b (lan, b.nix:7) and c')],
      [finding(3, 'on b (lan, b.nix:12) and c')],
    ],
    [
      'one with other evidence',
      [finding(3, 'no monitor; a, b have')],
      [finding(3, 'no monitor; a, b and 2 more have')],
    ],
    ['one of two that are alike', [finding(3, 'wrong'), finding(9, 'wrong')], [finding(4, 'wrong')]],
    ['nothing', [], []],
  ])('leave out %s', (_name, before, after) => {
    expect(findingsSince(before, after)).toEqual([]);
  });
  test.each([
    ['another message', [finding(3, 'wrong')], [finding(3, 'worse')]],
    ['another file', [finding(3, 'wrong')], [finding(3, 'wrong', 'b.nix')]],
    ['another check', [finding(3, 'wrong')], [finding(3, 'wrong', 'a.nix', 'y')]],
    ['another address', [finding(3, '10.0.0.1 is on a')], [finding(3, '10.0.0.2 is on a')]],
    ['another port', [finding(3, 'both listen on 3000/tcp')], [finding(3, 'both listen on 3001/tcp')]],
  ])('hold %s', (_name, before, after) => {
    expect(findingsSince(before, after)).toEqual(after);
  });
  test('hold the one more of those that are alike, and it is the one whose line the base does not have', () => {
    const [old, fresh] = [finding(9, 'wrong'), finding(3, 'wrong')];
    expect(findingsSince([old], [fresh, old])).toEqual([fresh]);
  });
});
