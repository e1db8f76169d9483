import { canonicalData, dataWords } from '../data.ts';
import { canonicalName, nameProblem } from '../name.ts';
import { typeNamed } from '../record-types.ts';
import { type LineFormat, type LineReading, other } from '../names/line-format.ts';
import { written } from '../names/piece.ts';

interface LocalData {
  readonly lead: string;
  /** Unbound takes a value in double or single quotes; the option's value holds them. */
  readonly quote: string;
  readonly name: string;
  readonly gap: string;
  /** TTL and class with the blanks behind them, in whichever order they are. */
  readonly middle: string;
  readonly type: string;
  readonly typeGap: string;
  readonly data: string;
  readonly rest: string;
}

function split(text: string): LocalData | null {
  const match = /^(\s*)(["']?)([^\s"'#]+)(\s+)((?:(?:\d+[smhdw]?|IN)\s+)*)([A-Za-z][A-Za-z0-9]*)(\s+)(.*)$/is.exec(
    text,
  );
  if (match === null) return null;
  const [, lead = '', quote = '', name = '', gap = '', middle = '', type = '', typeGap = '', tail = ''] = match;
  const end = quote === '' ? tail.search(/\s*(#.*)?$/s) : tail.lastIndexOf(quote);
  if (end <= 0) return null;
  return { lead, quote, name, gap, middle, type, typeGap, data: tail.slice(0, end), rest: tail.slice(end) };
}

function join(line: LocalData): string {
  const { lead, quote, name, gap, middle, type, typeGap, data, rest } = line;
  return lead + quote + name + gap + middle + type + typeGap + data + rest;
}

const unreadable = (message: string, owners: readonly string[]): LineReading => ({
  kind: 'unreadable',
  message,
  owners,
});

/** One record in the text form of unbound.conf(5) `local-data`. Names are absolute, with or without the closing dot. */
export const localData: LineFormat = {
  read(text) {
    if (text.trim() === '') return other;
    const line = split(text);
    if (line === null) return unreadable('this is not one record', []);
    const owner = canonicalName(line.name);
    const problem = nameProblem(owner);
    if (problem !== null) return unreadable(problem, []);
    const type = typeNamed(line.type);
    const words = dataWords(line.data, type === 'SVCB' || type === 'HTTPS');
    const data = words === null ? null : canonicalData(type, words, '.');
    if (data === null || data.kind === 'wrong') return unreadable(data?.problem ?? 'a quote is not closed', [owner]);
    const ttl = /\b(\d+)\b/.exec(line.middle)?.[1];
    return {
      kind: 'records',
      records: [{ owner, type, ttl: ttl === undefined ? null : Number(ttl), data: data.data }],
    };
  },
  write(record, like) {
    const near = split(like) ?? split('"a IN A 1"');
    if (near === null) return null;
    const quote = record.data.includes('"') ? "'" : near.quote;
    if (quote === "'" && record.data.includes("'")) return null;
    const name = near.name.endsWith('.') ? record.owner : written(record.owner);
    const ttl = record.ttl === null ? '' : `${record.ttl} `;
    const middle =
      /\d/.test(near.middle) && record.ttl !== null
        ? near.middle.replace(/\d+\w?/, String(record.ttl))
        : ttl + near.middle;
    const gap =
      near.gap.length > 1 ? ' '.repeat(Math.max(1, near.name.length + near.gap.length - name.length)) : near.gap;
    return join({
      ...near,
      quote,
      name,
      gap,
      middle,
      type: record.type,
      data: dataLike(near, record.data),
      rest: quote,
    });
  },
  join: () => null,
  part: () => '',
  swap(text, _record, next) {
    const line = split(text);
    if (line === null || (next.data.includes('"') && line.quote === '"')) return null;
    const middle =
      next.ttl === null || new RegExp(`\\b${next.ttl}\\b`).test(line.middle)
        ? line.middle
        : /\d/.test(line.middle)
          ? line.middle.replace(/\d+\w?/, String(next.ttl))
          : `${next.ttl} ${line.middle}`;
    return join({ ...line, middle, data: dataLike(line, next.data) });
  },
};

/** Names in data end in a dot where the owner does; with another type's data both are absolute anyway. */
function dataLike(near: LocalData, data: string): string {
  return near.name.endsWith('.') ? data : data.replace(/(?<=[^\s."])\.$/, '');
}

/** `local-zone`: a zone and how unbound treats names in it; null where the text is something else. */
export function localZone(text: string): { readonly name: string; readonly text: string } | null {
  const match =
    /^\s*(["']?)([^\s"'#]+)\1\s+[a-z_]+\s*$/.exec(text) ?? /^\s*(["'])([^\s"'#]+)\s+[a-z_]+\1\s*$/.exec(text);
  const name = match?.[2];
  return name === undefined ? null : { name: canonicalName(name), text: name };
}
