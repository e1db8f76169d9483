import type { Hidden } from './hidden-text.ts';

/** Letters that look Latin in common typefaces (a part of the table of Unicode TR 39, as far as names need it). */
const latinOf: ReadonlyMap<string, string> = new Map(
  Object.entries({
    а: 'a',
    в: 'b',
    с: 'c',
    ԁ: 'd',
    е: 'e',
    һ: 'h',
    і: 'i',
    ј: 'j',
    к: 'k',
    ӏ: 'l',
    м: 'm',
    п: 'n',
    о: 'o',
    р: 'p',
    ԛ: 'q',
    г: 'r',
    ѕ: 's',
    т: 't',
    у: 'y',
    ѵ: 'v',
    ԝ: 'w',
    х: 'x',
    ɡ: 'g',
    ı: 'i',
    α: 'a',
    ε: 'e',
    ι: 'i',
    κ: 'k',
    ν: 'v',
    ο: 'o',
    ρ: 'p',
    τ: 't',
    υ: 'u',
    χ: 'x',
    γ: 'y',
    օ: 'o',
    ո: 'n',
    ս: 'u',
    հ: 'h',
    ց: 'g',
    զ: 'q',
  }),
);

const foreign =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}]/u;
/** Forms of plain characters that compatibility rules fold back: full-width, mathematical, circled, Kelvin and Ångström. */
const otherForms = /[\uFF01-\uFF5E\u212A\u212B\u24B6-\u24E9\u{1D400}-\u{1D7FF}]/u;

/** Words that look like others: of mixed scripts, in other forms of Latin letters, or looking like a name of the fleet. */
export function lookAlikes(text: string, names: readonly string[]): Hidden[] {
  const known = new Set(names.map((name) => name.toLowerCase()));
  const found: Hidden[] = [];
  for (const { 0: word, index: at } of text.matchAll(/[\p{L}\p{N}\p{M}\uFF01-\uFF5E_./-]{2,}/gu)) {
    if (!/\P{ASCII}/u.test(word)) continue;
    const plain = skeleton(word);
    if (otherForms.test(word))
      found.push({ at, what: `a word in other forms of plain letters, like “${plain}”`, text: word });
    else if (/\p{Script=Latin}/u.test(word) && foreign.test(word))
      found.push({ at, what: `a word of mixed scripts that looks like “${plain}”`, text: word });
    else if (known.has(plain) && plain !== word.toLowerCase())
      found.push({ at, what: `a word that looks like the name “${plain}” and is another`, text: word });
  }
  return found;
}

function skeleton(word: string): string {
  return Array.from(word.normalize('NFKC').toLowerCase(), (one) => latinOf.get(one) ?? one).join('');
}
