import type { Evaluator } from '../evaluator.ts';
import { asList, called } from './as-list.ts';
import type { Library, LibraryFunction } from './library-function.ts';
import {
  bool,
  hole,
  isKnownText,
  list,
  ready,
  symbol,
  text,
  type StringValue,
  type Thunk,
  type Value,
} from '../values.ts';

export function textOf(evaluator: Evaluator, thunk: Thunk | undefined): StringValue | null {
  if (thunk === undefined) return null;
  const value = evaluator.force(thunk);
  if (value.kind === 'path') return { kind: 'string', text: value.path, site: thunk.site, parts: value.parts };
  return value.kind === 'string' ? value : null;
}

/** A function of texts without holes; anything else gives what is not known, with its arguments kept in mind. */
export function ofTexts(arity: number, run: (...texts: readonly string[]) => Value): LibraryFunction {
  return {
    arity,
    run: (evaluator, args) => {
      const texts = args.map((arg) => textOf(evaluator, arg));
      const complete = texts.filter((each): each is StringValue => each !== null && isKnownText(each));
      return complete.length === arity ? run(...complete.map((each) => each.text)) : symbol(['unknown'], args);
    },
  };
}

/** Keeps the place of the argument, so that a host name made by `removeSuffix` still says where it stands. */
function sited(arity: number, run: (...texts: readonly string[]) => string): LibraryFunction {
  return {
    arity,
    run: (evaluator, args) => {
      const texts = args.map((arg) => textOf(evaluator, arg));
      const complete = texts.filter((each): each is StringValue => each !== null && isKnownText(each));
      if (complete.length !== arity) return symbol(['unknown'], args);
      const site = complete[arity - 1]?.site ?? args[arity - 1]?.site ?? null;
      return text(run(...complete.map((each) => each.text)), site);
    },
  };
}

function joined(evaluator: Evaluator, separator: Thunk | undefined, items: readonly Thunk[]): Value {
  const between = separator === undefined ? '' : (textOf(evaluator, separator)?.text ?? hole);
  let result: Value = text('');
  for (const [index, item] of items.entries()) {
    if (index > 0 && between !== '') result = evaluator.append(result, text(between), '');
    result = evaluator.append(result, evaluator.force(item), '');
  }
  return result;
}

const toText: LibraryFunction = {
  arity: 1,
  run: (evaluator, [thunk]) => {
    const value = evaluator.force(thunk as Thunk);
    if (value.kind === 'bool') return text(value.value === true ? '1' : '');
    if (value.kind === 'null') return text('');
    return value.kind === 'list' ? symbol(['unknown'], [thunk as Thunk]) : evaluator.append(text(''), value, '');
  },
};

/** Nix tries the patterns in order at each place and goes on behind what it put there. */
function replaceAll(whole: string, patterns: readonly string[], results: readonly string[]): string {
  let result = '';
  let at = 0;
  while (at < whole.length) {
    const hit = patterns.findIndex((pattern) => pattern !== '' && whole.startsWith(pattern, at));
    if (hit < 0) result += whole[at++] ?? '';
    else {
      result += results[hit] ?? '';
      at += (patterns[hit] ?? '').length;
    }
  }
  return result;
}

export const textFunctions: Library = {
  toString: toText,
  baseNameOf: {
    arity: 1,
    run: (evaluator, [thunk]) => {
      const value = textOf(evaluator, thunk);
      if (value === null || value.text === '') return symbol(['unknown'], [thunk as Thunk]);
      const name = value.text.replace(/\/+$/, '').replace(/^.*\//, '');
      return { kind: 'string', text: name, site: value.site ?? (thunk as Thunk).site, parts: value.parts };
    },
  },
  dirOf: {
    arity: 1,
    run: (evaluator, [thunk]) => {
      const value = evaluator.force(thunk as Thunk);
      if (value.kind === 'path') return { ...value, path: value.path.replace(/\/?[^/]*$/, '') };
      return value.kind === 'string'
        ? { ...value, text: value.text.replace(/\/[^/]*$/, '') }
        : symbol(['unknown'], [thunk as Thunk]);
    },
  },
  hasSuffix: ofTexts(2, (suffix, whole) => bool((whole ?? '').endsWith(suffix ?? ''))),
  hasPrefix: ofTexts(2, (prefix, whole) => bool((whole ?? '').startsWith(prefix ?? ''))),
  hasInfix: ofTexts(2, (infix, whole) => bool((whole ?? '').includes(infix ?? ''))),
  removeSuffix: sited(2, (suffix, whole) =>
    suffix !== '' && (whole ?? '').endsWith(suffix ?? '')
      ? (whole ?? '').slice(0, -(suffix ?? '').length)
      : (whole ?? ''),
  ),
  removePrefix: sited(2, (prefix, whole) =>
    (whole ?? '').startsWith(prefix ?? '') ? (whole ?? '').slice((prefix ?? '').length) : (whole ?? ''),
  ),
  toLower: sited(1, (whole) => (whole ?? '').toLowerCase()),
  toUpper: sited(1, (whole) => (whole ?? '').toUpperCase()),
  trim: sited(1, (whole) => (whole ?? '').trim()),
  nameFromURL: sited(2, (whole) => whole ?? ''),
  removeExtension: sited(1, (whole) => (whole ?? '').replace(/\.[^.]*$/, '')),
  splitString: ofTexts(2, (separator, whole) =>
    list((whole ?? '').split(separator ?? '').map((part) => ready(text(part)))),
  ),
  stringLength: ofTexts(1, (whole) => ({ kind: 'number', value: new TextEncoder().encode(whole).length })),
  replaceStrings: {
    arity: 3,
    run: (evaluator, [from, to, whole]) => {
      const value = textOf(evaluator, whole);
      const patterns = asList(evaluator, from).items.map((item) => textOf(evaluator, item)?.text ?? null);
      const results = asList(evaluator, to).items.map((item) => textOf(evaluator, item)?.text ?? null);
      if (value === null || !isKnownText(value) || patterns.includes(null) || results.includes(null)) {
        return symbol(['unknown'], [whole as Thunk]);
      }
      return text(replaceAll(value.text, patterns as string[], results as string[]), value.site);
    },
  },
  replaceString: {
    arity: 3,
    run: (evaluator, [from, to, whole]) => {
      const [pattern, result] = [textOf(evaluator, from), textOf(evaluator, to)];
      const value = textOf(evaluator, whole);
      if (value === null || pattern === null || result === null) return symbol(['unknown'], [whole as Thunk]);
      if (![value, pattern, result].every(isKnownText)) return symbol(['unknown'], [whole as Thunk]);
      return text(replaceAll(value.text, [pattern.text], [result.text]), value.site);
    },
  },
  substring: {
    arity: 3,
    run: (evaluator, [start, length, whole]) => {
      const [a, b] = [evaluator.force(start as Thunk), evaluator.force(length as Thunk)];
      const value = textOf(evaluator, whole);
      if (a.kind !== 'number' || b.kind !== 'number' || value === null || !isKnownText(value))
        return symbol(['unknown'], [whole as Thunk]);
      const from = Number(a.value);
      return text(
        Number(b.value) < 0 ? value.text.slice(from) : value.text.slice(from, from + Number(b.value)),
        value.site,
      );
    },
  },
  concatStringsSep: {
    arity: 2,
    run: (evaluator, [separator, items]) => joined(evaluator, separator, asList(evaluator, items).items),
  },
  concatStrings: {
    arity: 1,
    run: (evaluator, [items]) => joined(evaluator, undefined, asList(evaluator, items).items),
  },
  concatLines: {
    arity: 1,
    run: (evaluator, [items]) => joined(evaluator, ready(text('\n')), asList(evaluator, items).items),
  },
  concatMapStringsSep: {
    arity: 3,
    run: (evaluator, [separator, fn, items]) => {
      const value = asList(evaluator, items);
      return joined(
        evaluator,
        separator,
        [...value.items, ...value.more].map((item) => called(evaluator, fn as Thunk, item)),
      );
    },
  },
  concatMapStrings: {
    arity: 2,
    run: (evaluator, [fn, items]) => {
      const value = asList(evaluator, items);
      return joined(
        evaluator,
        undefined,
        [...value.items, ...value.more].map((item) => called(evaluator, fn as Thunk, item)),
      );
    },
  },
  optionalString: {
    arity: 2,
    run: (evaluator, [condition, value]) =>
      evaluator.either(evaluator.force(condition as Thunk), value as Thunk, ready(text(''))),
  },
  unsafeDiscardStringContext: { arity: 1, run: (evaluator, [value]) => evaluator.force(value as Thunk) },
};
