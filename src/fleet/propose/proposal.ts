import { parseHostName, type HostName } from '../../core/names.ts';
import type { ZoneSource } from '../../dns/zone.ts';
import type { FoundHost } from '../../nix/hosts/found.ts';
import type { Fact } from '../fact.ts';

/** A host as far as the repository tells what the bot must know of it. What it does not tell is left to a person. */
export interface ProposedHost {
  readonly name: HostName;
  /** The name under `nixosConfigurations`, where it is another. */
  readonly attribute: string | null;
  readonly from: Pick<FoundHost, 'file' | 'line' | 'how' | 'confidence'>;
  /** Where it may listen for ssh, the likeliest first. */
  readonly addresses: readonly string[];
  readonly sshPort: number | null;
  readonly tags: readonly string[];
}

export interface ProposedZone {
  readonly zone: string;
  readonly file: string;
  /** Other files that hold a zone of this name: views of it, or copies. */
  readonly alsoIn: readonly string[];
  readonly servers: readonly string[];
}

export interface Proposal {
  readonly hosts: readonly ProposedHost[];
  readonly zones: readonly ProposedZone[];
  /** Machines that are left out, and why. */
  readonly leftOut: readonly { readonly name: string; readonly why: string }[];
}

/** What colmena's modules say of a machine; the other tools keep it outside of the modules. */
export interface DeployHints {
  readonly targetHost: string | null;
  readonly targetPort: number | null;
  readonly tags: readonly string[];
}

export interface Known {
  readonly hosts: readonly FoundHost[];
  readonly facts: readonly Fact[];
  readonly zones: readonly ZoneSource[];
  /** The names that a zone's own NS records hold, without the closing dot. */
  readonly nameServers: ReadonlyMap<string, readonly string[]>;
  readonly hintsFor: (host: string) => DeployHints;
}

/** What to write into a first config file. Pure: the same repository always gives the same proposal. */
export function propose({ hosts, facts, zones, nameServers, hintsFor }: Known): Proposal {
  const proposed: ProposedHost[] = [];
  const leftOut: { name: string; why: string }[] = [];
  for (const host of hosts) {
    if (host.kind !== 'host') continue;
    const name = parseHostName(host.name);
    if (name === null) leftOut.push({ name: host.name, why: 'its name has signs that no host name has' });
    else if (proposed.some((other) => other.name === name))
      leftOut.push({ name: host.name, why: `a second machine of this name, in ${host.file}` });
    else proposed.push(proposedHost(host, name, facts, hintsFor(host.name)));
  }
  return { hosts: proposed, zones: proposedZones(zones, nameServers, facts, proposed), leftOut };
}

function proposedHost(host: FoundHost, name: HostName, facts: readonly Fact[], hints: DeployHints): ProposedHost {
  const own = facts.filter((fact) => fact.host === host.name && fact.guest === undefined);
  const port = own.find((fact) => fact.kind === 'service-port' && /^(?:openssh|sshd?)\b/.test(fact.name));
  const number = hints.targetPort ?? Number(/^\d+/.exec(port?.value ?? '')?.[0] ?? '22');
  return {
    name,
    attribute: name === host.name ? null : host.name,
    from: host,
    addresses: addressesOf(host, own, facts, hints),
    sshPort: number === 22 || number < 1 || number > 65_535 ? null : number,
    tags: [...new Set(hints.tags)].filter((tag) => /^[A-Za-z0-9_-]+$/.test(tag)).sort(),
  };
}

/** What a deploy tool is told already, then the host's own addresses, then what DNS calls by its name. */
function addressesOf(host: FoundHost, own: readonly Fact[], all: readonly Fact[], hints: DeployHints): string[] {
  const target = hints.targetHost?.replace(/^.*@/, '') ?? null;
  const stated = own.filter(({ kind }) => kind === 'address').map(({ value }) => value.replace(/\/\d+$/, ''));
  const names = new Set([host.name, host.hostName ?? host.name].map((name) => name.toLowerCase()));
  const called = all
    .filter(({ kind, name, value }) => kind === 'dns-name' && names.has(name.split('.')[0] ?? '') && isAddress(value))
    .map(({ value }) => value);
  const reachable = stated.filter((address) => isAddress(address) && !isOwnOnly(address));
  // An address that is also a name's is the one that people use.
  const both = reachable.filter((address) => called.includes(address));
  const found = [...(target === null || target === '' ? [] : [target]), ...both, ...reachable];
  return [...new Set(found.length > 0 ? found : called)];
}

function isAddress(text: string): boolean {
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text) || (text.includes(':') && /^[0-9a-fA-F:.]+$/.test(text));
}

/** Loopback and link-local addresses lead nobody else there (RFC 1122 section 3.2.1.3, RFC 3927, RFC 4291 section 2.5). */
function isOwnOnly(address: string): boolean {
  return /^(?:127\.|169\.254\.|0\.|::1$|fe[89ab])/i.test(address);
}

function proposedZones(
  zones: readonly ZoneSource[],
  nameServers: ReadonlyMap<string, readonly string[]>,
  facts: readonly Fact[],
  hosts: readonly ProposedHost[],
): ProposedZone[] {
  const files = new Map<string, string[]>();
  for (const { zone, file } of zones) {
    // `.` stands for names that a resolver or a hosts file keeps without a zone.
    if (zone === '.' || zone === '') continue;
    const name = zone.replace(/\.$/, '').toLowerCase();
    files.set(name, [...(files.get(name) ?? []), file]);
  }
  return [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([zone, [file = '', ...alsoIn]]) => ({
      zone,
      file,
      alsoIn: [...new Set(alsoIn)].filter((other) => other !== file),
      servers: [...new Set((nameServers.get(zone) ?? []).flatMap((server) => serverOf(server, facts, hosts)))],
    }));
}

/** The host that answers at the name's address; else the address; nothing where the repository does not know the name. */
function serverOf(server: string, facts: readonly Fact[], hosts: readonly ProposedHost[]): string[] {
  const addresses = facts.filter(({ kind, name }) => kind === 'dns-name' && name === server).map(({ value }) => value);
  for (const address of addresses) {
    const owner = facts.find(
      ({ kind, guest, value }) => kind === 'address' && guest === undefined && value.replace(/\/\d+$/, '') === address,
    );
    const host = hosts.find(({ name, attribute }) => (attribute ?? name) === owner?.host);
    if (host !== undefined) return [host.name];
  }
  return addresses.filter(isAddress).slice(0, 1);
}
