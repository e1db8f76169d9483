import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createKeyPair, parsedKey } from '../../../src/demo/hosts/host-key.ts';

describe('keys of practice hosts', () => {
  it('sign what their public half verifies, under the fingerprint that was told', () => {
    const pair = createKeyPair('practice host');
    const key = parsedKey(pair.private);
    expect(parsedKey(pair.public).verify('challenge', key.sign('challenge') as Buffer)).toBe(true);
    expect(parsedKey(pair.public).verify('other', key.sign('challenge') as Buffer)).toBe(false);
    const digest = createHash('sha256').update(key.getPublicSSH()).digest('base64').replace('=', '');
    expect(pair.fingerprint).toBe(`SHA256:${digest}`);
  });

  // A key begins with a zero byte once in 256 times; a generator that loses it slips through here once in 2,500 runs.
  it('are whole, whatever byte they begin with', () => {
    for (let made = 0; made < 2000; made += 1) {
      const blob = createKeyPair('x').public.split(' ')[1] ?? '';
      expect(Buffer.from(blob, 'base64')).toHaveLength(4 + 11 + 4 + 32);
    }
  });

  it('refuse to be read from what is no key', () => {
    expect(() => parsedKey('ssh-ed25519 AAAA nobody')).toThrow('not an ssh key');
    expect(() => parsedKey('')).toThrow('not an ssh key');
  });
});
