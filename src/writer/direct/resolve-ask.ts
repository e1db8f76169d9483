import { isRefusal, refuse, type Refusal } from '../../core/refusal.ts';
import { canonicalIpv4, canonicalIpv6 } from '../../dns/address.ts';
import type { RecordChange } from '../../dns/change.ts';
import { dataWords, readData } from '../../dns/data.ts';
import { labelsOf, nearNames } from '../../dns/name.ts';
import type { HeldRecord } from '../../dns/record.ts';
import { shapeOf } from '../../dns/record-types.ts';
import { reverseName } from '../../dns/reverse.ts';
import type { DnsAsk } from './ask.ts';
import {
  addressesOf,
  configuredAddresses,
  directoryOf,
  type Directory,
  type FleetNames,
  zoneOf,
} from './fleet-names.ts';
import { renameChanges, ttlChanges } from './resolve-kept.ts';
import { pointChanges } from './point.ts';
import { resolveOwner, resolveTarget, unknownTarget, type ResolvedName } from './resolve-name.ts';

/**
 * The changes that the asks come to in this fleet, or the first question that must be answered before. With zones in
 * `missed` it is neither: read those, and resolve again.
 */
export function resolveAsks(
  asks: readonly DnsAsk[],
  fleet: FleetNames,
  missed = new Set<string>(),
): readonly RecordChange[] | Refusal {
  const directory = directoryOf(fleet, missed);
  const changes: RecordChange[] = [];
  for (const ask of asks) {
    const own = resolveAsk(directory, ask);
    if (isRefusal(own)) return own;
    changes.push(...own);
  }
  return changes;
}

function resolveAsk(directory: Directory, ask: DnsAsk): readonly RecordChange[] | Refusal {
  const name = reverseOwner(ask) ?? ask.name;
  const at = resolveOwner(directory, { name, zone: ask.zone }, ask.kind !== 'add');
  if (isRefusal(at)) return at;
  switch (ask.kind) {
    case 'add': {
      const data = resolveData(directory, at, ask.type ?? '', ask.data);
      if (isRefusal(data)) return data;
      return [{ action: 'create', zone: at.zone.name, owner: at.owner, type: ask.type ?? '', ttl: ask.ttl, data }];
    }
    case 'set':
      return setChanges(directory, at, ask);
    case 'point':
      return pointChanges(directory, at, ask);
    case 'remove':
      return removeChanges(directory, at, ask);
    case 'rename':
      return renameChanges(directory, at, ask);
    case 'ttl':
      return ttlChanges(at, ask);
  }
}

/** `Add PTR 10.0.20.30 consul.fleet.lan` names the address; the record's owner is its reverse name. */
function reverseOwner(ask: DnsAsk): string | null {
  if (!('type' in ask) || ask.type !== 'PTR') return null;
  return canonicalIpv4(ask.name) === null && canonicalIpv6(ask.name) === null ? null : reverseName(ask.name);
}

/** Data with its names looked up and made absolute, its addresses canonical. */
function resolveData(directory: Directory, at: ResolvedName, type: string, text: string): string | Refusal {
  const wrong = (reason: string): Refusal => refuse('bad-arguments', { name: at.owner, type, data: text, reason });
  const words = dataWords(text, type === 'SVCB' || type === 'HTTPS');
  if (words === null) return wrong('a double quote is not closed');
  if (type === 'A' || type === 'AAAA') {
    const [word] = words;
    const looksLikeAddress = word !== undefined && (/^[\d.]+(\/\d+)?$/.test(word.text) || word.text.includes(':'));
    if (word !== undefined && words.length === 1 && !looksLikeAddress)
      return hostAddress(directory, at, type, word.text);
  }
  const shape = shapeOf(type);
  const out: string[] = [];
  for (const [index, word] of words.entries()) {
    if (shape[index] === 'name' && !word.quoted) {
      const target = word.text === '.' ? '.' : resolveTarget(directory, at.zone, word.text);
      if (isRefusal(target)) return target;
      out.push(target);
    } else out.push(word.quoted ? `"${word.text}"` : word.text);
  }
  const data = out.join(' ');
  const reading = readData(type, data, '.');
  return reading.kind === 'wrong' ? wrong(reading.problem) : data;
}

/** The one address of a host in the family that the type asks for. */
function hostAddress(directory: Directory, at: ResolvedName, type: 'A' | 'AAAA', host: string): string | Refusal {
  const target = resolveTarget(directory, at.zone, host);
  const known = isRefusal(target) ? [] : addressesOf(directory, target)[type];
  const found = known.length > 0 ? known : configuredAddresses(directory, host)[type];
  const [only] = found;
  if (only === undefined) return isRefusal(target) ? target : unknownTarget(directory, host);
  if (found.length > 1) return refuse('ask-ambiguous', { name: host, question: 'which address', choices: found });
  return only;
}

function setChanges(
  directory: Directory,
  at: ResolvedName,
  ask: DnsAsk & { readonly kind: 'add' | 'set' },
): readonly RecordChange[] | Refusal {
  const type = ask.type ?? '';
  const data = resolveData(directory, at, type, ask.data);
  if (isRefusal(data)) return data;
  const own = at.zone.owners.get(at.owner) ?? [];
  const all = own.filter((record) => record.type === type);
  const from = ask.from === undefined ? null : resolveData(directory, at, type, ask.from);
  if (from !== null && isRefusal(from)) return from;
  const set = distinct(all.filter(from === null ? sameUse(type, data) : sameData(type, from)));
  const [only] = set;
  if (only === undefined) return own.length === 0 ? missing(at, type) : otherType(at, type, own);
  if (set.length > 1) {
    return refuse(
      'ask-ambiguous',
      {
        name: at.owner,
        type,
        question: 'which record',
        choices: set.map((record) => `/dns remove ${short(at)} ${type} ${record.data}`),
      },
      'Remove the one that goes and add the one that comes.',
    );
  }
  return [{ action: 'update', zone: at.zone.name, owner: at.owner, type, before: only.data, data, ttl: ask.ttl }];
}

function removeChanges(
  directory: Directory,
  at: ResolvedName,
  ask: DnsAsk & { readonly kind: 'remove' },
): readonly RecordChange[] | Refusal {
  const own = (at.zone.owners.get(at.owner) ?? []).filter((record) => record.type !== 'SOA');
  if (own.length === 0) return missing(at, ask.type);
  const typed = distinct(ask.type === null ? own : own.filter((record) => record.type === ask.type));
  if (typed.length === 0) return otherType(at, ask.type ?? '', own);
  const older = ask.old === true ? olderName(directory, at) : null;
  if (older !== null) return older;
  if (ask.all === true)
    return typed.map(({ type, data }) => ({ action: 'delete', zone: at.zone.name, owner: at.owner, type, data }));
  if (ask.data !== null && ask.type !== null) {
    const data = resolveData(directory, at, ask.type, ask.data);
    if (isRefusal(data)) return data;
    return [{ action: 'delete', zone: at.zone.name, owner: at.owner, type: ask.type, data }];
  }
  const [only] = typed;
  if (typed.length > 1 || only === undefined) {
    const choices = typed.map((record) => `/dns remove ${short(at)} ${record.type} ${record.data}`);
    return refuse('ask-ambiguous', { name: at.owner, question: 'which record', choices }, choices[0]);
  }
  return [{ action: 'delete', zone: at.zone.name, owner: at.owner, type: only.type, data: only.data }];
}

/** One text says who may send mail, others of the same name prove who owns it: only like replaces like. */
function sameUse(type: string, data: string): (record: HeldRecord) => boolean {
  const isPolicy = (text: string): boolean => type === 'TXT' && /^"v=spf1[ "]/i.test(text);
  return (record) => !isPolicy(data) || isPolicy(record.data);
}

function sameData(type: string, data: string): (record: HeldRecord) => boolean {
  const reading = readData(type, data, '.');
  return (record) => reading.kind === 'data' && record.data === reading.data;
}

/** A record that stands twice in a file is one choice. */
function distinct(records: readonly HeldRecord[]): readonly HeldRecord[] {
  return [...new Map(records.map((record) => [`${record.type} ${record.data}`, record])).values()];
}

/** `the old wiki` where there is an `old-wiki`. */
function olderName(directory: Directory, at: ResolvedName): Refusal | null {
  const [label = ''] = labelsOf(at.owner);
  const rest = at.owner.slice(label.length);
  const other = [`old-${label}${rest}`, `${label}-old${rest}`].find((name) =>
    zoneOf(directory, name)?.owners.has(name),
  );
  if (other === undefined) return null;
  const choices = [other, at.owner].map((name) => `/dns remove ${name.slice(0, -1)}`);
  return refuse('ask-ambiguous', { name: at.owner, question: 'which name', choices }, choices[0]);
}

export function missing(at: ResolvedName, type: string | null): Refusal {
  const near = nearNames(at.owner, at.zone.owners.keys());
  return refuse('record-not-found', { zone: at.zone.name, name: at.owner, ...(type === null ? {} : { type }), near });
}

export function otherType(at: ResolvedName, type: string, own: readonly HeldRecord[]): Refusal {
  const existing = own.map((record) => `${record.type} ${record.data} (${record.file}:${record.line})`);
  return refuse('record-not-found', { zone: at.zone.name, name: at.owner, type, existing });
}

function short(at: ResolvedName): string {
  return at.owner.slice(0, -1);
}
