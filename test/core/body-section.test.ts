import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sectionOf, withSection } from '../../src/core/body-section.ts';

const mark = `<!-- fleetwright:${'a'.repeat(32)} -->`;

describe('a part of a text that code writes anew', () => {
  test('takes the place of the old one, and what people wrote around it stays', () => {
    const body = `By hand.\r\n\r\n${sectionOf('x', 'old')}\r\n\r\nAlso by hand. $1 $&\n\n${mark}`;
    expect(withSection(body, 'x', 'new $& $1')).toBe(
      body.replace(sectionOf('x', 'old'), () => sectionOf('x', 'new $& $1')),
    );
  });

  test.each([
    [
      'comes before the hidden line that ends the text',
      `Words.\n\n${mark}`,
      `Words.\n\n${sectionOf('x', 'new')}\n\n${mark}`,
    ],
    ['comes to the end where there is no such line', 'Words.', `Words.\n\n${sectionOf('x', 'new')}`],
    ['leaves others alone', sectionOf('y', 'other'), `${sectionOf('y', 'other')}\n\n${sectionOf('x', 'new')}`],
    [
      'is not taken for an end without a beginning',
      '<!-- end x --> Words',
      `<!-- end x --> Words\n\n${sectionOf('x', 'new')}`,
    ],
  ])('%s', (_name, body, wanted) => {
    expect(withSection(body, 'x', 'new')).toBe(wanted);
  });

  test('goes where it is empty, and does not come where it never was', () => {
    expect(withSection(`a\n\n${sectionOf('x', 'old')}\n\nb`, 'x', '')).toBe('a\n\n\n\nb');
    expect(withSection('a', 'x', '')).toBe('a');
  });

  test('written twice is as written once', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), (body, text) => {
        const once = withSection(body, 'x', text);
        expect(withSection(once, 'x', text)).toBe(once);
      }),
    );
  });
});
