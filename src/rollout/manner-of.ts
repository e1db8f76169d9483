import type { FleetConfig } from '../config/fleet-config.ts';
import type { HostName } from '../core/names.ts';
import type { Manner } from './shapes.ts';

/** How the config wants a host deployed. `adopt`: a person accepts what it runs as the system to go back to. */
export function mannerOf(
  { deploy, hosts }: Pick<FleetConfig, 'deploy' | 'hosts'>,
  host: HostName,
  { adopt }: { readonly adopt: boolean },
): Manner {
  const own = hosts[host];
  const mode = own?.mode ?? 'safe';
  const level = own?.watchdog ?? 'none';
  // A plain switch moves the boot default first, so that a reboot would bring the new system; a dry run loses no host.
  const watchdog = level === 'none' || mode !== 'safe' ? null : { level, seconds: deploy.watchdog_seconds };
  const file = own?.configuration !== undefined || own?.expression !== undefined;
  return { adopt, mode, file, watchdog, minFreeMiB: { nix: deploy.min_free_nix_mib, boot: deploy.min_free_boot_mib } };
}
