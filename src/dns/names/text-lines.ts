import type { NixTree } from '../../nix/parser.ts';
import type { StringLiteral } from '../../nix/syntax.ts';
import { rewriteString } from '../nix-text/rewrite.ts';
import { linesOf, writtenText } from '../nix-text/written-text.ts';
import { type LineFormat, readLine } from './line-format.ts';
import type { OpaquePlace, Piece, Reading } from './piece.ts';

/** Which lines of a text may say names; all, if it is not said. */
export type LineScope = (lines: readonly string[]) => readonly boolean[];

/** The names that the lines of a written text say. */
export function textLines(tree: NixTree, node: StringLiteral, format: LineFormat, scope?: LineScope): Reading {
  const written = writtenText(tree.text, node);
  if (written === null) return { pieces: [], opaque: [], starts: [] };
  const lines = linesOf(written);
  const texts = lines.map((line) => line.text);
  const open = scope?.(texts);
  const pieces: Piece[] = [];
  const opaque: OpaquePlace[] = [];
  const edited = (at: number, next: readonly string[]): string | null =>
    rewriteString(written, [...texts.slice(0, at), ...next, ...texts.slice(at + 1)].join('\n'));
  for (const [at, { text, textAt }] of lines.entries()) {
    if (open?.[at] === false) continue;
    const reading = readLine(format, text);
    const place = textAt + (/^\s*/.exec(text)?.[0].length ?? 0);
    if (reading.kind === 'unreadable') opaque.push({ at: place, wrong: true, ...reading });
    if (reading.kind !== 'records') continue;
    pieces.push({
      at: place,
      records: reading.records,
      add(record) {
        const joined = format.join(text, record);
        if (joined !== null) return edited(at, [joined]);
        const line = format.write(record, text);
        return line === null ? null : edited(at, [text, line]);
      },
      remove(record) {
        const rest = format.part(text, record);
        return rest === null ? null : edited(at, rest === '' ? [] : [rest]);
      },
      replace(record, next) {
        const line = format.swap(text, record, next);
        return line === null ? null : edited(at, [line]);
      },
    });
  }
  return { pieces, opaque, starts: [] };
}
