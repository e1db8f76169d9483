import type { FleetConfig } from '../config/fleet-config.ts';
import { ownPathsOf } from '../config/host-target.ts';
import type { HostName } from '../core/names.ts';

/**
 * The hosts that changed paths count for: a path among a host's own files for that host alone, any other for all.
 * That is more than the truth and never less; the import graph tells it exactly.
 */
export function hostsTouched(
  config: FleetConfig,
  changedPaths: readonly string[],
): ReadonlyMap<HostName, 'own' | 'shared'> {
  const hosts = Object.keys(config.hosts) as HostName[];
  const own = hosts.map((host) => ({ host, paths: ownPathsOf(config, host) }));
  const owned = new Set<HostName>();
  let shared = false;
  for (const changed of changedPaths) {
    const owners = own.filter(({ paths }) => paths.some((path) => changed === path || changed.startsWith(`${path}/`)));
    for (const { host } of owners) owned.add(host);
    if (owners.length === 0) shared = true;
  }
  const touched = hosts.filter((host) => shared || owned.has(host));
  return new Map(touched.map((host) => [host, owned.has(host) ? 'own' : 'shared'] as const));
}
