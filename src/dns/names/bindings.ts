import { indentOf, lineEnd, restOfLine } from '../../nix/edit/layout.ts';
import { quoteString } from '../../nix/string-text.ts';
import type { Bind } from '../../nix/syntax.ts';
import { cutItem } from './string-items.ts';

/** A binding with its semicolon. */
export function wholeBinding(file: string, bind: Bind): { readonly from: number; readonly to: number } {
  if (file.charAt(bind.to - 1) === ';') return { from: bind.from, to: bind.to };
  const semicolon = file.indexOf(';', bind.value.to);
  return { from: bind.from, to: semicolon < 0 ? bind.to : semicolon + 1 };
}

/** One binding more behind another, with the last step of its path and its value exchanged. */
export function bindingLike(file: string, bind: Bind, name: string, value: string): string | null {
  const last = bind.path.at(-1);
  if (last === undefined) return null;
  const { from, to } = wholeBinding(file, bind);
  const step = quoteString(name);
  // The equals sign stays in its column where the name leaves room for it.
  const gap = Math.max(1, bind.equals - last.from - step.length);
  const padding = file.slice(last.to, bind.equals) === ' ' ? ' ' : ' '.repeat(gap);
  const line = `${file.slice(from, last.from)}${step}${padding}${file.slice(bind.equals, bind.value.from)}${value};`;
  const indent = indentOf(file, from);
  const rest = restOfLine(file, to);
  if (indent === null || rest === null) return `${file.slice(0, to)} ${line}${file.slice(to)}`;
  return file.slice(0, rest) + lineEnd(file) + indent + line + file.slice(rest);
}

export function cutBinding(file: string, bind: Bind): string {
  return cutItem(file, wholeBinding(file, bind));
}
