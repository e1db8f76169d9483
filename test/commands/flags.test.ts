import { describe, expect, test } from 'vitest';
import { splitFlags } from '../../src/commands/flags.ts';

const all = ['--adopt', '--force', '--reason'] as const;

describe('the options of a command', () => {
  test.each([
    ['none', ['wolfhound'], { rest: ['wolfhound'], flags: { adopt: false, force: false, reason: null } }],
    ['--adopt anywhere', ['--adopt', 'wolfhound'], { rest: ['wolfhound'], flags: { adopt: true } }],
    [
      'a reason as the next word',
      ['a', '--force', '--reason', 'mail is down'],
      { rest: ['a'], flags: { force: true, reason: 'mail is down' } },
    ],
    [
      'a reason after an equals sign',
      ['--reason=mail', '--force'],
      { rest: [], flags: { force: true, reason: 'mail' } },
    ],
    ['a reason alone', ['--reason', 'mail'], { rest: [], flags: { force: false, reason: 'mail' } }],
  ])('are read: %s', (_name, words, expected) => {
    expect(splitFlags(words, all)).toMatchObject(expected);
  });

  test.each([
    ['--force without a reason', ['--force'], '--reason "why"'],
    ['a reason that is missing', ['--force', '--reason'], 'names no reason'],
    ['a reason that is empty', ['--force', '--reason', ' '], 'names no reason'],
    ['a reason that is the next option', ['--reason', '--force'], 'names no reason'],
    ['an option twice', ['--adopt', '--adopt'], 'twice'],
    ['a value where none belongs', ['--adopt=yes'], 'no value'],
    ['a mistyped option, with the one that was meant', ['--froce'], '`--force` is near it'],
  ])('are refused: %s', (_name, words, reason) => {
    const refused = splitFlags(words, all);
    expect(refused).toMatchObject({ kind: 'refused', code: 'bad-arguments' });
    expect(JSON.stringify(refused)).toContain(JSON.stringify(reason).slice(1, -1));
  });

  test('one that the command does not take is refused', () => {
    expect(splitFlags(['--adopt'], [])).toMatchObject({
      kind: 'refused',
      facts: { reason: expect.stringContaining('no options') },
    });
  });
});
