import type { HostName } from '../core/names.ts';
import type { FleetConfig, Selection } from './fleet-config.ts';

type Ordered = Pick<FleetConfig, 'hosts' | 'deploy'>;

/** The hosts that a selection names, in the order of the file. */
export function selectedHosts({ hosts }: Pick<FleetConfig, 'hosts'>, selection: Selection): readonly HostName[] {
  // Most hosts wait for nobody, and a large fleet asks this for each of its hosts.
  if (selection.hosts.length === 0 && selection.tags.length === 0) return [];
  const names = Object.keys(hosts) as HostName[];
  return names.filter(
    (host) => selection.hosts.includes(host) || hosts[host]?.tags.some((tag) => selection.tags.includes(tag)) === true,
  );
}

/** For each host those that end before it begins, by its own `after` and by those of its tags. None waits for itself. */
export function hostsBefore(config: Ordered): ReadonlyMap<HostName, readonly HostName[]> {
  const before = new Map<HostName, readonly HostName[]>();
  for (const [name, { after, tags }] of Object.entries(config.hosts)) {
    const host = name as HostName;
    const named = [after, ...tags.flatMap((tag) => tagRule(config, tag)?.after ?? [])];
    const others = named.flatMap((selection) => selectedHosts(config, selection)).filter((other) => other !== host);
    before.set(host, [...new Set(others)]);
  }
  return before;
}

/** What the config says of a tag; a tag may be called `constructor`. */
export function tagRule(
  { deploy }: Pick<FleetConfig, 'deploy'>,
  tag: string,
): FleetConfig['deploy']['tags'][string] | null {
  return Object.hasOwn(deploy.tags, tag) ? (deploy.tags[tag] ?? null) : null;
}

/** Hosts that wait for each other, from the first back to itself, for each host that begins such a circle; none twice. */
export function circlesIn(before: ReadonlyMap<HostName, readonly HostName[]>): readonly (readonly HostName[])[] {
  const circles: (readonly HostName[])[] = [];
  const done = new Set<HostName>();
  const walk = (host: HostName, path: readonly HostName[]): void => {
    const at = path.indexOf(host);
    if (at !== -1) {
      circles.push([...path.slice(at), host]);
      return;
    }
    if (done.has(host)) return;
    for (const other of before.get(host) ?? []) walk(other, [...path, host]);
    done.add(host);
  };
  for (const host of before.keys()) walk(host, []);
  return circles;
}
