import { lineEnd } from '../../nix/edit/layout.ts';
import type { NameRecord } from '../names/piece.ts';
import type { Argument, Call } from './calls.ts';
import { argumentsOf, callText, isCritical, type ReadCall, styleOf } from './record-call.ts';

/** A call beside another argument: on a line of its own where that one has one. */
// oxlint-disable-next-line max-params
export function added(
  text: string,
  items: readonly Argument[],
  beside: Argument,
  base: string,
  record: NameRecord,
): string | null {
  const made = callText(record, base, styleOf(text.slice(beside.from, beside.to)));
  if (made === null) return null;
  const lead = /[^\n]*$/.exec(text.slice(0, beside.from))?.[0] ?? '';
  const ownLine = lead !== text.slice(0, beside.from);
  // Some begin their lines with the comma.
  if (ownLine && /^\s*,\s*$/.test(lead)) {
    const at = beside.to + restOfLine(text, beside.to, false);
    return `${text.slice(0, at)}${lineEnd(text)}${lead}${made}${text.slice(at)}`;
  }
  const comma = /^\s*,/.exec(text.slice(beside.to))?.[0];
  if (lead.trim() !== '' || !ownLine) return `${text.slice(0, beside.to)}, ${made}${text.slice(beside.to)}`;
  if (comma !== undefined) return behindComma(text, beside.to + comma.length, `${lead}${made},`, made);
  // The last one has no comma. Behind the one before it no line that is there needs another word.
  const before = items[items.indexOf(beside) - 1];
  const own = before === undefined ? undefined : /^\s*,/.exec(text.slice(before.to))?.[0];
  if (before !== undefined && own !== undefined && text.slice(before.to, beside.from).includes('\n')) {
    const at = before.to + own.length;
    const rest = restOfLine(text, at, true);
    if (/^[ \t]*(?:\/\/|\/\*|\r?\n)/.test(text.slice(at))) {
      const end = at + rest;
      return `${text.slice(0, end)}${lineEnd(text)}${lead}${made},${text.slice(end)}`;
    }
  }
  const rest = restOfLine(text, beside.to, false);
  const end = beside.to + rest;
  return `${text.slice(0, beside.to)},${text.slice(beside.to, end)}${lineEnd(text)}${lead}${made}${text.slice(end)}`;
}

/** On the next line, behind a comment that belongs to this one; on this line where more stands on it. */
function behindComma(text: string, from: number, line: string, made: string): string {
  const rest = restOfLine(text, from, true);
  if (!/^(?:\r?\n|$)/.test(text.slice(from + rest))) return `${text.slice(0, from)} ${made},${text.slice(from)}`;
  return `${text.slice(0, from + rest)}${lineEnd(text)}${line}${text.slice(from + rest)}`;
}

/** How many characters of blanks and comments the line still has; comments to the line end only where they may stay behind. */
function restOfLine(text: string, from: number, anyComment: boolean): number {
  const pattern = anyComment
    ? /^[ \t]*(?:\/\/[^\n\r]*|\/\*[^\n]*?\*\/[ \t]*)?(?=\r?\n|$)/
    : /^[ \t]*(?:\/\/[^\n\r]*)?(?=\r?\n|$)/;
  return pattern.exec(text.slice(from))?.[0].length ?? 0;
}

/** The argument and its comma; the whole line where nothing else is on it. Comments above stay. */
export function removed(text: string, items: readonly Argument[], argument: Argument): string | null {
  const before = items[items.indexOf(argument) - 1];
  const comma = /^\s*,/.exec(text.slice(argument.to))?.[0];
  const lead = /(?:^|\n)([ \t]*,?[ \t]*)$/.exec(text.slice(0, argument.from))?.[1];
  const leading = lead?.includes(',') === true;
  const to = argument.to + (leading ? 0 : (comma?.length ?? 0));
  const rest = /^[ \t]*(?:\/\/[^\n]*)?\r?\n/.exec(text.slice(to))?.[0];
  const line =
    lead !== undefined && rest !== undefined
      ? { from: argument.from - lead.length, to: to + rest.length }
      : { from: argument.from, to: to + (/^[ \t]+/.exec(text.slice(to))?.[0].length ?? 0) };
  if (leading || comma !== undefined || before === undefined) return cut(text, line.from, line.to);
  // Older readers of JavaScript take no comma before the closing parenthesis: that of the one before goes along.
  const own = /^\s*,/.exec(text.slice(before.to))?.[0];
  if (own === undefined) return null;
  const from = lead === undefined || rest === undefined ? before.to + own.length : line.from;
  const end = lead === undefined || rest === undefined ? argument.to : line.to;
  return text.slice(0, before.to) + text.slice(before.to + own.length, from) + text.slice(end);
}

function cut(text: string, from: number, to: number): string {
  return text.slice(0, from) + text.slice(to);
}

/** Only the arguments that differ are written anew: what they are given beside their data stays, as `CF_PROXY_ON` does. */
// oxlint-disable-next-line max-params
export function replaced(
  text: string,
  call: Call,
  read: ReadCall,
  record: NameRecord,
  next: NameRecord,
): string | null {
  const style = styleOf(text.slice(call.from, call.to));
  const [old, fresh] = [argumentsOf(record, style), argumentsOf(next, style)];
  if (old === null || fresh === null || isCritical(record) !== isCritical(next)) return null;
  const edits = read.values.flatMap(({ from, to }, at) =>
    old[at] === fresh[at] ? [] : [{ from, to, into: fresh[at] ?? '' }],
  );
  if (next.ttl !== null && next.ttl !== record.ttl) {
    const time = read.ttlCall?.args[0];
    const last = call.args.at(-1);
    if (time !== undefined) edits.push({ from: time.from, to: time.to, into: String(next.ttl) });
    else if (last !== undefined) edits.push({ from: last.to, to: last.to, into: `${style.comma}TTL(${next.ttl})` });
  }
  return edits
    .toSorted((a, b) => b.from - a.from)
    .reduce((out, { from, to, into }) => out.slice(0, from) + into + out.slice(to), text);
}
