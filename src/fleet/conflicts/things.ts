import type { Finding } from '../../core/finding.ts';
import { parseHostName } from '../../core/names.ts';
import type { Fact } from '../fact.ts';

/** Words after a host's name that mean the same machine in another form: its installer, its test, its first boot. */
const otherForms =
  /[-_.](iso|installer|install|minimal|min|bootstrap|vm|test|sd|sd-image|image|recovery|cross|new|old|x86_64-linux|aarch64-linux)$/;

/**
 * Tells which facts are about one machine. A guest that is also a host of its own, two configurations with one host name
 * and a host's installer image are each one machine, and may say the same of it.
 */
export function machinesOf(facts: readonly Fact[]): (fact: Fact) => string {
  const hosts = new Set(facts.flatMap(({ host }) => (host === null ? [] : [host])));
  const hostNames = new Map<string, string>();
  for (const { kind, host, guest, value } of facts)
    if (kind === 'host-name' && host !== null && guest === undefined) hostNames.set(host, firstLabel(value));
  const machine = (host: string): string => {
    const whole = host.replace(otherForms, '');
    if (whole !== host && hosts.has(whole)) return machine(whole);
    const named = hostNames.get(host);
    // A name that nobody chose says nothing.
    return named === undefined || named === 'nixos' || named === '' ? firstLabel(host) : named;
  };
  return ({ host, guest }) => {
    if (host === null) return '';
    if (guest === undefined) return machine(host);
    return hosts.has(guest) ? machine(guest) : `${machine(host)}/${guest}`;
  };
}

export function firstLabel(name: string): string {
  return name.split('.')[0] ?? name;
}

/** `anubis`, or `the guest paste on anubis`. */
export function thingWords({ host, guest }: Fact): string {
  const name = host ?? 'no host';
  return guest === undefined ? name : `the guest ${guest} on ${name}`;
}

/** Where a fact stands, in the one form that comparisons of findings know to overlook lines in. */
export function placeWords({ file, line }: Fact): string {
  return `${file}:${line}`;
}

/** `a, b and c`. */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** A few of many, so that a message stays one line. */
export function fewOf(words: readonly string[], most = 3): string {
  return words.length <= most ? listed(words) : `${words.slice(0, most).join(', ')} and ${words.length - most} more`;
}

/** A finding at a fact's line. */
export function findingAtFact(
  { host, file, line }: Fact,
  said: { readonly check: string; readonly level: Finding['level']; readonly message: string },
): Finding {
  const name = host === null ? null : parseHostName(host);
  return { ...said, ...(name === null ? {} : { host: name }), file, line };
}

/** By file and line, so that a message and its place do not depend on the order of the facts. */
export function byPlace(a: Fact, b: Fact): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  if (a.line !== b.line) return a.line - b.line;
  const [one, other] = [a, b].map(({ host, guest, name, value }) => `${host} ${guest} ${name} ${value}`);
  return (one ?? '') < (other ?? '') ? -1 : 1;
}

/** Lists by key, in the order in which keys first come. */
export function groupBy<Item>(items: Iterable<Item>, keyOf: (item: Item) => string): ReadonlyMap<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
