import * as C from './lex/characters.ts';
import { lineEnd } from './lex/comments.ts';
import { keywordAt } from './lex/keyword.ts';
import { digitsEnd, faultOfNumber, floatEnd } from './lex/numbers.ts';
import { pathTailEnd, Runs, searchPathEnd, uriEnd } from './lex/paths.ts';
import { pairKind, signKind, singles } from './lex/signs.ts';
import { indentedTextEnd, plainTextEnd } from './lex/strings.ts';
import { TokenBuffer } from './lex/token-buffer.ts';
import { END_OF_TEXT, unitsOf } from './lex/units.ts';
import * as T from './token.ts';
import type { NixError, Tokens } from './token.ts';

/** What is being read, and what a closing brace returns to. */
const CODE = 0;
const STRING = 1;
const INDENTED = 2;
const PATH = 3;

export interface Lexed {
  readonly tokens: Tokens;
  readonly error: NixError | null;
}

/**
 * Nix's lexer by hand: the longest match wins, an earlier rule wins a tie (nix/src/libexpr/lexer.l).
 * Reading stops at the first lexical error, whose place is kept; the parser then meets an INVALID token there.
 * Whatever reads something takes where it starts and returns where it ends.
 */
class Lexer {
  private text = '';
  private units: Uint8Array = unitsOf('');
  private mode = CODE;
  private readonly modes: number[] = [];
  private readonly runs = new Runs();
  private readonly tokens = new TokenBuffer();
  private error: NixError | null = null;

  read(text: string): Lexed {
    this.begin(text);
    const { length } = text;
    let at = 0;
    while (at < length) {
      if (this.mode === CODE) at = this.code(at);
      else at = this.mode === PATH ? this.path(at) : this.string(at);
    }
    if (this.mode === PATH) at = this.path(at);
    const tokens = this.tokens.close(at);
    this.text = '';
    return { tokens, error: this.error };
  }

  private begin(text: string): void {
    this.text = text;
    this.units = unitsOf(text);
    this.mode = CODE;
    this.modes.length = 0;
    this.runs.forget();
    this.tokens.open();
    this.error = null;
  }

  private push(mode: number): void {
    this.modes.push(this.mode);
    this.mode = mode;
  }

  private pop(): void {
    // A brace too many at the top closes nothing.
    if (this.modes.length > 0) this.mode = this.modes.pop() as number;
  }

  /** What is left of the text becomes one token that no rule accepts. */
  private fail(start: number, offset: number, message: string): number {
    this.error ??= { offset, message };
    this.mode = CODE;
    return this.tokens.add(T.INVALID, start, this.text.length);
  }

  private code(from: number): number {
    const { units } = this;
    let at = from;
    while (this.mode === CODE) {
      const unit = units[at] as number;
      const bits = C.classes[unit] as number;
      if ((bits & C.BLANK) !== 0) at++;
      else if ((bits & C.ID_START) !== 0) at = this.word(at);
      else if (singles[unit] !== 0) at = this.tokens.add(singles[unit] as number, at, at + 1);
      else if (unit === END_OF_TEXT) break;
      else at = this.sign(at, unit);
    }
    return at;
  }

  /** Anything that begins with a letter or `_`: identifier, keyword, URI or path. */
  private word(start: number): number {
    const { units } = this;
    let end = start + 1;
    while (((C.classes[units[end] as number] as number) & C.ID_PART) !== 0) end++;
    const next = units[end] as number;
    if (((C.classes[next] as number) & C.JOINT) !== 0) {
      const longer = this.longWord(start, next);
      if (longer > start) return longer;
    }
    return this.tokens.add(keywordAt(units, start, end), start, end);
  }

  /** What begins like a word and goes on as a path or a URI, or `start` where it does not. */
  private longWord(start: number, joint: number): number {
    const { units } = this;
    if (joint !== C.COLON) {
      const end = this.pathFrom(start);
      if (end > start) return end;
    }
    if (joint === C.SLASH || units[start] === C.UNDERSCORE) return start;
    const end = uriEnd(units, this.runs.scheme(units, start));
    return end < 0 ? start : this.tokens.add(T.URI, start, end);
  }

  /** Reads a path if one begins at `start`, and returns `start` if not. `~` counts as its first character. */
  private pathFrom(start: number): number {
    const { units } = this;
    const slash = units[start] === C.TILDE ? start + 1 : this.runs.pathChars(units, start);
    if (units[slash] !== C.SLASH) return start;
    const tail = pathTailEnd(units, slash);
    const end = Math.max(tail, slash + 1);
    if (this.opensAt(end)) {
      this.push(PATH);
      return this.tokens.add(T.PATH_START, start, end);
    }
    if (tail === slash) return start;
    if (units[tail - 1] === C.SLASH) return this.fail(tail, tail, 'path has a trailing slash');
    return this.tokens.add(T.PATH, start, tail);
  }

  /** Within a path that has an interpolation: more text, another interpolation, or its end. */
  private path(start: number): number {
    const { units } = this;
    if (this.opensAt(start)) return this.interpolation(start);
    const run = this.runs.pathChars(units, start);
    const tail = pathTailEnd(units, run);
    const end = tail === run && units[run] === C.SLASH ? run + 1 : tail;
    if (end > start) return this.tokens.add(T.PATH_TEXT, start, end);
    if (units[start - 1] === C.SLASH) return this.fail(start, start, 'path has a trailing slash');
    this.pop();
    return this.tokens.add(T.PATH_END, start, start);
  }

  private opensAt(at: number): boolean {
    return this.units[at] === C.DOLLAR && this.units[at + 1] === C.OPEN_BRACE;
  }

  private interpolation(start: number): number {
    this.push(CODE);
    return this.tokens.add(T.INTERPOLATION, start, start + 2);
  }

  /** Everything that begins with neither a letter nor a blank, and is not always a token by itself. */
  private sign(start: number, unit: number): number {
    const { units } = this;
    switch (unit) {
      case C.DOT:
        return this.dot(start);
      case C.OPEN_BRACE:
        this.push(CODE);
        return this.tokens.add(T.BRACE, start, start + 1);
      case C.CLOSE_BRACE:
        this.pop();
        return this.tokens.add(T.BRACE_END, start, start + 1);
      case C.DOUBLE_QUOTE:
        this.push(STRING);
        return this.tokens.add(T.QUOTE, start, start + 1);
      case C.APOSTROPHE:
        if (units[start + 1] !== C.APOSTROPHE) break;
        this.push(INDENTED);
        return this.tokens.add(T.IND, start, start + 2);
      case C.DOLLAR:
        if (units[start + 1] !== C.OPEN_BRACE) break;
        return this.interpolation(start);
      case C.HASH:
        return lineEnd(units, start);
      default:
        return this.rareSign(start, unit);
    }
    return this.tokens.add(T.INVALID, start, start + 1);
  }

  private rareSign(start: number, unit: number): number {
    const { units } = this;
    switch (unit) {
      case C.SLASH:
        if (units[start + 1] === C.ASTERISK) return this.blockComment(start);
        if (units[start + 1] === C.SLASH) break;
        return this.pathOrSign(start, unit);
      case C.PLUS:
      case C.MINUS:
      case C.TILDE:
        return this.pathOrSign(start, unit);
      case C.LESS: {
        const end = searchPathEnd(units, start);
        if (end > start) return this.tokens.add(T.SEARCH_PATH, start, end);
        break;
      }
      case C.NUL:
        // Nix hands a NUL to its parser as the end of input and never looks behind it.
        this.tokens.add(T.END, start, start);
        return this.text.length;
      default:
        if (((C.classes[unit] as number) & C.DIGIT) !== 0) return this.number(start);
    }
    return this.operator(start, unit);
  }

  private pathOrSign(start: number, unit: number): number {
    const end = this.pathFrom(start);
    return end > start ? end : this.operator(start, unit);
  }

  private operator(start: number, unit: number): number {
    const pair = pairKind(unit, this.units[start + 1] as number);
    return pair === 0 ? this.tokens.add(signKind(unit), start, start + 1) : this.tokens.add(pair, start, start + 2);
  }

  private dot(start: number): number {
    const { units } = this;
    const path = this.pathFrom(start);
    if (path > start) return path;
    const next = units[start + 1] as number;
    if (((C.classes[next] as number) & C.DIGIT) !== 0) return this.number(start);
    if (next === C.DOT && units[start + 2] === C.DOT) return this.tokens.add(T.ELLIPSIS, start, start + 3);
    return this.tokens.add(T.DOT, start, start + 1);
  }

  private number(start: number): number {
    const { units } = this;
    const path = this.pathFrom(start);
    if (path > start) return path;
    const float = floatEnd(units, start);
    const end = float > start ? float : digitsEnd(units, start);
    const fault = faultOfNumber(this.text.slice(start, end), float > start);
    if (fault !== null) this.error ??= { offset: start, message: fault };
    return this.tokens.add(float > start ? T.FLOAT : T.INT, start, end);
  }

  private blockComment(start: number): number {
    const end = this.text.indexOf('*/', start + 2);
    return end < 0 ? this.fail(start, start, 'comment is not closed') : end + 2;
  }

  /** Text of a string, and what ends it: an interpolation, or the closing quotes. */
  private string(start: number): number {
    const { units } = this;
    const isIndented = this.mode === INDENTED;
    const textEnd = isIndented ? indentedTextEnd : plainTextEnd;
    let end = textEnd(units, start);
    while (units[end] === C.NUL) {
      this.error ??= { offset: end, message: 'a string cannot hold a NUL byte' };
      end = textEnd(units, end + 1);
    }
    if (end > start) this.tokens.add(T.TEXT, start, end);
    if (units[end] === END_OF_TEXT) return end;
    if (units[end] === C.DOLLAR) return this.interpolation(end);
    this.pop();
    return isIndented ? this.tokens.add(T.IND_END, end, end + 2) : this.tokens.add(T.QUOTE_END, end, end + 1);
  }
}

/**
 * One for all texts, because V8 throws compiled code away when the last object of the class that it was compiled for is
 * collected: with a lexer for each text that happens again and again in a long-lived process.
 */
const lexer = new Lexer();

/** Splits any text into tokens. Never throws; a lexical error is kept beside them. */
export function lexNix(text: string): Lexed {
  const { tokens, error } = lexer.read(text);
  const { kinds, starts, ends, count } = tokens;
  return {
    tokens: { kinds: kinds.slice(0, count), starts: starts.slice(0, count), ends: ends.slice(0, count), count },
    error,
  };
}

/** The same without a copy: the tokens last until the next text is read. */
export function lexShared(text: string): Lexed {
  return lexer.read(text);
}
