import type { Pair, YAMLMap } from 'yaml';
import { relativeName } from '../name.ts';
import type { NameRecord } from '../names/piece.ts';
import { recordLines } from './record-lines.ts';
import { endOf, isNode, keyText, lineAfter, lineStart, scalarText, startOf, withLines } from './yaml-text.ts';

/** A name that the file does not have yet: in its place where the names are sorted (`enforce_order`), else at the end. */
export function newName(text: string, zone: string, root: YAMLMap, record: NameRecord): string | null {
  const name = relativeName(record.owner, zone);
  const lines = name === null ? null : recordLines(record, '  ');
  if (name === null || lines === null) return null;
  const key = name === '@' ? '' : name;
  const names = root.items.map(({ key: own }) => keyText(own));
  if (names.includes(key)) return null;
  const sorted = names.every((own, at) => at === 0 || naturalOrder(names[at - 1] ?? '', own) <= 0);
  const next = sorted ? names.findIndex((own) => naturalOrder(own, key) > 0) : -1;
  const written = [`${key === '' ? "''" : scalarText(key, '')}:`, ...lines];
  const following: Pair | undefined = root.items[next];
  if (following !== undefined && isNode(following.key)) {
    const before = root.items[next - 1];
    // Behind the name before, so that a comment above the next one stays with it.
    const at =
      before !== undefined && isNode(before.value)
        ? lineAfter(text, endOf(text, before.value))
        : lineStart(text, startOf(following.key));
    return withLines(text, at, written);
  }
  const last = root.items.at(-1);
  return withLines(
    text,
    last !== undefined && isNode(last.value) ? lineAfter(text, endOf(text, last.value)) : text.length,
    written,
  );
}

/** As octoDNS sorts: digits count as numbers. */
function naturalOrder(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}
