import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
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

/**
 * A new Ed25519 key, for a practice host or for the account that logs in to it. Written here because ssh2's own
 * generator strips a leading zero byte from the key and makes a broken one about once in 256 times (1.17.0).
 */
export function createKeyPair(comment: string): KeyPair {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  assert(jwk.x !== undefined && jwk.d !== undefined, 'both halves of an Ed25519 key');
  const point = Buffer.from(jwk.x, 'base64url');
  const secret = Buffer.concat([Buffer.from(jwk.d, 'base64url'), point]);
  const blob = Buffer.concat([field('ssh-ed25519'), field(point)]);
  const digest = createHash('sha256').update(blob).digest('base64');
  const fingerprint = parseFingerprint(`SHA256:${digest.replace(/=+$/, '')}`);
  assert(fingerprint !== null, 'a fingerprint of a key that was just made');
  return {
    private: privateFile(blob, secret, comment),
    public: `ssh-ed25519 ${blob.toString('base64')} ${comment}`,
    fingerprint,
  };
}

/** OpenSSH's PROTOCOL.key, without encryption. */
function privateFile(blob: Buffer, secret: Buffer, comment: string): string {
  const check = randomBytes(4);
  const open = Buffer.concat([check, check, blob, field(secret), field(comment)]);
  const padding = Buffer.from(Array.from({ length: (8 - (open.length % 8)) % 8 }, (_, index) => index + 1));
  const bytes = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'),
    field('none'),
    field(''),
    Buffer.from([0, 0, 0, 1]),
    field(blob),
    field(Buffer.concat([open, padding])),
  ]);
  const lines = bytes.toString('base64').replaceAll(/.{70}/g, '$&\n');
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

/** A length, four bytes, before the bytes (RFC 4251 section 5). */
function field(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

export function parsedKey(text: string): ParsedKey {
  const parsed = ssh2.utils.parseKey(text);
  const key = Array.isArray(parsed) ? (parsed[0] as ParsedKey | undefined) : parsed;
  if (key === undefined || key instanceof Error) throw new Error('not an ssh key', { cause: key });
  return key;
}
