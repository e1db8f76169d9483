import { createHash } from 'node:crypto';
import ssh2, { type ParsedKey } from 'ssh2';
import { assert } from '../../core/bug.ts';
import { type Fingerprint, parseFingerprint } from '../../core/names.ts';

export interface KeyPair {
  /** OpenSSH's private key format. */
  readonly private: string;
  /** One line, as in `authorized_keys`. */
  readonly public: string;
  readonly fingerprint: Fingerprint;
}

/** A new Ed25519 key, for a practice host or for the account that logs in to it. */
export function createKeyPair(comment: string): KeyPair {
  const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment });
  const digest = createHash('sha256').update(parsedKey(pair.public).getPublicSSH()).digest('base64');
  const fingerprint = parseFingerprint(`SHA256:${digest.replace(/=+$/, '')}`);
  assert(fingerprint !== null, 'a fingerprint of a key that was just made');
  return { private: pair.private, public: pair.public, fingerprint };
}

export function parsedKey(text: string): ParsedKey {
  const parsed = ssh2.utils.parseKey(text);
  const key = Array.isArray(parsed) ? (parsed[0] as ParsedKey | undefined) : parsed;
  if (key === undefined || key instanceof Error) throw new Error('not an ssh key', { cause: key });
  return key;
}
