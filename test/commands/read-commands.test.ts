import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCommands } from '../../src/commands/read-commands.ts';

const linesOf = (body: string) => readCommands(body).commands.map(({ verb, words }) => [verb, ...words].join(' '));

describe('a comment commands with a line that begins with a slash and a verb', () => {
  test.each([
    ['/deploy wolfhound', ['deploy wolfhound']],
    ['/DEPLOY Wolfhound', ['deploy Wolfhound']],
    ['Looks good, thank you.\n\n/deploy wolfhound\n', ['deploy wolfhound']],
    ['/deploy wolfhound\r\n/status\r\n', ['deploy wolfhound', 'status']],
    ['/deploy  wolfhound\tgriffin   ', ['deploy wolfhound griffin']],
    ['/unlock wolfhound --reason "back to work"', ['unlock wolfhound --reason back to work']],
    ['<!-- template -->\n/help', ['help']],
    ['```\nlog\n```\n/help', ['help']],
    ['```\n<!--\n```\n/help', ['help']],
    ['<!-- a --> <!-- b\nc -->\n/help', ['help']],
  ])('%j', (body, expected) => {
    expect(linesOf(body)).toEqual(expected);
  });
});

describe('and with nothing else', () => {
  test.each([
    ['a word in a sentence', 'Please /deploy wolfhound when you can'],
    ['a quote of somebody', '> /deploy wolfhound'],
    ['a code fence', '```\n/deploy wolfhound\n```'],
    ['a fence with tildes', '~~~sh\n/deploy wolfhound\n~~~'],
    ['a fence that only a longer one closes', '````\n```\n/deploy wolfhound\n````'],
    ['a fence that is never closed', '```\n/deploy wolfhound'],
    ['indented code', '    /deploy wolfhound'],
    ['one blank before the slash', ' /deploy wolfhound'],
    ['an HTML comment', '<!-- \n/deploy wolfhound\n-->'],
    ['an HTML comment that is never closed', '<!--\n/deploy wolfhound'],
    ['a path', '/etc/nixos/configuration.nix is wrong'],
    ['a path alone', '/nix/store'],
    ['a list', '- /deploy wolfhound'],
    ['a slash and a blank', '/ deploy wolfhound'],
    ['a full-width slash', '／deploy wolfhound'],
    ['a Cyrillic look-alike', '/dерloy wolfhound'],
    ['a hidden character in the verb', '/de\u200Bploy wolfhound'],
    ['a hidden character before it', '\u2060/deploy wolfhound'],
    ['inline code', '`/deploy wolfhound`'],
    ['an escaped slash', '\\/deploy wolfhound'],
    ['an entity', '&#x2f;deploy wolfhound'],
    ['a heading', '# /deploy wolfhound'],
  ])('%s', (_name, body) => {
    expect(linesOf(body)).toEqual([]);
  });
});

test('reading never throws and takes only lines that stand in the text', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.array(fc.constantFrom('/deploy a', '<!--', '-->', '```', '> ', '\n', '\r\n')),
      (noise, parts) => {
        const body = parts.join('\n') + noise;
        for (const { text } of readCommands(body).commands)
          expect(body.split(/\r\n|\n|\r/).some((line) => line.includes(text))).toBe(true);
      },
    ),
  );
});
