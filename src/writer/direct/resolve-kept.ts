import { isRefusal, refuse, type Refusal } from '../../core/refusal.ts';
import type { RecordChange } from '../../dns/change.ts';
import { nearNames } from '../../dns/name.ts';
import type { DnsAsk } from './ask.ts';
import type { Directory } from './fleet-names.ts';
import { type ResolvedName, resolveOwner } from './resolve-name.ts';

/** Every record of a name, under another name of the same zone. */
export function renameChanges(
  directory: Directory,
  at: ResolvedName,
  ask: DnsAsk & { readonly kind: 'rename' },
): readonly RecordChange[] | Refusal {
  const own = at.zone.owners.get(at.owner) ?? [];
  if (own.length === 0) return nothing(at);
  const to = resolveOwner(directory, { name: ask.to, zone: ask.zone ?? at.zone.name }, false);
  if (isRefusal(to)) return to;
  const wrong = (reason: string): Refusal => refuse('bad-arguments', { name: at.owner, reason });
  if (at.owner === at.zone.name) return wrong('the top of a zone cannot be renamed');
  if (to.zone.name !== at.zone.name) return wrong(`${to.owner} is in another zone; remove the one and add the other`);
  const [there] = to.zone.owners.get(to.owner) ?? [];
  if (there !== undefined) {
    const { type, data, file, line } = there;
    return refuse('record-exists', { zone: to.zone.name, name: to.owner, type, data, file, line });
  }
  const base = (owner: string, type: string) => ({ zone: at.zone.name, owner, type });
  return [
    ...own.map(({ type, data }): RecordChange => ({ action: 'delete', ...base(at.owner, type), data })),
    ...own.map(({ type, data, ttl }): RecordChange => ({ action: 'create', ...base(to.owner, type), ttl, data })),
  ];
}

/** The same records with another TTL. */
export function ttlChanges(
  at: ResolvedName,
  ask: DnsAsk & { readonly kind: 'ttl' },
): readonly RecordChange[] | Refusal {
  const own = (at.zone.owners.get(at.owner) ?? []).filter(({ type }) => type !== 'SOA');
  const typed = own.filter(({ type }) => ask.type === null || type === ask.type);
  if (typed.length === 0) return nothing(at, ask.type);
  const types = [...new Set(typed.map(({ type }) => type))];
  if (types.length > 1) {
    const name = at.owner.slice(0, -1);
    const choices = types.map((type) => `Set the TTL of the ${type} record ${name} to ${ask.ttl}`);
    return refuse('ask-ambiguous', { name: at.owner, question: 'which record', choices }, choices[0]);
  }
  return typed.map(({ type, data }) => ({
    action: 'update',
    zone: at.zone.name,
    owner: at.owner,
    type,
    before: data,
    data,
    ttl: ask.ttl,
  }));
}

function nothing(at: ResolvedName, type: string | null = null): Refusal {
  const near = nearNames(at.owner, at.zone.owners.keys());
  return refuse('record-not-found', { zone: at.zone.name, name: at.owner, ...(type === null ? {} : { type }), near });
}
