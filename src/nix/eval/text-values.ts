import { joinPath } from '../repository.ts';
import { piecesOf } from '../string-value.ts';
import type { Interpolation, PathLiteral, StringLiteral, Text } from '../syntax.ts';
import type { Evaluator } from './evaluator.ts';
import { hole, ready, siteOf, symbol, text, type Env, type Thunk, type Value } from './values.ts';

export function stringOf(evaluator: Evaluator, node: StringLiteral, env: Env): Value {
  const pieces = piecesOf(env.source.text, node);
  if (pieces.length === 0) return text('', siteOf(env, node));
  const [first] = pieces;
  if (pieces.length === 1 && typeof first === 'string') return text(first, siteOf(env, node));
  let result: Value = text('', siteOf(env, node));
  for (const piece of pieces) {
    const value = typeof piece === 'string' ? text(piece) : evaluator.eval(piece, env);
    result = evaluator.append(result, value, env.source.file);
  }
  return result;
}

/** `a + b` for texts and paths, and what interpolation does. */
export function joinTexts(evaluator: Evaluator, left: Value, right: Value, origin: string): Value {
  const before = asPlainText(evaluator, left);
  const after = asPlainText(evaluator, right);
  if (before.kind === 'choice' || after.kind === 'choice') {
    return evaluator.overChoices([before, after], ([a, b]) => evaluator.append(a as Value, b as Value, origin));
  }
  const afterText = after.kind === 'string' ? after.text : after.kind === 'path' ? `/${after.path}` : hole;
  const parts = [...partsOf(before), ...partsOf(after)];
  if (before.kind === 'path') {
    const path = appendPath(before.path, afterText);
    return path === null ? symbol(['outside'], parts) : { kind: 'path', path, origin: before.origin, parts };
  }
  if (before.kind === 'string') {
    // `"${./.}/x"` and `"${self}/x"` go on naming a file of the repository.
    if (before.text === '' && after.kind === 'path') return after;
    if (before.text === '' && after.kind === 'symbol') return { kind: 'symbol', path: after.path, parts };
    return { kind: 'string', text: before.text + afterText, site: before.site, parts };
  }
  // Below an input: `"${nixpkgs}/nixos/lib/eval-config.nix"`.
  if (before.kind === 'symbol')
    return symbol([...before.path.slice(0, 24), ...afterText.split('/').filter(isStep)], parts);
  return symbol(['unknown'], [...parts, ready(before), ready(after)]);
}

/** What a value is as text, as far as that can be said. */
export function asPlainText(evaluator: Evaluator, value: Value): Value {
  if (value.kind === 'number') return text(String(value.value));
  if (value.kind !== 'attrs') return value;
  const asText = value.slots.get('outPath') ?? value.slots.get('__toString');
  return asText === undefined ? symbol(['unknown'], [ready(value)]) : evaluator.force(asText);
}

export function pathOf(evaluator: Evaluator, node: PathLiteral, env: Env): Value {
  const { source } = env;
  const written = (part: Text | Interpolation): string => source.text.slice(part.from, part.to);
  const [head] = node.parts;
  const start = head === undefined ? '' : written(head);
  if (start.startsWith('~')) return symbol(['outside', start]);
  // Names no file of the repository by itself, but does behind `self +`.
  if (start.startsWith('/') && node.parts.length === 1) return text(start, siteOf(env, node));
  const [only] = node.parts;
  if (node.parts.length === 1 && only?.type === 'text') {
    const path = joinPath(source.folder, written(only));
    return path === null ? symbol(['outside', written(only)]) : { kind: 'path', path, origin: source.file, parts: [] };
  }
  let joined = '';
  const parts: Thunk[] = [];
  for (const part of node.parts) {
    if (part.type === 'text') joined += written(part);
    else {
      const value = evaluator.eval(part.expr, env);
      if (value.kind === 'string') joined += value.text;
      else if (value.kind === 'path') joined += value.path;
      else joined += hole;
      parts.push(ready(value));
    }
  }
  const path = joinPath(source.folder, joined);
  return path === null ? symbol(['outside'], parts) : { kind: 'path', path, origin: source.file, parts };
}

function isStep(step: string): boolean {
  return step !== '' && step !== '.';
}

function partsOf(value: Value): readonly Thunk[] {
  return 'parts' in value ? value.parts : [];
}

/**
 * Text put behind a path. A path that leaves the repository is none of ours. A slash at the end is kept, because more
 * may follow it (`"${./hosts}/${name}"`); `trimmed` takes it away where the path is used.
 */
function appendPath(path: string, after: string): string | null {
  const joined = joinPath(
    '',
    path === '' || after.startsWith('/') ? `${path}/${after}`.replace(/^\/+/, '') : path + after,
  );
  return joined !== null && joined !== '' && after.endsWith('/') ? `${joined}/` : joined;
}
