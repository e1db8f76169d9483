import type { FleetConfig } from '../config/fleet-config.ts';
import { ownPathsOf } from '../config/host-target.ts';
import type { HostName } from '../core/names.ts';
import type { ReachedHost } from './affected-hosts.ts';

/**
 * The hosts that changed paths count for, without reading any: a path among a host's own files for that host alone, any
 * other for all. That is more than the truth and never less.
 */
export function hostsByPaths(config: FleetConfig, changedPaths: readonly string[]): ReadonlyMap<HostName, ReachedHost> {
  const hosts = Object.keys(config.hosts) as HostName[];
  const own = new Map(hosts.map((host) => [host, ownPathsOf(config, host)] as const));
  const shared = changedPaths.filter((changed) => ![...own.values()].some((paths) => isAmong(changed, paths)));
  const reached = new Map<HostName, ReachedHost>();
  for (const [host, paths] of own) {
    const owned = changedPaths.filter((changed) => isAmong(changed, paths));
    const [first] = owned;
    if (first !== undefined) reached.set(host, { touched: 'own', why: owned.map((path) => [path]) });
    else if (shared.length > 0) reached.set(host, { touched: 'shared', why: shared.map((path) => [path]) });
  }
  return reached;
}

/** Whether a path is one of the given files or below one of the given folders. */
export function isAmong(path: string, own: readonly string[]): boolean {
  return own.some((file) => path === file || path.startsWith(`${file}/`));
}
