import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rewriteString, stringAt } from '../../../src/dns/nix-text/rewrite.ts';
import { writtenText, type WrittenText } from '../../../src/dns/nix-text/written-text.ts';
import { parseNix } from '../../../src/nix/parser.ts';
import { indentString, quoteString } from '../../../src/nix/string-text.ts';
import { changedLines } from '../changed-lines.ts';

const part = fc.constantFrom(
  'a',
  ' ',
  '  ',
  '\t',
  "'",
  "''",
  '$',
  '${',
  '}',
  '\\',
  '"',
  '\\"',
  ';',
  '@ IN A',
  'é',
  '😀',
);
const line = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''));
const lines = fc.array(line, { minLength: 1, maxLength: 6 });

function written(text: string, from: number): WrittenText {
  const node = stringAt(parseNix(text), from);
  const found = node === null ? null : writtenText(text, node);
  if (found === null) throw new Error(`not read: ${text}`);
  return found;
}

describe('a string of a Nix file', () => {
  it('says at each character what Nix says that it says', () => {
    fc.assert(
      fc.property(lines, fc.boolean(), (said, indented) => {
        const value = said.join('\n');
        const text = `{ a = ${indented ? indentString(value, '    ', '  ') : quoteString(value)}; }`;
        const found = written(text, 6);
        expect(found.value).toBe(value);
        expect([...found.starts].sort((a, b) => a - b)).toEqual(found.starts);
      }),
      { numRuns: 2000 },
    );
  });

  it('takes in a line anywhere and changes no other line of the file', () => {
    fc.assert(
      fc.property(lines, line, fc.nat(), (said, added, where) => {
        // One line begins at the left, so that no other gives the indentation.
        const before = ['$TTL 1', ...said, ''];
        const at = 1 + (where % (said.length + 1));
        const after = [...before.slice(0, at), added, ...before.slice(at)];
        const text = `{\n  a = ${indentString(before.join('\n'), '    ', '  ')};\n}\n`;
        const next = rewriteString(written(text, 8), after.join('\n'));
        expect(next === null ? null : written(next, 8).value).toBe(after.join('\n'));
        expect(changedLines(text, next ?? '')).toHaveLength(1);
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps an interpolation, or is not written at all', () => {
    fc.assert(
      fc.property(lines, line, (said, added) => {
        const text = `{ a = "${quoteString(said.join('\n')).slice(1, -1)}\\n\${b} c\\nd"; }`;
        const source = written(text, 6);
        const next = rewriteString(
          source,
          source.value.replace(/c\nd$/, () => `c\n${added}\nd`),
        );
        expect(next).toContain('\\n${b} c\\n');
        expect(rewriteString(source, source.value.replace('\uE000', ''))).toBeNull();
      }),
      { numRuns: 1000 },
    );
  });
});
