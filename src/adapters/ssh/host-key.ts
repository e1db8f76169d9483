import { createHash } from 'node:crypto';
import { type Fingerprint, parseFingerprint } from '../../core/names.ts';

/** The one key that a host must show, as the config file writes it. */
export type Pin =
  | { readonly kind: 'fingerprint'; readonly fingerprint: Fingerprint }
  | { readonly kind: 'key'; readonly fingerprint: Fingerprint; readonly type: string };

/** Reads `SHA256:…` or a public key line; null where it is neither, and no host can then be reached by it. */
export function parsePin(text: string): Pin | null {
  const fingerprint = parseFingerprint(text.trim());
  if (fingerprint !== null) return { kind: 'fingerprint', fingerprint };
  const words = text.trim().split(/\s+/);
  const at = words.findIndex((word) => /^(ssh|ecdsa|sk)-/.test(word));
  const type = words[at];
  const blob = words[at + 1];
  if (at === -1 || type === undefined || blob === undefined || !/^[A-Za-z0-9+/]{20,}=*$/.test(blob)) return null;
  const bytes = Buffer.from(blob, 'base64');
  // The blob names its own type; a line that contradicts itself was pasted together.
  return keyType(bytes) === type ? { kind: 'key', fingerprint: fingerprintOf(bytes), type } : null;
}

export function fingerprintOf(key: Uint8Array): Fingerprint {
  const digest = createHash('sha256').update(key).digest('base64').replace(/=+$/, '');
  const fingerprint = parseFingerprint(`SHA256:${digest}`);
  if (fingerprint === null) throw new Error('bug: expected a SHA-256 digest to be a fingerprint');
  return fingerprint;
}

/** The type that a public key blob begins with (RFC 4253 section 6.6). */
export function keyType(key: Uint8Array): string {
  const bytes = Buffer.from(key);
  if (bytes.length < 4) return '';
  return bytes.subarray(4, 4 + bytes.readUInt32BE(0)).toString('latin1');
}

/**
 * The host key algorithms of each kind of key. A host has one key of each kind and shows the one that the client
 * prefers, so a pinned fingerprint may be that of a kind which was not asked for.
 */
export const hostKeyFamilies: readonly (readonly string[])[] = [
  ['ssh-ed25519'],
  ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'],
  ['rsa-sha2-512', 'rsa-sha2-256'],
];

/** The families to ask for, one attempt each: only the pinned kind where it is known. */
export function familiesFor(pin: Pin): readonly (readonly string[])[] {
  if (pin.kind === 'fingerprint') return hostKeyFamilies;
  const family = pin.type === 'ssh-rsa' ? 'rsa-sha2-512' : pin.type;
  return hostKeyFamilies.filter((names) => names.includes(family));
}
