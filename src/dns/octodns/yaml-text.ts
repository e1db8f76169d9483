import { isAlias, isMap, isScalar, isSeq, type Node, stringify } from 'yaml';

/** A value as YAML needs it to be written: quoted only where it would else be read as something else. */
export function scalarText(value: string, like: string): string {
  if (like.startsWith("'")) return `'${value.replaceAll("'", "''")}'`;
  if (like.startsWith('"')) return JSON.stringify(value);
  return /^\d+$/.test(value) ? value : stringify(value, { lineWidth: 0 }).trimEnd();
}

export function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

/** Behind the line end of the line that holds `at`. */
export function lineAfter(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

export function lineEndOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

export function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

/** Where the last word of a node ends: a block's own range reaches over the comments and the empty lines behind it. */
export function endOf(text: string, node: Node): number {
  const end = node.range?.[1] ?? 0;
  if (isMap(node) && node.flow !== true) {
    const last = node.items.at(-1);
    const value = last?.value ?? last?.key;
    return isAlias(value) ? (value.range?.[1] ?? end) : isNode(value) ? endOf(text, value) : end;
  }
  if (isSeq(node) && node.flow !== true) {
    const last = node.items.at(-1);
    return isAlias(last) ? (last.range?.[1] ?? end) : isNode(last) ? endOf(text, last) : end;
  }
  if (isScalar(node) && (node.type === 'BLOCK_FOLDED' || node.type === 'BLOCK_LITERAL'))
    return startOf(node) + text.slice(startOf(node), end).trimEnd().length;
  return end;
}

export function isNode(value: unknown): value is Node {
  return isScalar(value) || isMap(value) || isSeq(value);
}

/** The text with whole lines put in at `at`, which is where a line begins or the end of a file. */
export function withLines(text: string, at: number, lines: readonly string[]): string {
  const end = lineEndOf(text);
  const open = at > 0 && text.charAt(at - 1) !== '\n';
  const added = lines.join(end);
  return text.slice(0, at) + (open ? end + added : added + end) + text.slice(at);
}

export function spliced(text: string, from: number, to: number, into: string): string {
  return text.slice(0, from) + into + text.slice(to);
}

/** What a key says: `''` and nothing at all are the top of the zone, a number is a name too. */
export function keyText(key: unknown): string {
  const value: unknown = isScalar(key) ? key.value : null;
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
