import { canonicalIpv4, canonicalIpv6 } from '../address.ts';
import { canonicalName, nameProblem } from '../name.ts';
import { type LineFormat, other } from './line-format.ts';
import { type NameRecord, written } from './piece.ts';

/** The record of an address that a name has, or null where the text is no address. */
export function addressRecord(name: string, address: string, ttl: number | null = null): NameRecord | null {
  const owner = canonicalName(name);
  const ipv4 = canonicalIpv4(address);
  if (ipv4 !== null) return { owner, type: 'A', ttl, data: ipv4 };
  const ipv6 = canonicalIpv6(address);
  return ipv6 === null ? null : { owner, type: 'AAAA', ttl, data: ipv6 };
}

export function isAddress(record: NameRecord): boolean {
  return record.type === 'A' || record.type === 'AAAA';
}

interface HostsLine {
  readonly lead: string;
  readonly address: string;
  readonly gap: string;
  readonly names: string;
  readonly rest: string;
}

function split(text: string): HostsLine | null {
  const match = /^(\s*)([^\s#]+)(\s+)([^\s#][^#]*?)(\s*(?:#.*)?)$/s.exec(text);
  if (match === null) return null;
  const [, lead = '', address = '', gap = '', names = '', rest = ''] = match;
  return { lead, address, gap, names, rest };
}

/** The names stay in their column where blanks lead there. */
function gapFor({ address, gap }: HostsLine, next: string): string {
  if (gap.length === 1 || gap.includes('\t')) return gap;
  return ' '.repeat(Math.max(1, address.length + gap.length - next.length));
}

/** A line of a hosts file (hosts(5)): an address and the names that it has. */
export const hostsLine: LineFormat = {
  read(text) {
    if (/^\s*(#|$)/.test(text)) return other;
    const line = split(text);
    if (line === null) return { kind: 'unreadable', message: 'the line has an address and no name', owners: [] };
    const records: NameRecord[] = [];
    for (const name of line.names.split(/\s+/)) {
      const record = addressRecord(name, line.address);
      if (record === null || nameProblem(record.owner) !== null)
        return { kind: 'unreadable', message: `"${line.address}" is not an address`, owners: [] };
      records.push(record);
    }
    return { kind: 'records', records };
  },
  write(record, like) {
    const line = split(like);
    if (!isAddress(record)) return null;
    if (line === null) return `${record.data} ${written(record.owner)}`;
    return `${line.lead}${record.data}${gapFor(line, record.data)}${written(record.owner)}`;
  },
  join(text, record) {
    const line = split(text);
    const names = line?.names.split(/\s+/) ?? [];
    // A file with one name a line keeps having one name a line.
    if (line === null || names.length < 2 || addressRecord('x', line.address)?.data !== record.data) return null;
    return `${line.lead}${line.address}${line.gap}${line.names} ${written(record.owner)}${line.rest}`;
  },
  part(text, record) {
    const line = split(text);
    if (line === null) return null;
    const words = line.names.split(/(\s+)/);
    const at = words.findIndex((word, index) => index % 2 === 0 && canonicalName(word) === record.owner);
    if (at < 0) return null;
    if (words.length === 1) return '';
    words.splice(at === 0 ? 0 : at - 1, 2);
    return `${line.lead}${line.address}${line.gap}${words.join('')}${line.rest}`;
  },
  swap(text, _record, next) {
    const line = split(text);
    if (line === null || /\s/.test(line.names) || !isAddress(next)) return null;
    return `${line.lead}${next.data}${gapFor(line, next.data)}${line.names}${line.rest}`;
  },
};
