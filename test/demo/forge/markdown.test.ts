import fc from 'fast-check';
import { expect, test } from 'vitest';
import { markdown } from '../../../src/demo/forge/pages/markdown.ts';

const shown = (...lines: readonly string[]): string => markdown(lines.join('\n')).html;

test.each([
  ['a heading', ['## Plan'], '<h3>Plan</h3>'],
  [
    'emphasis, code and a link',
    ['**no** *yes* `a|b*c*` [x](https://a.b/c_d_e)'],
    '<p><strong>no</strong> <em>yes</em> <code>a|b*c*</code> <a href="https://a.b/c_d_e">x</a></p>',
  ],
  [
    'a bare address',
    ['see http://127.0.0.1:1/x.'],
    '<p>see <a href="http://127.0.0.1:1/x.">http://127.0.0.1:1/x.</a></p>',
  ],
  [
    'emphasis around code and links',
    ['**`a` and [b](/c)**'],
    '<p><strong><code>a</code> and <a href="/c">b</a></strong></p>',
  ],
  ['line breaks', ['one', 'two', '', 'three'], '<p>one<br>two</p>\n<p>three</p>'],
  ['snake_case words', ['host_key and max_hosts'], '<p>host_key and max_hosts</p>'],
  [
    'a table with code that holds a pipe',
    ['| host | step |', '|---|:-:|', '| griffin | `a|b` |', '| \\| | |'],
    '<table><thead><tr><th>host</th><th>step</th></tr></thead><tbody><tr><td>griffin</td><td><code>a|b</code></td></tr><tr><td>|</td><td></td></tr></tbody></table>',
  ],
  [
    'a fence',
    ['```nix', '{ a = 1; } # **x**', '', '```', 'after'],
    '<pre><code>{ a = 1; } # **x**\n</code></pre>\n<p>after</p>',
  ],
  ['a longer fence around a fence', ['````', '```', 'x', '```', '````'], '<pre><code>```\nx\n```</code></pre>'],
  ['a fence that never ends', ['```', 'x'], '<pre><code>x</code></pre>'],
  [
    'a diff',
    ['```diff', '@@ -1 +1 @@', '-a', '+b', ' c', '```'],
    '<pre><code><span class="hunk">@@ -1 +1 @@</span>\n<span class="minus">-a</span>\n<span class="plus">+b</span>\n c</code></pre>',
  ],
  [
    'folded details',
    ['<details><summary>Log of **x**</summary>', '', '- a', '', '</details>'],
    '<details><summary>Log of <strong>x</strong></summary>\n<ul><li>a</li></ul>\n</details>',
  ],
  ['nested lists and tasks', ['- [x] a', '  - b', '- [ ] c'], '<ul><li>☑ a\n<ul><li>b</li></ul></li><li>☐ c</li></ul>'],
  ['a quote', ['> a', '> b'], '<blockquote><p>a<br>b</p></blockquote>'],
  ['a hidden marker', ['<!-- fleetwright:1 -->', 'text'], '<p>text</p>'],
])('%s is shown', (_, lines, expected) => {
  expect(shown(...lines)).toBe(expected);
});

test.each([
  ['a script', '<script>alert(1)</script>'],
  ['a handler', '<img src=x onerror=alert(1)>'],
  ['a handler on a tag that is allowed', '<details onclick=alert(1)>'],
  ['an address that runs', '[x](javascript:alert(1))'],
  ['an address that breaks out', '[x](https://a"onmouseover="alert(1))'],
  ['an address of another site without its scheme', '[x](//evil.example)'],
  ['a summary that breaks out', '<details><summary><script>1</script></summary>'],
  ['a language that breaks out', '```"><script>\nx\n```'],
  ['a table cell that breaks out', '| <b onclick=1> |\n|---|\n| <script> |'],
])('%s stays text', (_, text) => {
  const tags = markdown(text).html.match(/<[^>]*>/g) ?? [];
  for (const tag of tags) {
    expect(tag).toMatch(
      /^<(\/?(p|br|a|code|pre|table|thead|tbody|tr|th|td|details|summary|b)|a href="(https?:\/\/|\/|#)[^"]*")>$/,
    );
  }
});

test('whatever is typed, no tag or attribute appears that this reader does not make', () => {
  const piece = fc.constantFrom(
    '<',
    '>',
    '"',
    "'",
    '&',
    '`',
    '|',
    '*',
    '_',
    '[',
    ']',
    '(',
    ')',
    '\n',
    '- ',
    '> ',
    '# ',
    '```',
    '~~',
    'a',
    'https://x',
    'javascript:',
    '<script',
    'onload=',
    '<b>',
    '<details>',
    '<summary>',
    '\0',
    '1. ',
    '|-|',
  );
  const safe =
    /^<(\/?(p|br ?\/?|hr|a|code|pre|em|strong|del|blockquote|ul|ol|li|table|thead|tbody|tr|th|td|details|summary|h[2-6]|b)|a href="[^"<>]*"|span class="(plus|minus|hunk)"|\/span|details open)>$/;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const { html } = markdown(pieces.join(''));
      for (const tag of html.match(/<[^>]*>?/g) ?? []) expect(tag).toMatch(safe);
      for (const [, address = ''] of html.matchAll(/href="([^"]*)"/g)) expect(address).toMatch(/^(https?:|\/|#)/);
    }),
    { numRuns: 500 },
  );
});
