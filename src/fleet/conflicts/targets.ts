import type { Fact } from '../fact.ts';
import { readNetworkAddress } from './network-address.ts';
import { firstLabel } from './things.ts';

/** Where a monitor, a link or a scrape goes. */
export interface Target {
  /** Lower case, without a closing dot. */
  readonly host: string;
  readonly port: number | null;
}

const schemes: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  ssh: 22,
  dns: 53,
  smtp: 25,
  ldap: 389,
  ldaps: 636,
  imaps: 993,
};

/** Reads `https://a.example/x`, `tcp://a:1883`, `a:9100`, `[fd42::1]:53`, `a`. Null for anything else. */
export function readTarget(text: string): Target | null {
  const found =
    /^(?:([a-z][a-z0-9+]*):\/\/)?(?:[^@/\s]*@)?(\[[^\]]+\]|[^:/\s?#[\]]+)(?::(\d{1,5}))?(?:[/?#].*)?$/i.exec(
      text.trim(),
    );
  if (found === null) return null;
  const [, scheme = '', host = '', port] = found;
  const usual = schemes[scheme.toLowerCase()] ?? null;
  const name = host
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase()
    .replace(/\.$/, '');
  return { host: readNetworkAddress(name)?.text ?? name, port: port === undefined ? usual : Number(port) };
}

/** Which hosts a name or address leads to, by the zones, addresses and host names of the repository. */
export interface Directory {
  hostsOf(name: string): ReadonlySet<string>;
  /** Whether a zone of the repository has the name, by itself or by a wildcard. */
  hasName(name: string): boolean;
}

/** Longer chains of aliases go in circles. */
const mostHops = 8;

export function directoryOf(facts: readonly Fact[]): Directory {
  const holders = new Map<string, Set<string>>();
  const values = new Map<string, string[]>();
  for (const { kind, host, name, value } of facts) {
    if (kind === 'dns-name') values.set(name.toLowerCase(), [...(values.get(name.toLowerCase()) ?? []), value]);
    if (host === null) continue;
    if (kind === 'address') note(holders, readNetworkAddress(value)?.text ?? value, host);
    if (kind === 'host-name') note(holders, firstLabel(value).toLowerCase(), host);
    note(holders, host.toLowerCase(), host);
  }
  const valuesOf = (name: string): readonly string[] =>
    values.get(name) ?? values.get(wildcardOver(name, values)) ?? [];
  const lead = (name: string, into: Set<string>, hops: number): void => {
    for (const host of holders.get(readNetworkAddress(name)?.text ?? name) ?? []) into.add(host);
    if (hops < mostHops) for (const value of valuesOf(name)) lead(value.toLowerCase(), into, hops + 1);
  };
  return {
    hostsOf(name) {
      const found = new Set<string>();
      lead(name, found, 0);
      // A name that no zone tells may still be a host's, with whatever domain its network has.
      if (found.size === 0 && readNetworkAddress(name) === null && valuesOf(name).length === 0)
        for (const host of holders.get(firstLabel(name)) ?? []) found.add(host);
      return found;
    },
    hasName: (name) => valuesOf(name.toLowerCase()).length > 0,
  };
}

function note(holders: Map<string, Set<string>>, name: string, host: string): void {
  const known = holders.get(name);
  if (known === undefined) holders.set(name, new Set([host]));
  else known.add(host);
}

/** The nearest wildcard above a name (RFC 4592). */
function wildcardOver(name: string, values: ReadonlyMap<string, unknown>): string {
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const wildcard = `*${name.slice(dot)}`;
    if (values.has(wildcard)) return wildcard;
  }
  return '';
}
