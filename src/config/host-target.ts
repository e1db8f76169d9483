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
