import { isRefusal } from '../../../src/core/refusal.ts';
import type { RecordChange } from '../../../src/dns/change.ts';
import { holders, type HeldDocument } from '../../../src/dns/holders.ts';
import { changedLines } from '../changed-lines.ts';

/** `+ name TYPE data`, `- name TYPE data` or `~ name TYPE before > after`, with the closing dots left out. */
export function changeOf(said: string): RecordChange {
  const [sign, name = '', type = '', ...rest] = said.split(' ');
  const owner = `${name}.`;
  const [before = '', after = ''] = rest.join(' ').split(' > ');
  const base = { zone: '.', owner, type };
  if (sign === '+') return { action: 'create', ...base, ttl: null, data: before };
  if (sign === '-') return { action: 'delete', ...base, data: before };
  return { action: 'update', ...base, before, data: after, ttl: null };
}

export function openAs(id: string, text: string, zone = ''): HeldDocument {
  const holder = holders.find((one) => one.id === id);
  if (holder === undefined) throw new Error(`no holder ${id}`);
  return holder.open(text, { path: 'host.nix', zone });
}

/** The lines that a change takes and brings, or its refusal with the line that it speaks of. */
export function edited(id: string, text: string, said: string, zone = ''): readonly string[] {
  const next = openAs(id, text, zone).apply([changeOf(said)]);
  const line = isRefusal(next) ? next.facts['line'] : undefined;
  if (isRefusal(next)) return [typeof line === 'number' ? `${next.code} line ${line}` : next.code];
  return changedLines(text, next.text);
}

/** What a file says, as `line name TYPE data`. */
export function recordsIn(id: string, text: string, zone = ''): readonly string[] {
  return [...openAs(id, text, zone).records()].map(
    ({ line, owner, type, data, ttl }) => `${line} ${owner} ${ttl === null ? '' : `${ttl} `}${type} ${data}`,
  );
}

export function unreadableIn(id: string, text: string, zone = ''): readonly string[] {
  return [...openAs(id, text, zone).unreadable()].map(({ line, message }) => `${line} ${message}`);
}

/** What holds for every change: done once it is refused the second time, and undone it leaves the file as it was. */
export function twice(id: string, text: string, said: string): string {
  const once = openAs(id, text).apply([changeOf(said)]);
  const again = isRefusal(once) ? once : once.apply([changeOf(said)]);
  return isRefusal(again) ? again.code : 'applied again';
}
