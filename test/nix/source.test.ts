import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lexNix } from '../../src/nix/lexer.ts';
import { parseNix } from '../../src/nix/parser.ts';
import { byteOffsetAt, positionAt, printNix, tokenAt, triviaFrom } from '../../src/nix/source.ts';

const words = [
  "{ } [ ] ( ) ; : , @ . = ? ... ! == // + - -> |> <| \" '' ${ $ ' \\ a 1 .5 ./a a/ ~/ <n> x:y # /* */ ''$ ''' $$".split(
    ' ',
  ),
  ['if ', ' then ', ' else ', 'let ', ' in ', 'with ', 'rec ', 'inherit ', ' or ', 'assert ', ' b'],
  ['\n', '\r\n', '\r', ' ', '\t', '\0', '\ufeff', 'é', '😀', '\ud800'],
].flat();

/** Texts made of Nix's own pieces reach far more of the lexer than random characters do. */
const nixish = fc
  .array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 3 })), { maxLength: 60 })
  .map((pieces) => pieces.join(''));

describe('losslessness', () => {
  test('any text prints as it was read', () => {
    fc.assert(
      fc.property(nixish, (text) => {
        expect(printNix(parseNix(text))).toBe(text);
      }),
      { numRuns: 5000 },
    );
  });

  test('tokens never overlap, and only blanks and comments lie between them', () => {
    fc.assert(
      fc.property(nixish, (text) => {
        const { tokens, error } = lexNix(text);
        // A lexical error and a NUL swallow what follows them, which is no trivia.
        fc.pre(error === null && !text.includes('\0'));
        let at = 0;
        for (let i = 0; i < tokens.count; i++) {
          const start = tokens.starts[i] ?? -1;
          expect(start).toBeGreaterThanOrEqual(at);
          expect(triviaFrom(text, at, start).at(-1)?.to ?? at).toBe(start);
          at = tokens.ends[i] ?? -1;
        }
      }),
      { numRuns: 3000 },
    );
  });

  test('what was read once reads the same again', () => {
    fc.assert(
      fc.property(nixish, (text) => {
        const first = parseNix(text);
        expect(parseNix(printNix(first)).root).toEqual(first.root);
      }),
    );
  });
});

describe('positions', () => {
  test.each([
    ['a\nb', 2, { line: 2, column: 1 }],
    ['a\r\nb', 3, { line: 2, column: 1 }],
    ['a\rb', 2, { line: 2, column: 1 }],
    ['"😀" x', 5, { line: 1, column: 6 }],
    ['', 0, { line: 1, column: 1 }],
    ['a\n', 2, { line: 2, column: 1 }],
  ])('%j at %i', (text, offset, position) => {
    expect(positionAt(parseNix(text), offset)).toEqual(position);
  });

  test.each([
    ['é😀x', 0, 0],
    ['é😀x', 1, 2],
    ['é😀x', 3, 6],
    ['€x', 1, 3],
    ['\ud800x', 1, 3],
  ])('%j: offset %i is byte %i', (text, offset, bytes) => {
    expect(byteOffsetAt(text, offset)).toBe(bytes);
  });

  test('a token is found from any offset within it, and the next one from before it', () => {
    const tree = parseNix('ab  + cd');
    expect([0, 1, 2, 4, 5, 7].map((offset) => tokenAt(tree, offset))).toEqual([0, 0, 1, 1, 2, 2]);
  });
});

test('comments and blanks are told apart', () => {
  expect(triviaFrom(' # a\n/* b */ x', 0)).toEqual([
    { kind: 'blank', from: 0, to: 1 },
    { kind: 'line-comment', from: 1, to: 4 },
    { kind: 'blank', from: 4, to: 5 },
    { kind: 'block-comment', from: 5, to: 12 },
    { kind: 'blank', from: 12, to: 13 },
  ]);
});
