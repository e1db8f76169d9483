import { canonicalName, nameProblem } from '../name.ts';
import { type LineFormat, other } from '../names/line-format.ts';
import { type NameRecord, written } from '../names/piece.ts';
import { addressOfReverse, reverseName } from '../reverse.ts';

interface Pointer {
  readonly lead: string;
  readonly quote: string;
  readonly address: string;
  readonly gap: string;
  /** The TTL with the blanks behind it. */
  readonly time: string;
  readonly name: string;
  readonly rest: string;
}

function split(text: string): Pointer | null {
  const match = /^(\s*)(["']?)([0-9a-fA-F.:]+)(\s+)(?:(\d+\s+))?([^\s"'#]+)(\2\s*(?:#.*)?)$/s.exec(text);
  if (match === null) return null;
  const [, lead = '', quote = '', address = '', gap = '', time = '', name = '', rest = ''] = match;
  return { lead, quote, address, gap, time, name, rest };
}

function join({ lead, quote, address, gap, time, name, rest }: Pointer): string {
  return lead + quote + address + gap + time + name + rest;
}

/** `"192.0.2.3 3600 www.example.com"`: an address and the one name that it has backwards (unbound.conf(5) `local-data-ptr`). */
export const localDataPtr: LineFormat = {
  read(text) {
    if (text.trim() === '') return other;
    const line = split(text);
    const owner = line === null ? null : reverseName(line.address);
    const data = canonicalName(line?.name ?? '');
    if (line === null || owner === null || nameProblem(data) !== null)
      return { kind: 'unreadable', message: 'this is not an address with its name', owners: [] };
    const ttl = line.time === '' ? null : Number(line.time);
    return { kind: 'records', records: [{ owner, type: 'PTR', ttl, data }] };
  },
  write(record, like) {
    const address = record.type === 'PTR' ? addressOfReverse(record.owner) : null;
    const near = split(like) ?? split('"192.0.2.1 name"');
    return address === null || near === null ? null : join({ ...withName(near, record), address });
  },
  join: () => null,
  part: () => '',
  swap(text, _record, next) {
    const line = split(text);
    return line === null || next.type !== 'PTR' ? null : join(withName(line, next));
  },
};

function withName(line: Pointer, record: NameRecord): Pointer {
  const time = record.ttl === null ? line.time : `${record.ttl} `;
  return { ...line, time, name: line.name.endsWith('.') ? record.data : written(record.data) };
}
