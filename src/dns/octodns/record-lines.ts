import type { NameRecord } from '../names/piece.ts';
import { fieldsOf, scalarsOf } from './values.ts';
import { scalarText } from './yaml-text.ts';

/** `- 192.0.2.1`, or the fields of a structured value below a dash, in the order of their names as octoDNS has them. */
export function valueLines(type: string, scalars: readonly string[], indent: string, like: string): readonly string[] {
  const fields = fieldsOf(type);
  if (fields === null) return [`${indent}- ${scalarText(scalars[0] ?? '', like)}`];
  return fieldLines(type, scalars).map((line, at) => `${indent}${at === 0 ? '- ' : '  '}${line}`);
}

/** A record on its own: the lines below a name. Null where octoDNS has no words for it. */
export function recordLines(record: NameRecord, indent: string): readonly string[] | null {
  const scalars = scalarsOf(record.type, record.data);
  if (scalars === null) return null;
  const head = [...(record.ttl === null ? [] : [`ttl: ${record.ttl}`]), `type: ${record.type}`];
  const value =
    fieldsOf(record.type) === null
      ? [`value: ${scalarText(scalars[0] ?? '', '')}`]
      : ['value:', ...fieldLines(record.type, scalars).map((line) => `  ${line}`)];
  return [...head, ...value].map((line) => `${indent}${line}`);
}

function fieldLines(type: string, scalars: readonly string[]): readonly string[] {
  const fields = fieldsOf(type) ?? [];
  return fields.map((names, at) => `${names[0] ?? ''}: ${scalarText(scalars[at] ?? '', '')}`).toSorted();
}
