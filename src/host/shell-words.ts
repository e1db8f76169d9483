import { assert } from '../core/bug.ts';

/**
 * A command line that every login shell in use reads as exactly these words. ssh has no argument arrays: the login
 * shell of the account gets one string, and it may be bash, dash, zsh or fish.
 *
 * Single quotes, with `'` and `\` set apart in double quotes. fish reads `\\` and `\'` as escapes inside single quotes
 * where sh does not, and zsh may read `''` inside them as one quote (RC_QUOTES): neither ever appears.
 */
export function shellLine(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}

function shellWord(word: string): string {
  assert(!word.includes('\0'), 'a word without a NUL byte');
  if (/^[A-Za-z0-9%+,./:=@_-]+$/.test(word)) return word;
  if (word === '') return '""';
  return word.replaceAll(/[^'\\]+|['\\]/g, (part) => (part === "'" ? `"'"` : part === '\\' ? `"\\\\"` : `'${part}'`));
}

/** The words of a line made by `shellLine`, or null: whatever else a shell would make of a line is not looked at. */
export function wordsOfLine(line: string): readonly string[] | null {
  const words: string[] = [];
  let word = '';
  let rest = line;
  let inWord = false;
  while (rest !== '') {
    const part = /^(?:'([^'\\]+)'|"(|'|\\\\)"|([A-Za-z0-9%+,./:=@_-]+)|( ))/.exec(rest);
    if (part === null) return null;
    rest = rest.slice(part[0].length);
    if (part[4] !== undefined) {
      if (!inWord) return null;
      words.push(word);
      word = '';
      inWord = false;
    } else {
      word += part[1] ?? (part[2] === '\\\\' ? '\\' : (part[2] ?? part[3] ?? ''));
      inWord = true;
    }
  }
  if (!inWord) return words.length === 0 ? words : null;
  return [...words, word];
}
