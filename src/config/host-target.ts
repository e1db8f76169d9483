import { createHash } from 'node:crypto';
import { type Fingerprint, type HostName, parseFingerprint } from '../core/names.ts';
import type { FleetConfig, HostConfig } from './fleet-config.ts';

/** The fingerprint by which a host is known and locked; null where `host_key` is neither a fingerprint nor a key line. */
export function fingerprintOf(host: Pick<HostConfig, 'host_key'>): Fingerprint | null {
  const asWritten = parseFingerprint(host.host_key.trim());
  if (asWritten !== null) return asWritten;
  // A public key line: `[host] type base64 [comment]` (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT).
  const words = host.host_key.trim().split(/\s+/);
  const typeAt = words.findIndex((word) => /^(ssh|ecdsa|sk)-/.test(word));
  const blob = typeAt === -1 ? undefined : words[typeAt + 1];
  if (blob === undefined || !/^[A-Za-z0-9+/]+=*$/.test(blob)) return null;
  return parseFingerprint(
    `SHA256:${createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64').replace(/=+$/, '')}`,
  );
}

/** The name under `nixosConfigurations` that a host is built from. */
export function attributeOf(config: FleetConfig, host: HostName): string {
  return config.hosts[host]?.attribute ?? host;
}

/** The host's own files and folders, without a closing slash. */
export function ownPathsOf(config: FleetConfig, host: HostName): readonly string[] {
  const paths = config.hosts[host]?.paths ?? [];
  return (paths.length > 0 ? paths : [`hosts/${host}`, `hosts/${host}.nix`]).map((path) => path.replace(/\/+$/, ''));
}

/** One server of a zone, as an address to ask. `host` is set where the config names a host of the fleet. */
export interface ZoneServer {
  readonly host: HostName | null;
  readonly address: string;
  readonly port: number;
}

/** The servers of a zone: `griffin`, `griffin:5353`, `10.0.20.53`, `10.0.20.53:5353`, `[fd00::53]:5353`. */
export function zoneServersOf(config: FleetConfig, zone: string): readonly ZoneServer[] {
  return (config.zones[zone]?.servers ?? []).flatMap((written) => zoneServer(config, written) ?? []);
}

/** What a server entry means, or null where it is neither a host of the fleet nor an address. */
export function zoneServer(config: Pick<FleetConfig, 'hosts'>, written: string): ZoneServer | null {
  const whole = written as HostName;
  if (Object.hasOwn(config.hosts, whole)) return { host: whole, address: config.hosts[whole]?.address ?? '', port: 53 };
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-fA-F:]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(written) ?? [];
  const port = digits === undefined ? 53 : Number(digits);
  if (port < 1 || port > 65_535) return null;
  if (bracketed !== undefined) return { host: null, address: bracketed, port };
  if (plain === undefined) return /^[0-9a-fA-F:]+$/.test(written) ? { host: null, address: written, port: 53 } : null;
  const named = plain as HostName;
  if (Object.hasOwn(config.hosts, named)) return { host: named, address: config.hosts[named]?.address ?? '', port };
  return /^[\d.]+$/.test(plain) ? { host: null, address: plain, port } : null;
}
