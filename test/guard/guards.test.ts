import { describe, expect, test } from 'vitest';
import { type ChangedFile, diffWithoutZones } from '../../src/guard/guard.ts';
import { guards, judge } from '../../src/guard/list.ts';

const file = (
  path: string,
  before: string | null,
  after: string | null,
  mode: 'file' | 'executable' | 'symlink' | 'submodule' = 'file',
): ChangedFile => ({
  path,
  before: before === null ? null : { mode: 'file', text: before },
  after: after === null ? null : { mode, text: after },
});
const levels = (...files: ChangedFile[]) =>
  judge(diffWithoutZones(files)).map(
    ({ check, level, line }) => `${check} ${level}${line === undefined ? '' : ` ${line}`}`,
  );
const good = `hosts:\n  a: {address: a, host_key: "SHA256:${'A'.repeat(43)}"}\n`;

describe('a pull request that changes the bot’s own config', () => {
  test('is told that it counts only once merged', () => {
    expect(levels(file('.github/fleetwright.yml', good, good.replace('address: a', 'address: b')))).toEqual([
      'own-config note 1',
    ]);
  });
  test('is told every mistake with its line', () => {
    expect(levels(file('.github/fleetwright.yml', good, `${good}dploy: {}\n`))).toEqual([
      'own-config note 1',
      'own-config error 3',
    ]);
  });
  test('may not delete it unseen', () => {
    expect(levels(file('.github/fleetwright.yml', good, null))).toEqual(['own-config error 1']);
  });
});

describe('a symlink', () => {
  test.each([
    ['../../etc/shadow', 'error'],
    ['/proc/self/environ', 'error'],
    ['sub/../../../x', 'error'],
    ['../common.nix', 'warning'],
    ['./sibling.nix', 'warning'],
  ])('from hosts/a.nix to %s is level %s', (target, level) => {
    expect(levels(file('hosts/a.nix', null, target, 'symlink'))).toEqual([`special-files ${level}`]);
  });
});

test('a submodule is a warning, an executable bit a note, plain text nothing', () => {
  expect(levels(file('secrets', null, 'abc', 'submodule'))).toEqual(['special-files warning']);
  expect(levels(file('run.sh', 'a', 'a', 'executable'))).toEqual(['special-files note']);
  expect(levels(file('hosts/a.nix', 'a', 'b'), file('hosts/b.nix', null, 'b'), file('hosts/c.nix', 'b', null))).toEqual(
    [],
  );
});

describe('every guard', () => {
  test.each(guards.map((guard) => [guard.id, guard]))(
    '%s signs its findings, says something in one sentence, and has nothing to say of an empty diff',
    (id, guard) => {
      expect(id).toMatch(/^[a-z-]+$/);
      expect(guard.summary).toMatch(/\.$/);
      expect(guard.judge(diffWithoutZones([]))).toEqual([]);
      for (const finding of guard.judge(
        diffWithoutZones([file('.github/fleetwright.yml', null, '['), file('x', null, '/', 'symlink')]),
      ))
        expect(finding.check).toBe(id);
    },
  );
});
