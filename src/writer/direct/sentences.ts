/** One word of a sentence. `quoted` words come out of double quotes and are never grammar. */
export interface Word {
  readonly text: string;
  /** Lower case, for looking up; empty for quoted words, so that they match nothing. */
  readonly low: string;
  readonly quoted: boolean;
}

export interface Sentence {
  readonly words: readonly Word[];
  /** It ends in a colon: what follows is a list. */
  readonly opensList: boolean;
  /** It stands as an item of a list, or as a line of a code block. */
  readonly item: boolean;
  readonly text: string;
}

/**
 * The sentences of a text in Markdown: line by line, bullets and code fences taken off, split where a sentence ends.
 * HTML comments are left out: nobody sees them, so nobody asked them.
 */
export function sentencesOf(markdown: string): readonly Sentence[] {
  const sentences: Sentence[] = [];
  let fenced = false;
  for (const raw of markdown.replace(/<!--[\s\S]*?(-->|$)/g, '').split(/\r\n|\n|\r/)) {
    const line = raw.trim();
    if (/^(```|~~~)/.test(line)) {
      fenced = !fenced;
      continue;
    }
    if (line === '') continue;
    const bullet = /^(?:[-*+•]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?/.exec(line)?.[0] ?? '';
    const body = fenced ? line.replace(/\s;.*$/, '') : line.slice(bullet.length);
    const row = !fenced && /^\|.*\|$/.test(body);
    if (row && /^[|\s:-]+$/.test(body)) continue;
    const words = wordsOf(row ? body.replaceAll('|', ' ') : body);
    const item = fenced || row || bullet !== '';
    for (const part of fenced ? [words] : splitSentences(words)) {
      const sentence = trimmed(part, item);
      if (sentence !== null) sentences.push(sentence);
    }
  }
  return sentences;
}

/** Words by white space; a double-quoted text is one word, and what follows it directly is another. */
export function wordsOf(line: string): readonly Word[] {
  const words: Word[] = [];
  const plain = line.replace(/\*\*|__(?=\S)|(?<=\S)__|`/g, '').replace(/[“”„]/g, '"');
  for (const match of plain.matchAll(/"((?:\\.|[^"\\])*)"|[^\s"]+/g)) {
    if (match[1] === undefined) words.push({ text: match[0], low: match[0].toLowerCase(), quoted: false });
    else words.push({ text: match[1], low: '', quoted: true });
  }
  return words;
}

/** A word that ends in `.`, `!`, `?` or `;` ends a sentence; the dot may also be that of an absolute name. */
function splitSentences(words: readonly Word[]): readonly (readonly Word[])[] {
  const parts: Word[][] = [[]];
  for (const [at, word] of words.entries()) {
    const end = !word.quoted && /[.!?;]$/.test(word.text) && !isAbsoluteName(word, words[at + 1]);
    if (word.quoted || !end) parts.at(-1)?.push(word);
    else {
      const text = word.text.replace(/[.!?;]+$/, '');
      if (text !== '') parts.at(-1)?.push({ text, low: text.toLowerCase(), quoted: false });
      parts.push([]);
    }
  }
  return parts.filter((part) => part.length > 0);
}

/** The root, or the owner of a line as a zone file has it: what follows it is no new sentence. */
function isAbsoluteName(word: Word, next: Word | undefined): boolean {
  if (next === undefined) return false;
  return (
    word.text === '.' ||
    (/[^.]\.[^.]+\.$/.test(word.text) && /^(\d+[smhdw]?|IN|A|AAAA|CNAME|[A-Z]{2,10})$/.test(next.text))
  );
}

function trimmed(words: readonly Word[], item: boolean): Sentence | null {
  const last = words.at(-1);
  const opensList = last !== undefined && !last.quoted && last.text.endsWith(':');
  const clean = words.flatMap((word): readonly Word[] => {
    if (word.quoted) return [word];
    const text = word.text.replace(/^[(,]+|[,:)]+$/g, '');
    // A lone dash or arrow stays: the grammar knows them. `2001:db8::` keeps its colons.
    const kept = /^[0-9a-f:]*::$/i.test(word.text) ? word.text : text;
    return kept === '' ? [] : [{ text: kept, low: kept.toLowerCase(), quoted: false }];
  });
  if (clean.length === 0) return null;
  return {
    words: clean,
    opensList,
    item,
    text: words.map((word) => (word.quoted ? `"${word.text}"` : word.text)).join(' '),
  };
}
