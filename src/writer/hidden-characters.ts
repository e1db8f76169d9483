import type { Hidden } from './hidden-text.ts';

/**
 * Characters that show as nothing or move others: each run once. Where writing needs them they do not count: a
 * variation selector behind an emoji or an ideograph, a joiner between emoji or in a script that joins, the three flags
 * that Unicode spells with tags (UTS 51), and a byte-order mark at the very beginning.
 */
export function hiddenCharacters(text: string): Hidden[] {
  const plain = text
    .replace(/^\uFEFF/, ' ')
    .replaceAll(/\u{1F3F4}[\u{E0061}-\u{E007A}]{5}\u{E007F}/gu, blank)
    .replaceAll(/(?<=[\p{Emoji}\p{So}])[\uFE0E\uFE0F]/gu, ' ')
    .replaceAll(/(?<=\p{Script=Han})[\uFE00-\uFE02\u{E0100}-\u{E01EF}](?![\u{E0100}-\u{E01EF}])/gu, blank)
    .replaceAll(/(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier} ])\u200D(?=\p{Extended_Pictographic})/gu, ' ')
    .replaceAll(
      /(?<=[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}])[\u200C\u200D]/gu,
      ' ',
    );
  return [
    ...runs(plain, /[\u{E0000}-\u{E007F}]+/gu, (run) => ({
      what: `${lengthOf(run)} tag characters, which spell`,
      text: spelledByTags(run),
    })),
    ...runs(plain, /[\uFE00-\uFE0F\u{E0100}-\u{E01EF}]+/gu, (run) => ({
      what: `${lengthOf(run)} variation selectors, which can carry bytes`,
      text: bytesOfSelectors(run),
    })),
    ...runs(plain, /[\u202A-\u202E\u2066-\u2069\u200E\u200F\u061C]+/g, () => ({
      what: 'characters that turn the direction of writing',
      text: '',
    })),
    ...runs(
      plain,
      // All that Unicode calls ignorable, the Braille blank and interlinear marks, without what the lines above told.
      /(?:(?![\u{E0000}-\u{E007F}]|[\u{E0100}-\u{E01EF}]|[\uFE00-\uFE0F]|[\u202A-\u202E\u2066-\u2069\u200E\u200F\u061C])[\p{Default_Ignorable_Code_Point}\u2800\uFFF9-\uFFFB])+/gu,
      (run) => ({ what: `${lengthOf(run)} invisible characters`, text: run }),
    ),
    // Escape sequences and lone carriage returns repaint a terminal; the page shows nothing of them.
    ...runs(plain, /(?:(?!\r\n|[\t\n])\p{Cc})+/gu, (run) => ({
      what: `${run.length} control characters`,
      text: run,
    })),
  ];
}

function runs(
  text: string,
  pattern: RegExp,
  say: (run: string) => { readonly what: string; readonly text: string },
): Hidden[] {
  return [...text.matchAll(pattern)].map((match) => ({ at: match.index, ...say(match[0]) }));
}

function blank(text: string): string {
  return ' '.repeat(text.length);
}

function lengthOf(run: string): number {
  return Array.from(run).length;
}

/** Tag characters stand 0xE0000 above the ASCII that they spell. */
function spelledByTags(run: string): string {
  return Array.from(run, (one) => String.fromCodePoint((one.codePointAt(0) ?? 0) - 0xe0000))
    .join('')
    .replaceAll(/[^\x20-\x7E]/g, '');
}

/** 256 selectors, one for each byte; shown where they spell plain text. */
function bytesOfSelectors(run: string): string {
  return Array.from(run, (one) => {
    const point = one.codePointAt(0) ?? 0;
    return String.fromCodePoint(point >= 0xe0100 ? point - 0xe0100 + 16 : point - 0xfe00);
  })
    .join('')
    .replaceAll(/[^\x20-\x7E]/g, '');
}
