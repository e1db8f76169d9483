import type { FleetConfig } from '../config/fleet-config.ts';
import type { HostName } from '../core/names.ts';

/**
 * The hosts that the bot itself stands on, by the addresses of its machine, its Redis, its name servers and its router.
 * A loopback address counts only with the usual port: behind another one there is a forwarded or a practice host.
 */
export function hostsBeneath({ hosts }: Pick<FleetConfig, 'hosts'>, ground: readonly string[]): readonly HostName[] {
  const known = new Set(ground.map(bare));
  return Object.entries(hosts).flatMap(([host, { address, port }]) => {
    const own = isLoopback(bare(address)) ? port === 22 : known.has(bare(address));
    return own ? [host as HostName] : [];
  });
}

function bare(address: string): string {
  return address
    .replace(/^\[|\]$/g, '')
    .replace(/%.*$/, '')
    .replace(/\.$/, '')
    .toLowerCase();
}

function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || address.startsWith('127.');
}
