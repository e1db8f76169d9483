import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commentLimit, cut, summaryLimit, tailOf } from '../../src/report/cut.ts';
import { block, folded } from '../../src/report/markdown.ts';

describe('a text that is too long', () => {
  test.each([commentLimit, summaryLimit])('of exactly %i characters is kept as it is', (limit) => {
    const text = 'x'.repeat(limit);
    expect(cut(text, limit)).toBe(text);
  });

  test.each([commentLimit, summaryLimit])('over %i characters fits and says how much is missing', (limit) => {
    const text = `${'line of a report\n'.repeat(5000)}end`;
    const kept = cut(text, limit);
    expect(kept.length).toBeLessThanOrEqual(limit);
    expect(kept.length).toBeGreaterThan(limit - 1000);
    const shown = kept.lastIndexOf('line of a report') + 'line of a report'.length;
    expect(kept).toContain(`${text.length - shown} more characters do not fit`);
  });

  test('in one line keeps nothing of it, and still says so', () => {
    expect(cut('x'.repeat(commentLimit + 1), commentLimit)).toContain(`${commentLimit + 1} more characters`);
  });

  test('is never cut within a character', () => {
    const kept = cut(`${'😀é漢\n'.repeat(20_000)}`, commentLimit);
    expect(kept).not.toMatch(/\p{Surrogate}/u);
    expect(kept).not.toContain('\uFFFD');
  });

  test('closes the fence and the folds that the cut leaves open', () => {
    const log = 'a line of a log with ```` in it\n'.repeat(4000);
    const kept = cut(folded('log', block(log)), commentLimit);
    expect(kept).toMatch(/\n`````\n\n<\/details>\n\n_This report is cut here/);
    expect(kept.match(/<details>/g)).toHaveLength(kept.match(/<\/details>/g)?.length ?? 0);
  });

  test('does not count what only a log says', () => {
    const kept = cut(`${block('<details>')}\n${'x\n'.repeat(40_000)}`, commentLimit);
    expect(kept).not.toContain('</details>');
  });

  test('never goes over its limit', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom('```', '````', 'text '.repeat(9), '<details><summary>a</summary>', '</details>', '😀'),
          { minLength: 150, maxLength: 600 },
        ),
        (lines) => {
          expect(cut(lines.join('\n'), 1500).length).toBeLessThanOrEqual(1500);
        },
      ),
    );
  });
});

describe('the tail of a log', () => {
  test.each([
    ['a short log', 'a\nb', 10, 'a\nb'],
    ['whole lines only', 'first\nsecond\nthird', 8, '[13 characters before this are left out]\nthird'],
    ['one endless line', 'abcdefgh', 3, '[5 characters before this are left out]\nfgh'],
  ])('of %s', (_name, log, limit, expected) => {
    expect(tailOf(log, limit)).toBe(expected);
  });
});
