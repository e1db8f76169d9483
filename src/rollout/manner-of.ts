import type { FleetConfig } from '../config/fleet-config.ts';
import type { Manner } from './shapes.ts';

/** How the config wants a host deployed. `adopt`: a person accepts what it runs as the system to go back to. */
export function mannerOf({ deploy }: Pick<FleetConfig, 'deploy'>, { adopt }: { readonly adopt: boolean }): Manner {
  return { adopt, minFreeMiB: { nix: deploy.min_free_nix_mib, boot: deploy.min_free_boot_mib } };
}
