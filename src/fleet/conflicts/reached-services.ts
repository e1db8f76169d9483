import type { Fact } from '../fact.ts';
import { isLoopback, type Listening, overlap, readListening } from './listening.ts';
import { type Directory, readTarget, type Target } from './targets.ts';
import { groupBy, machinesOf } from './things.ts';

/** Something that people or other machines go to: a vhost, or a service whose port the firewall lets through. */
export interface ReachedService {
  readonly fact: Fact;
  /** As people call it: the vhost's name, or the service's. */
  readonly label: string;
  /** The name under which it is reached, where it is a vhost. */
  readonly domain: string | null;
  readonly ports: readonly number[];
}

/** What carries others, or runs beside them: nobody bookmarks or watches it for itself. */
const carriers =
  /^(nginx|caddy|traefik|haproxy|httpd|apache|envoy|h2o|acme|openssh|sshd|ssh|mosh|avahi|resolved|tailscale|wireguard.*|wg.*|zerotier.*|nebula.*|chrony|ntp.*|fail2ban|.*exporter.*|promtail|alloy|vector|netdata|telegraf|node|samba.*|nfs.*|kdeconnect|syncthing|steam|dhcp.*|kea.*|iperf.*|xrdp|sunshine|redis.*|postgresql|mysql|mariadb)$/i;

/** Who watches, and who shows the others: told by their names where their lists stand elsewhere. */
const onlookerNames =
  /^(status|uptime|uptime-kuma|monitoring|gatus|dash|dashboard|homepage(-dashboard)?|glance|homer|dashy)\b/i;

/** An agent that this many machines run is a part of all of them. */
const fewestAgents = 3;

export function reachedServices(facts: readonly Fact[]): readonly ReachedService[] {
  const vhosts = facts.filter(({ kind, host, name }) => kind === 'vhost' && host !== null && isPlainName(name));
  // A page of links needs no link to itself, and who watches the watcher is another question.
  const onlookers = new Set(
    facts.filter(({ kind }) => kind === 'monitor' || kind === 'dashboard-link').map(({ file }) => file),
  );
  return [...vhosts.map(ofVhost), ...openServices(facts, vhosts)].filter(
    ({ fact, label }) => !onlookers.has(fact.file) && !onlookerNames.test(label),
  );
}

/** A name that a browser can be given: no default server, no pattern, no wildcard. */
function isPlainName(name: string): boolean {
  return /^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/i.test(name) && !/^localhost\b|^[\d.]+$|\.(onion|localhost)$/i.test(name);
}

function ofVhost(fact: Fact): ReachedService {
  return { fact, label: fact.name, domain: fact.name.toLowerCase(), ports: [80, 443] };
}

function openServices(facts: readonly Fact[], vhosts: readonly Fact[]): readonly ReachedService[] {
  const machineOf = machinesOf(facts);
  const open = groupBy(
    facts.filter(({ kind }) => kind === 'open-port'),
    ({ host }) => host ?? '',
  );
  const ports = facts.flatMap((fact): { fact: Fact; listening: Listening }[] => {
    const listening = fact.kind === 'service-port' && fact.host !== null ? readListening(fact.value) : null;
    return listening === null || isLoopback(listening) ? [] : [{ fact, listening }];
  });
  const runners = groupBy(ports, ({ fact }) => fact.name);
  const isAgent = (name: string): boolean =>
    new Set((runners.get(name) ?? []).map(({ fact }) => machineOf(fact))).size >= fewestAgents;
  const reached = ports.filter(({ fact, listening }) => {
    if (carriers.test(fact.name) || isAgent(fact.name)) return false;
    if (vhosts.some((vhost) => fronts(vhost, fact, listening))) return false;
    return (open.get(fact.host ?? '') ?? []).some((one) => {
      const through = readListening(one.value);
      return through !== null && overlap(through, { ...listening, address: null });
    });
  });
  const services = groupBy(reached, ({ fact }) => `${fact.host} ${fact.guest ?? ''} ${fact.name}`);
  return [...services.values()].flatMap((group): ReachedService[] => {
    const [first] = group;
    if (first === undefined) return [];
    const numbers = [...new Set(group.map(({ listening }) => listening.from))];
    return [{ fact: first.fact, label: first.fact.name, domain: null, ports: numbers }];
  });
}

/** A vhost that hands on to the service's port. */
function fronts(vhost: Fact, service: Fact, { from }: Listening): boolean {
  const target = readTarget(vhost.value);
  return vhost.host === service.host && target?.port === from;
}

/** What a monitor or a link goes to, with the name that its author gave it. */
export interface Entry {
  readonly fact: Fact;
  readonly target: Target;
}

export function entriesOf(facts: readonly Fact[], kinds: readonly Fact['kind'][]): readonly Entry[] {
  return facts.flatMap((fact): Entry[] => {
    const target = kinds.includes(fact.kind) ? readTarget(fact.value) : null;
    return target === null ? [] : [{ fact, target }];
  });
}

/** Tells of a service whether one of the entries goes to it, or to another name of what is behind it. */
export function goesToAny(
  entries: readonly Entry[],
  services: readonly ReachedService[],
  directory: Directory,
): (service: ReachedService) => boolean {
  const direct = new Set(services.filter((service) => entries.some((entry) => goesTo(entry, service, directory))));
  const behind = new Set([...direct].flatMap(upstreamOf));
  return (service) => direct.has(service) || upstreamOf(service).some((upstream) => behind.has(upstream));
}

/** What a vhost hands on to, on its host; empty where it hands on nothing. */
function upstreamOf({ fact, domain }: ReachedService): readonly string[] {
  const target = domain === null ? null : readTarget(fact.value);
  return target === null || target.port === null ? [] : [`${fact.host} ${target.host}:${target.port}`];
}

/** Whether an entry goes to the service: by its name, by its host and port, or because it is called so. */
export function goesTo({ fact, target }: Entry, service: ReachedService, directory: Directory): boolean {
  if (service.domain !== null && target.host === service.domain) return true;
  if (bare(fact.name) === bare(service.label)) return true;
  if (target.port === null || !service.ports.includes(target.port) || service.domain !== null) return false;
  if (target.host === 'localhost' || target.host.startsWith('127.')) return fact.host === service.fact.host;
  return directory.hostsOf(target.host).has(service.fact.host ?? '');
}

function bare(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}
