import { BLANK, classOf, DIGIT, ID_PART, ID_START, PATH_CHAR, SCHEME_CHAR, URI_CHAR } from './characters.ts';
import { keywordAt } from './keyword.ts';
import * as T from './token.ts';
import type { NixError, Tokens } from './token.ts';

/** What a closing brace returns to. */
const CODE = 0;
const STRING = 1;
const IND_STRING = 2;
const IN_PATH = 3;

/** Characters that are a token whatever follows them. */
const singles: Uint8Array = makeSingles();

function makeSingles(): Uint8Array {
  const table = new Uint8Array(128);
  const kinds: readonly (readonly [string, number])[] = [
    ['[', T.BRACKET],
    [']', T.BRACKET_END],
    ['(', T.PAREN],
    [')', T.PAREN_END],
    [';', T.SEMICOLON],
    [':', T.COLON],
    [',', T.COMMA],
    ['@', T.AT],
    ['?', T.QUESTION],
    ['*', T.TIMES],
  ];
  for (const [character, kind] of kinds) table[character.charCodeAt(0)] = kind;
  return table;
}

/** One buffer for all calls: a file's tokens are copied out of it, so it grows to the longest file seen and no more. */
const scratch = { kinds: new Uint8Array(4096), starts: new Int32Array(4096), ends: new Int32Array(4096) };

function growScratch(): void {
  const size = scratch.kinds.length * 2;
  const kinds = new Uint8Array(size);
  const starts = new Int32Array(size);
  const ends = new Int32Array(size);
  kinds.set(scratch.kinds);
  starts.set(scratch.starts);
  ends.set(scratch.ends);
  Object.assign(scratch, { kinds, starts, ends });
}

/**
 * Nix's lexer by hand: the longest match wins, an earlier rule wins a tie (nix/src/libexpr/lexer.l).
 * Reading stops at the first lexical error, whose place is kept; the parser then meets an INVALID token there.
 */
class Lexer {
  private readonly text: string;
  private pos = 0;
  private count = 0;
  private mode = CODE;
  private readonly modes: number[] = [];
  /** Ends of the runs last measured. A run's end is the same from all its characters, which keeps `a.a.a.…` linear. */
  private pathRunEnd = -1;
  private schemeRunEnd = -1;
  private error: NixError | null = null;

  constructor(text: string) {
    this.text = text;
  }

  run(): Lexed {
    const length = this.text.length;
    while (this.pos < length) {
      if (this.mode === CODE) this.code();
      else if (this.mode === STRING) this.string();
      else if (this.mode === IND_STRING) this.indentedString();
      else this.path();
    }
    if (this.mode === IN_PATH) this.path();
    this.emit(T.END, this.pos, this.pos);
    const { count } = this;
    // Two more, uncounted: whoever looks two tokens ahead must not meet those of an earlier text.
    this.emit(T.END, this.pos, this.pos);
    this.emit(T.END, this.pos, this.pos);
    const { kinds, starts, ends } = scratch;
    return { tokens: { kinds, starts, ends, count }, error: this.error };
  }

  private emit(kind: number, start: number, end: number): void {
    const index = this.count;
    if (index === scratch.kinds.length) growScratch();
    scratch.kinds[index] = kind;
    scratch.starts[index] = start;
    scratch.ends[index] = end;
    this.count = index + 1;
    this.pos = end;
  }

  /** What is left of the text becomes one token that no rule accepts. */
  private fail(offset: number, message: string): void {
    this.error ??= { offset, message };
    this.emit(T.INVALID, this.pos, this.text.length);
    this.mode = CODE;
  }

  private push(mode: number): void {
    this.modes.push(this.mode);
    this.mode = mode;
  }

  private code(): void {
    const { text } = this;
    const length = text.length;
    while (this.mode === CODE && this.pos < length) {
      const start = this.pos;
      const c = text.charCodeAt(start);
      const bits = classOf(c);
      if ((bits & BLANK) !== 0) {
        let end = start + 1;
        while ((classOf(text.charCodeAt(end)) & BLANK) !== 0) end++;
        this.pos = end;
      } else if ((bits & ID_START) !== 0) this.word(start);
      else if (c < 128 && singles[c] !== 0) this.emit(singles[c] as number, start, start + 1);
      else this.sign(start, c);
    }
  }

  /** Anything that begins with a letter or `_`: identifier, keyword, URI or path. */
  private word(start: number): void {
    const { text } = this;
    let end = start + 1;
    while ((classOf(text.charCodeAt(end)) & ID_PART) !== 0) end++;
    const next = text.charCodeAt(end);
    // 46 `.`, 43 `+`, 47 `/`, 58 `:`: only these can make more of it than a word.
    if (next === 46 || next === 47 || next === 43 || next === 58) {
      if (next !== 58 && this.pathFrom(start)) return;
      if (next !== 47 && this.uriFrom(start)) return;
    }
    this.emit(keywordAt(text, start, end), start, end);
  }

  private uriFrom(start: number): boolean {
    const { text } = this;
    if (text.charCodeAt(start) === 95) return false;
    let end = this.schemeRunEnd;
    if (start >= end) {
      end = start;
      while ((classOf(text.charCodeAt(end)) & SCHEME_CHAR) !== 0) end++;
      this.schemeRunEnd = end;
    }
    if (text.charCodeAt(end) !== 58 || (classOf(text.charCodeAt(end + 1)) & URI_CHAR) === 0) return false;
    end++;
    while ((classOf(text.charCodeAt(end)) & URI_CHAR) !== 0) end++;
    this.emit(T.URI, start, end);
    return true;
  }

  /** The end of the run of path characters at `start`. */
  private pathRun(start: number): number {
    if (start < this.pathRunEnd) return this.pathRunEnd;
    let end = start;
    while ((classOf(this.text.charCodeAt(end)) & PATH_CHAR) !== 0) end++;
    this.pathRunEnd = end;
    return end;
  }

  /** The end of `(/chars)+/?` at `at`, or `at` where there is none. */
  private pathTail(at: number): number {
    const { text } = this;
    let end = at;
    while (text.charCodeAt(end) === 47 && (classOf(text.charCodeAt(end + 1)) & PATH_CHAR) !== 0) {
      end += 2;
      while ((classOf(text.charCodeAt(end)) & PATH_CHAR) !== 0) end++;
    }
    return end > at && text.charCodeAt(end) === 47 ? end + 1 : end;
  }

  /** Reads a path if one begins at `start`. `~` counts as its first character where it stands there. */
  private pathFrom(start: number): boolean {
    const { text } = this;
    const slash = text.charCodeAt(start) === 126 ? start + 1 : this.pathRun(start);
    if (text.charCodeAt(slash) !== 47) return false;
    const end = this.pathTail(slash);
    if (end === slash) {
      if (text.charCodeAt(slash + 1) !== 36 || text.charCodeAt(slash + 2) !== 123) return false;
      this.emit(T.PATH_START, start, slash + 1);
      this.push(IN_PATH);
      return true;
    }
    if (text.charCodeAt(end) === 36 && text.charCodeAt(end + 1) === 123) {
      this.emit(T.PATH_START, start, end);
      this.push(IN_PATH);
    } else if (text.charCodeAt(end - 1) === 47) {
      this.pos = end;
      this.fail(end, 'path has a trailing slash');
    } else this.emit(T.PATH, start, end);
    return true;
  }

  /** Within a path that has an interpolation: more text, another interpolation, or its end. */
  private path(): void {
    const { text } = this;
    const start = this.pos;
    if (text.charCodeAt(start) === 36 && text.charCodeAt(start + 1) === 123) {
      this.emit(T.INTERPOLATION, start, start + 2);
      this.push(CODE);
      return;
    }
    const run = this.pathRun(start);
    let end = this.pathTail(run);
    if (end === run && text.charCodeAt(run) === 47) end++;
    if (end > start) this.emit(T.PATH_TEXT, start, end);
    else if (text.charCodeAt(start - 1) === 47) this.fail(start, 'path has a trailing slash');
    else {
      this.mode = this.modes.pop() ?? CODE;
      this.emit(T.PATH_END, start, start);
    }
  }

  private number(start: number): void {
    const { text } = this;
    if (this.pathFrom(start)) return;
    const digits = (at: number): number => {
      let end = at;
      while ((classOf(text.charCodeAt(end)) & DIGIT) !== 0) end++;
      return end;
    };
    const whole = digits(start);
    const first = text.charCodeAt(start);
    let end = whole;
    if (text.charCodeAt(whole) === 46) {
      const fraction = digits(whole + 1);
      const hasFraction = fraction > whole + 1;
      // `1.` is a number, `0.` is not, and `00.5` is `00` and `.5`: Nix's FLOAT rule has two halves.
      if (whole > start && first !== 48) end = fraction;
      else if (hasFraction && whole - start <= 1) end = fraction;
    }
    if (end === whole) {
      this.integer(start, whole);
      return;
    }
    if ((text.charCodeAt(end) | 32) === 101) {
      const sign = text.charCodeAt(end + 1);
      const exponent = sign === 43 || sign === 45 ? end + 2 : end + 1;
      const stop = digits(exponent);
      if (stop > exponent) end = stop;
    }
    if (!Number.isFinite(Number(text.slice(start, end)))) this.error ??= { offset: start, message: 'invalid float' };
    this.emit(T.FLOAT, start, end);
  }

  private integer(start: number, end: number): void {
    if (end - start > 18 && BigInt(this.text.slice(start, end)) > 9_223_372_036_854_775_807n) {
      this.error ??= { offset: start, message: 'invalid integer: it does not fit in 64 bits' };
    }
    this.emit(T.INT, start, end);
  }

  /** Everything that begins with neither a letter, a blank nor a bracket other than a brace. */
  private sign(start: number, c: number): void {
    const { text } = this;
    const next = text.charCodeAt(start + 1);
    switch (c) {
      case 61: // =
        return next === 61 ? this.emit(T.EQUAL, start, start + 2) : this.emit(T.ASSIGN, start, start + 1);
      case 46: // .
        return this.dot(start, next);
      case 123: // {
        this.emit(T.BRACE, start, start + 1);
        return this.push(CODE);
      case 125: // }
        this.emit(T.BRACE_END, start, start + 1);
        // A brace too many at the top closes nothing.
        if (this.modes.length > 0) this.mode = this.modes.pop() as number;
        return;
      case 34: // "
        this.emit(T.QUOTE, start, start + 1);
        return this.push(STRING);
      case 35: // #
        return this.lineComment(start);
      case 39: // '
        if (next !== 39) return this.invalid(start);
        this.emit(T.IND, start, start + 2);
        return this.push(IND_STRING);
      case 36: // $
        if (next !== 123) return this.invalid(start);
        this.emit(T.INTERPOLATION, start, start + 2);
        return this.push(CODE);
      case 47: // /
        return this.slash(start, next);
      default:
        return (classOf(c) & DIGIT) !== 0 ? this.number(start) : this.operator(start, c, next);
    }
  }

  private operator(start: number, c: number, next: number): void {
    switch (c) {
      case 43: // +
        if (this.pathFrom(start)) return;
        return next === 43 ? this.emit(T.CONCAT, start, start + 2) : this.emit(T.PLUS, start, start + 1);
      case 45: // -
        if (this.pathFrom(start)) return;
        return next === 62 ? this.emit(T.IMPLIES, start, start + 2) : this.emit(T.MINUS, start, start + 1);
      case 33: // !
        return next === 61 ? this.emit(T.UNEQUAL, start, start + 2) : this.emit(T.NOT, start, start + 1);
      case 38: // &
        return next === 38 ? this.emit(T.AND, start, start + 2) : this.invalid(start);
      case 124: // |
        if (next === 124) return this.emit(T.OR, start, start + 2);
        return next === 62 ? this.emit(T.PIPE_INTO, start, start + 2) : this.invalid(start);
      case 60: // <
        return this.less(start, next);
      case 62: // >
        return next === 61 ? this.emit(T.GREATER_EQUAL, start, start + 2) : this.emit(T.GREATER, start, start + 1);
      case 126: // ~
        if (!this.pathFrom(start)) this.invalid(start);
        return;
      case 0:
        // Nix hands a NUL to its parser as the end of input and never looks behind it.
        this.emit(T.END, start, start);
        this.pos = this.text.length;
        return;
      default:
        return this.invalid(start);
    }
  }

  private invalid(start: number): void {
    this.emit(T.INVALID, start, start + 1);
  }

  private dot(start: number, next: number): void {
    if (this.pathFrom(start)) return;
    if ((classOf(next) & DIGIT) !== 0) this.number(start);
    else if (next === 46 && this.text.charCodeAt(start + 2) === 46) this.emit(T.ELLIPSIS, start, start + 3);
    else this.emit(T.DOT, start, start + 1);
  }

  private less(start: number, next: number): void {
    const { text } = this;
    let end = start + 1;
    if ((classOf(next) & PATH_CHAR) !== 0) {
      while ((classOf(text.charCodeAt(end)) & PATH_CHAR) !== 0) {
        end++;
        if (text.charCodeAt(end) === 47) end++;
      }
      // `<a/>` is no search path: a slash stands between characters.
      if (text.charCodeAt(end) === 62 && text.charCodeAt(end - 1) !== 47) {
        this.emit(T.SEARCH_PATH, start, end + 1);
        return;
      }
    }
    if (next === 61) this.emit(T.LESS_EQUAL, start, start + 2);
    else if (next === 124) this.emit(T.PIPE_FROM, start, start + 2);
    else this.emit(T.LESS, start, start + 1);
  }

  private slash(start: number, next: number): void {
    if (next === 42) {
      const end = this.text.indexOf('*/', start + 2);
      if (end < 0) this.fail(start, 'comment is not closed');
      else this.pos = end + 2;
    } else if (next === 47) this.emit(T.UPDATE, start, start + 2);
    else if (!this.pathFrom(start)) this.emit(T.DIVIDE, start, start + 1);
  }

  /** A comment ends before `\r` as well as before `\n`. */
  private lineComment(start: number): void {
    const { text } = this;
    const length = text.length;
    let end = start + 1;
    while (end < length) {
      const c = text.charCodeAt(end);
      if (c === 10 || c === 13) break;
      end++;
    }
    this.pos = end;
  }

  private string(): void {
    const { text } = this;
    const length = text.length;
    const start = this.pos;
    let end = start;
    while (end < length) {
      const c = text.charCodeAt(end);
      if (c === 34) break;
      if (c === 36) {
        const next = text.charCodeAt(end + 1);
        if (next === 123) break;
        // `$$` is taken as one, so the brace in `$${` opens nothing.
        if (next === 36) end++;
      } else if (c === 92) end++;
      else if (c === 0) this.nullByte(end);
      end++;
    }
    if (end > length) end = length;
    if (end > start) this.emit(T.TEXT, start, end);
    if (end >= length) return;
    if (text.charCodeAt(end) === 34) {
      this.emit(T.QUOTE_END, end, end + 1);
      this.mode = this.modes.pop() ?? CODE;
    } else {
      this.emit(T.INTERPOLATION, end, end + 2);
      this.push(CODE);
    }
  }

  private indentedString(): void {
    const { text } = this;
    const start = this.pos;
    const end = this.indentedTextEnd(start);
    if (end > start) this.emit(T.TEXT, start, end);
    if (end >= text.length) return;
    if (text.charCodeAt(end) === 39) {
      this.emit(T.IND_END, end, end + 2);
      this.mode = this.modes.pop() ?? CODE;
    } else {
      this.emit(T.INTERPOLATION, end, end + 2);
      this.push(CODE);
    }
  }

  /** Where the literal text at `start` ends: before `${`, before a closing `''`, or with the file. */
  private indentedTextEnd(start: number): number {
    const { text } = this;
    const length = text.length;
    let end = start;
    while (end < length) {
      const c = text.charCodeAt(end);
      if (c === 39) {
        const next = text.charCodeAt(end + 1);
        if (next === 39) {
          const third = text.charCodeAt(end + 2);
          if (third === 36 || third === 39) end += 3;
          else if (third === 92) end += 4;
          else return end;
        } else end += next === 36 || end + 1 === length ? 1 : 2;
        // The character behind a quote is taken with it, and may be a NUL.
        if (text.charCodeAt(end - 1) === 0) this.nullByte(end - 1);
      } else if (c === 36) {
        const next = text.charCodeAt(end + 1);
        if (next === 123) return end;
        end += next === 39 || end + 1 === length ? 1 : 2;
        if (text.charCodeAt(end - 1) === 0) this.nullByte(end - 1);
      } else {
        if (c === 0) this.nullByte(end);
        end++;
      }
    }
    return Math.min(end, length);
  }

  private nullByte(offset: number): void {
    this.error ??= { offset, message: 'a string cannot hold a NUL byte' };
  }
}

export interface Lexed {
  readonly tokens: Tokens;
  readonly error: NixError | null;
}

/** Splits any text into tokens. Never throws; a lexical error is kept beside them. */
export function lexNix(text: string): Lexed {
  const { tokens, error } = lexShared(text);
  const { kinds, starts, ends, count } = tokens;
  return {
    tokens: { kinds: kinds.slice(0, count), starts: starts.slice(0, count), ends: ends.slice(0, count), count },
    error,
  };
}

/** The same without a copy: the tokens last until the next text is read. */
export function lexShared(text: string): Lexed {
  return new Lexer(text).run();
}
