import type { FleetConfig } from '../config/fleet-config.ts';
import type { HostName } from '../core/names.ts';
import type { Manner } from './shapes.ts';

/** How the config wants a host deployed. `adopt`: a person accepts what it runs as the system to go back to. */
export function mannerOf(
  { deploy, hosts }: Pick<FleetConfig, 'deploy' | 'hosts'>,
  host: HostName,
  { adopt }: { readonly adopt: boolean },
): Manner {
  const level = hosts[host]?.watchdog ?? 'none';
  const watchdog = level === 'none' ? null : { level, seconds: deploy.watchdog_seconds };
  return { adopt, watchdog, minFreeMiB: { nix: deploy.min_free_nix_mib, boot: deploy.min_free_boot_mib } };
}
