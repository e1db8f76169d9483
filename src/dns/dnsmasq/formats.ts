import { canonicalIpv4, canonicalIpv6 } from '../address.ts';
import { canonicalName, nameProblem } from '../name.ts';
import { addressRecord, isAddress } from '../names/hosts-line.ts';
import { behind, type LineFormat, type LineReading, other } from '../names/line-format.ts';
import { type NameRecord, written } from '../names/piece.ts';

const unreadable = (message: string): LineReading => ({ kind: 'unreadable', message, owners: [] });

function isIp(text: string): boolean {
  return canonicalIpv4(text) !== null || canonicalIpv6(text) !== null;
}

function readAll(records: readonly (NameRecord | null)[]): LineReading {
  const known = records.filter((record) => record !== null);
  if (known.length < records.length || known.some(({ owner }) => nameProblem(owner) !== null))
    return unreadable('this is not a name with an address');
  return { kind: 'records', records: known };
}

/** A leading dot says "and everything below", which dnsmasq does without it too. */
const bareName = (name: string): string => name.replace(/^\./, '');

/** `/name/name/address`: the names and everything below them (dnsmasq(8) `--address`). */
export const addressOption: LineFormat = {
  read(text) {
    const match = /^(\s*\/)([^\s#]*)\/([^/\s]*)\s*$/.exec(text);
    if (match === null) return /^\s*\/?#/.test(text) ? other : unreadable('this is not /name/address');
    const [, , names = '', address = ''] = match;
    // Without an address the names are answered with NXDOMAIN or the null address: that is no record.
    if (address === '' || address === '#' || names === '') return other;
    return readAll(names.split('/').map((name) => addressRecord(bareName(name), address)));
  },
  write(record, like) {
    if (!isAddress(record)) return null;
    return `/${like.trimStart().startsWith('/.') ? '.' : ''}${written(record.owner)}/${record.data}`;
  },
  join: () => null,
  part(text, record) {
    const parts = text.split('/');
    const names = parts.slice(1, -1).filter((name) => canonicalName(bareName(name)) !== record.owner);
    return names.length === 0 ? '' : [parts[0], ...names, parts.at(-1)].join('/');
  },
  swap(text, _record, next) {
    const parts = text.split('/');
    return parts.length !== 3 || !isAddress(next) ? null : [...parts.slice(0, 2), next.data].join('/');
  },
};

interface HostRecord {
  readonly names: readonly string[];
  readonly addresses: readonly string[];
  readonly ttl: string | null;
  readonly comma: string;
}

function splitHost(text: string): HostRecord | null {
  const words = text.trim().split(/\s*,\s*/);
  const ttl = /^\d+$/.test(words.at(-1) ?? '') ? (words.pop() ?? null) : null;
  const names = words.filter((word) => !isIp(word));
  const addresses = words.filter(isIp);
  if (names.length === 0 || words.slice(0, names.length).some(isIp)) return null;
  return { names, addresses, ttl, comma: /,\s*/.exec(text)?.[0] ?? ',' };
}

function joinHost({ names, addresses, ttl, comma }: HostRecord): string {
  return [...names, ...addresses, ...(ttl === null ? [] : [ttl])].join(comma);
}

/** `name,name,IPv4,IPv6,ttl` (dnsmasq(8) `--host-record`). */
export const hostRecord: LineFormat = {
  read(text) {
    if (text.trim() === '') return other;
    const host = splitHost(text);
    if (host === null) return unreadable('this is not a name with an address');
    const ttl = host.ttl === null ? null : Number(host.ttl);
    return readAll(host.names.flatMap((name) => host.addresses.map((address) => addressRecord(name, address, ttl))));
  },
  write(record, like) {
    if (!isAddress(record)) return null;
    const comma = splitHost(like)?.comma ?? ',';
    const ttl = record.ttl === null ? null : String(record.ttl);
    return joinHost({ names: [written(record.owner)], addresses: [record.data], ttl, comma });
  },
  join(text, record) {
    const host = splitHost(text);
    if (host === null || !isAddress(record) || host.names.length !== 1 || host.addresses.length !== 1) return null;
    if (canonicalName(host.names[0] ?? '') !== record.owner) return null;
    // dnsmasq takes one address of each family.
    if ((canonicalIpv4(host.addresses[0] ?? '') !== null) === (record.type === 'A')) return null;
    const addresses = record.type === 'A' ? [record.data, ...host.addresses] : [...host.addresses, record.data];
    return joinHost({ ...host, addresses });
  },
  part(text, record) {
    const host = splitHost(text);
    if (host === null) return null;
    const names = host.names.filter((name) => canonicalName(name) !== record.owner);
    const addresses = host.addresses.filter((address) => addressRecord('x', address)?.data !== record.data);
    if (host.addresses.length === 1) return names.length === 0 ? '' : joinHost({ ...host, names });
    return host.names.length === 1 ? joinHost({ ...host, addresses }) : null;
  },
  swap(text, record, next) {
    const host = splitHost(text);
    if (host === null || host.names.length !== 1 || record.type !== next.type) return null;
    const addresses = host.addresses.map((address) =>
      addressRecord('x', address)?.data === record.data ? next.data : address,
    );
    return joinHost({ ...host, addresses, ttl: next.ttl === null ? host.ttl : String(next.ttl) });
  },
};

/** `alias,alias,target,ttl` (dnsmasq(8) `--cname`). */
export const cnameOption: LineFormat = {
  read(text) {
    if (text.trim() === '') return other;
    const { aliases, target, ttl } = splitAlias(text);
    if (target === undefined || aliases.length === 0) return unreadable('this is not an alias with its target');
    return readAll(
      aliases.map((alias) => ({
        owner: canonicalName(alias),
        type: 'CNAME',
        ttl: ttl === null ? null : Number(ttl),
        data: canonicalName(target),
      })),
    );
  },
  write(record, like) {
    if (record.type !== 'CNAME') return null;
    const comma = /,\s*/.exec(like)?.[0] ?? ',';
    const ttl = record.ttl === null ? [] : [String(record.ttl)];
    return [written(record.owner), written(record.data), ...ttl].join(comma);
  },
  join: () => null,
  part(text, record) {
    const { aliases, target, ttl, comma } = splitAlias(text);
    const kept = aliases.filter((alias) => canonicalName(alias) !== record.owner);
    return kept.length === 0 ? '' : [...kept, target ?? '', ...(ttl === null ? [] : [ttl])].join(comma);
  },
  swap(text, _record, next) {
    const { aliases, ttl, comma } = splitAlias(text);
    if (aliases.length !== 1 || next.type !== 'CNAME') return null;
    const newTtl = next.ttl === null ? ttl : String(next.ttl);
    return [...aliases, written(next.data), ...(newTtl === null ? [] : [newTtl])].join(comma);
  },
};

function splitAlias(text: string): {
  readonly aliases: readonly string[];
  readonly target: string | undefined;
  readonly ttl: string | null;
  readonly comma: string;
} {
  const words = text.trim().split(/\s*,\s*/);
  const ttl = words.length > 2 && /^\d+$/.test(words.at(-1) ?? '') ? (words.pop() ?? null) : null;
  const target = words.pop();
  return { aliases: words, target, ttl, comma: /,\s*/.exec(text)?.[0] ?? ',' };
}

/** The same options as lines of a dnsmasq.conf. */
const lines: readonly LineFormat[] = [
  behind(/^\s*address=(?=\/)/, addressOption),
  behind(/^\s*host-record=/, hostRecord),
  behind(/^\s*cname=/, cnameOption),
];

function formatOf(text: string): LineFormat | undefined {
  return lines.find((line) => line.read(text).kind !== 'other');
}

export const configLine: LineFormat = {
  read: (text) => formatOf(text)?.read(text) ?? other,
  write: (record, like) => formatOf(like)?.write(record, like) ?? null,
  join: (text, record) => formatOf(text)?.join(text, record) ?? null,
  part: (text, record) => formatOf(text)?.part(text, record) ?? null,
  swap: (text, record, next) => formatOf(text)?.swap(text, record, next) ?? null,
};
