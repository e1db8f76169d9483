import { isRefusal, refuse, type Refusal } from '../../core/refusal.ts';
import { canonicalIpv4, canonicalIpv6 } from '../../dns/address.ts';
import type { RecordChange } from '../../dns/change.ts';
import { nearNames } from '../../dns/name.ts';
import type { HeldRecord } from '../../dns/record.ts';
import type { DnsAsk } from './ask.ts';
import { addressesOf, configuredAddresses, zoneOf, type Addresses, type Directory } from './fleet-names.ts';
import { resolveTarget, unknownTarget, type ResolvedName } from './resolve-name.ts';

interface Target {
  /** Canonical; null where the target is an address, or a host that no zone names. */
  readonly name: string | null;
  readonly addresses: Addresses;
}

/** `point grafana at anubis`: written down as the name is now, or as its neighbours are if it is new. */
export function pointChanges(
  directory: Directory,
  at: ResolvedName,
  ask: DnsAsk & { readonly kind: 'point' },
): readonly RecordChange[] | Refusal {
  const target = targetOf(directory, at, ask.target);
  if (isRefusal(target)) return target;
  const own = at.zone.owners.get(at.owner) ?? [];
  const alias = own.find((record) => record.type === 'CNAME');
  const leading = own.filter((record) => record.type === 'A' || record.type === 'AAAA');
  if (ask.fresh === true && own.length > 0) return alreadyThere(at, own);
  const slip = ask.fresh === true || own.length > 0 ? [] : likelyMeant(at);
  if (slip.length > 0)
    return refuse(
      'record-not-found',
      { zone: at.zone.name, name: at.owner, near: slip },
      `For a new name, write: Add ${at.owner.slice(0, -1)} -> ${ask.target}`,
    );
  if (target.name === at.owner)
    return refuse('record-conflict', { name: at.owner, zone: at.zone.name, reason: 'a name cannot point at itself' });
  if (alias !== undefined && target.name !== null) {
    return [{ action: 'update', ...base(at, 'CNAME'), before: alias.data, data: target.name, ttl: ask.ttl }];
  }
  const addresses = target.addresses;
  if (alias !== undefined) {
    if (count(addresses) === 0) return noAddress(ask.target);
    return [{ action: 'delete', ...base(at, 'CNAME'), data: alias.data }, ...created(at, addresses, ask.ttl)];
  }
  if (leading.length > 0) {
    if (count(addresses) === 0) return noAddress(ask.target);
    const changes = [...moved(at, leading, 'A', addresses, ask.ttl), ...moved(at, leading, 'AAAA', addresses, ask.ttl)];
    return changes.length > 0 ? changes : alreadyThere(at, leading);
  }
  if (target.name !== null && own.length === 0 && prefersAlias(at, target)) {
    return [{ action: 'create', ...base(at, 'CNAME'), ttl: ask.ttl, data: target.name }];
  }
  return count(addresses) === 0 ? noAddress(ask.target) : created(at, addresses, ask.ttl);
}

/** Names that differ from a new one by a slip of the hand. `web2` beside `web1` is none. */
function likelyMeant(at: ResolvedName): readonly string[] {
  const digits = (name: string): string => name.replace(/\D/g, '');
  const label = (name: string): string => name.slice(0, name.length - at.zone.name.length);
  const names = [...at.zone.owners.keys()].filter(
    (name) => label(name).length > 4 && digits(name) === digits(at.owner),
  );
  const near = new Set(nearNames(label(at.owner), names.map(label)));
  return names.filter((name) => near.has(label(name)));
}

function base(
  at: ResolvedName,
  type: string,
): { readonly zone: string; readonly owner: string; readonly type: string } {
  return { zone: at.zone.name, owner: at.owner, type };
}

function count(addresses: Addresses): number {
  return addresses.A.length + addresses.AAAA.length;
}

function noAddress(target: string): Refusal {
  return refuse(
    'unknown-host',
    { name: target, reason: 'no address of it is known in the zones or the configuration' },
    'Write the address instead.',
  );
}

function alreadyThere(at: ResolvedName, own: readonly HeldRecord[]): Refusal {
  const [first] = own;
  const place = first === undefined ? {} : { file: first.file, line: first.line, type: first.type, data: first.data };
  return refuse('record-exists', { name: at.owner, zone: at.zone.name, ...place });
}

function targetOf(directory: Directory, at: ResolvedName, text: string): Target | Refusal {
  const ipv4 = canonicalIpv4(text);
  if (ipv4 !== null) return { name: null, addresses: { A: [ipv4], AAAA: [] } };
  const ipv6 = canonicalIpv6(text);
  if (ipv6 !== null) return { name: null, addresses: { A: [], AAAA: [ipv6] } };
  if (/^[\d.]+$/.test(text)) return refuse('bad-arguments', { data: text, reason: `"${text}" is not an IPv4 address` });
  const name = resolveTarget(directory, at.zone, text);
  if (isRefusal(name)) {
    const addresses = configuredAddresses(directory, text);
    return name.code === 'unknown-host' && count(addresses) > 0 ? { name: null, addresses } : name;
  }
  const zone = zoneOf(directory, name);
  if (zone !== null && !zone.owners.has(name)) {
    const addresses = configuredAddresses(directory, text);
    return count(addresses) > 0 ? { name: null, addresses } : unknownTarget(directory, text);
  }
  return { name, addresses: addressesOf(directory, name) };
}

function created(at: ResolvedName, addresses: Addresses, ttl: number | null): readonly RecordChange[] {
  return (['A', 'AAAA'] as const).flatMap((type) =>
    addresses[type].map((data): RecordChange => ({ action: 'create', ...base(at, type), ttl, data })),
  );
}

/** One family brought to the target's addresses. A family that the target lacks goes: it would lead to the old host. */
function moved(
  at: ResolvedName,
  own: readonly HeldRecord[],
  type: 'A' | 'AAAA',
  addresses: Addresses,
  ttl: number | null,
): readonly RecordChange[] {
  const old = own.filter((record) => record.type === type).map((record) => record.data);
  const going = old.filter((data) => !addresses[type].includes(data));
  const coming = addresses[type].filter((data) => !old.includes(data));
  const changes: RecordChange[] = [];
  for (let index = 0; index < Math.max(going.length, coming.length); index += 1) {
    const before = going[index];
    const data = coming[index];
    if (before !== undefined && data !== undefined)
      changes.push({ action: 'update', ...base(at, type), before, data, ttl });
    else if (before !== undefined) changes.push({ action: 'delete', ...base(at, type), data: before });
    else if (data !== undefined) changes.push({ action: 'create', ...base(at, type), ttl, data });
  }
  return changes;
}

/** As the other names that lead to the target do; else as the zone does; never at the top of a zone. */
function prefersAlias(at: ResolvedName, target: Target): boolean {
  if (at.owner === at.zone.name) return false;
  let aliases = 0;
  let copies = 0;
  let any = 0;
  for (const [owner, records] of at.zone.owners) {
    for (const record of records) {
      if (record.type === 'CNAME') any += 1;
      if (record.type === 'CNAME' && record.data === target.name) aliases += 1;
      if (record.type === 'A' && owner !== target.name && target.addresses.A.includes(record.data)) copies += 1;
    }
  }
  return aliases === copies ? any > 0 || count(target.addresses) === 0 : aliases > copies;
}
