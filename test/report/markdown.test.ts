import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  block,
  code,
  count,
  folded,
  listed,
  plain,
  prose,
  table,
  withoutTerminalCodes,
} from '../../src/report/markdown.ts';

const esc = String.fromCharCode(27);
/** Zero width: what stands after it is no mention and no reference for GitHub. */
const gap = '\u200B';

describe('plain text from outside', () => {
  test.each([
    ['a mention pings nobody', 'ask @ann or @acme/team', `ask @${gap}ann or @${gap}acme/team`],
    ['an at sign alone stays', 'a @ b', 'a @ b'],
    ['a reference links nothing', 'closes #12 and GH-7, gh-8', `closes #${gap}12 and GH${gap}-7, gh${gap}-8`],
    ['a tag is no reference', '#dns', '#dns'],
    ['HTML is text', '<img src=x> &lt;', '&lt;img src=x&gt; &amp;lt;'],
    ['a pipe ends no cell', 'a | b', 'a \\| b'],
    ['a backslash before a pipe hides nothing', 'a \\| b', 'a \\\\\\| b'],
    [
      'emphasis, links and strikes are text',
      '*a* _b_ [c](d) ~~e~~ `f`',
      '\\*a\\* \\_b\\_ \\[c\\](d) \\~\\~e\\~\\~ \\`f\\`',
    ],
    ['lines become one', 'a\r\n\n  b\u2028c\rd', 'a b c d'],
    ['a leading slash is no command', '/deploy all', '&#47;deploy all'],
    ['a slash after a line end is none either', 'see\n/deploy all', 'see /deploy all'],
    ['terminal colours go', `${esc}[31mred${esc}[0m`, 'red'],
    ['a terminal title goes', `${esc}]0;title\u0007text`, 'text'],
    ['control characters go', 'a\u0000b\u0008c', 'abc'],
  ])('%s', (_name, text, expected) => {
    expect(plain(text)).toBe(expected);
  });

  test('holds nothing that GitHub would act on, whatever it is', () => {
    const nasty = fc.string({
      unit: fc.constantFrom(
        '@',
        '#',
        '1',
        'a',
        '<',
        '>',
        '|',
        '`',
        '\\',
        '/',
        '\n',
        '\r',
        'GH-',
        '&',
        '*',
        '_',
        '[',
        ']',
        ' ',
        esc,
      ),
    });
    fc.assert(
      fc.property(nasty, (text) => {
        const safe = plain(text);
        expect(safe).not.toContain(esc);
        expect(safe).not.toMatch(/[\r\n<>]|@[A-Za-z0-9]|(?<!&)#\d|GH-\d|^\//i);
        // An even number of backslashes before a mark would leave it its meaning.
        expect(safe).not.toMatch(/(?<!\\)(\\\\)*[|`*_[\]~]/);
      }),
    );
  });
});

describe('prose of our own, with code in it', () => {
  test.each([
    ['code stays code', '`hosts.a|b`: @ann', `\`hosts.a|b\`: @${gap}ann`],
    ['a backtick alone is text', 'a ` b', 'a \\` b'],
    ['HTML within code is code', '`<b>` <b>', '`<b>` &lt;b&gt;'],
  ])('%s', (_name, text, expected) => {
    expect(prose(text)).toBe(expected);
  });

  test('outside of code it is as plain text', () => {
    const words = fc.string({ unit: fc.constantFrom('@', 'a', '<', '`', '#', '1', ' ') });
    fc.assert(
      fc.property(words, (text) => {
        // A code span parts its neighbours: what stands before it and after it is not one word.
        expect(prose(text).replaceAll(/(?<!\\)`[^`]*`/g, ' ')).not.toMatch(/[<>]|@a|#1/);
      }),
    );
  });
});

describe('code and blocks', () => {
  test.each([
    ['plain', 'a', '`a`'],
    ['a mention', '@ann', '`@ann`'],
    ['with a backtick', 'a`b', '``a`b``'],
    ['that begins with one', '`a', '`` `a ``'],
    ['of nothing', '', '`  `'],
    ['of two lines', 'a\nb', '`a b`'],
  ])('inline code %s', (_name, text, expected) => {
    expect(code(text)).toBe(expected);
  });

  test('no run of backticks inside is as long as the ones around it', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('`', 'a', ' ') }), (text) => {
        const fence = /^`+/.exec(code(text))?.[0].length ?? 0;
        const inside = code(text).slice(fence, -fence);
        for (const [run] of inside.matchAll(/`+/g)) expect(run.length).toBeLessThan(fence);
      }),
    );
  });

  test('no line of a log closes its block', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('```', '````', 'text', '~~~', '')), (lines) => {
        const [fence = '', ...rest] = block(lines.join('\n')).split('\n');
        expect(rest.indexOf(fence)).toBe(rest.length - 1);
      }),
    );
  });

  test('a progress line that a terminal would overwrite becomes lines', () => {
    expect(block('10%\r20%\r\nend')).toBe('```\n10%\n20%\r\nend\n```');
    expect(withoutTerminalCodes(`${esc}[2K\u0007x`)).toBe('x');
  });
});

describe('tables and lists', () => {
  test('every row has as many cells as the head, whatever the cells hold', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('|', '\\', 'a', '`') })), (texts) => {
        const rows = table(
          ['a', 'b'],
          texts.map((text) => [code(text), plain(text)]),
        ).split('\n');
        // As GFM reads it: a backslash takes the next character's meaning away.
        for (const row of rows) expect(row.replaceAll(/\\./g, '').split('|')).toHaveLength(4);
      }),
    );
  });

  test('a pipe in code is kept', () => {
    expect(table(['a'], [[code('x | y')]])).toBe('| a |\n| --- |\n| `x \\| y` |');
  });

  test('lists and counts read as words', () => {
    expect([
      listed([]),
      listed(['a']),
      listed(['a', 'b']),
      listed(['a', 'b', 'c']),
      listed(['a', 'b', 'c'], 2),
    ]).toEqual(['none', 'a', 'a and b', 'a, b and c', 'a, b and 1 more']);
    expect([count(0, 'host'), count(1, 'host'), count(2, 'host'), count(2, 'entry', 'entries')]).toEqual([
      '0 hosts',
      '1 host',
      '2 hosts',
      '2 entries',
    ]);
    expect(folded('log', 'x')).toBe('<details><summary>log</summary>\n\nx\n\n</details>');
  });
});
