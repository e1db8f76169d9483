import type { Word } from './sentences.ts';

const courtesies: readonly (readonly string[])[] = (
  [
    ['please'],
    ['pls'],
    ['kindly'],
    ['hi'],
    ['hello'],
    ['hey'],
    ...['hi', 'hello', 'hey'].flatMap((hello) =>
      ['there', 'all', 'team', 'everyone', 'folks'].map((who) => [hello, who]),
    ),
    ['could', 'you'],
    ['can', 'you'],
    ['would', 'you'],
    ['could', 'we'],
    ['can', 'we'],
    ['i', 'would', 'like', 'to'],
    ["i'd", 'like', 'to'],
    ['we', 'would', 'like', 'to'],
    ["we'd", 'like', 'to'],
    ['i', 'would', 'like', 'you', 'to'],
    ['i', 'need', 'to'],
    ['we', 'need', 'to'],
    ['i', 'want', 'to'],
    ['we', 'want', 'to'],
    ['thanks'],
    ['thank', 'you'],
    ['many', 'thanks'],
    ['thanks', 'a', 'lot'],
    ['thank', 'you', 'very', 'much'],
    ['thanks', 'in', 'advance'],
    ['cheers'],
    ['best', 'regards'],
    ['kind', 'regards'],
    ['for', 'me'],
    ['for', 'us'],
    ['then'],
    ['also'],
    ['and'],
    ['too'],
    ['as', 'well'],
  ] satisfies string[][]
).toSorted((a, b) => b.length - a.length);

/** The sentence without the words that ask for nothing, at its beginning and end. */
export function afterCourtesy(words: readonly Word[]): readonly Word[] {
  let rest = words;
  for (let before = -1; before !== rest.length; ) {
    before = rest.length;
    if (/^@[\w-]+(\[bot\])?$/.test(rest[0]?.text ?? '') && rest.length > 1) rest = rest.slice(1);
    for (const courtesy of courtesies) {
      if (courtesy.every((low, at) => rest[at]?.low === low)) rest = rest.slice(courtesy.length);
      const from = rest.length - courtesy.length;
      if (from >= 0 && courtesy.every((low, at) => rest[from + at]?.low === low)) rest = rest.slice(0, from);
    }
  }
  return rest;
}
