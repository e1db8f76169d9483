import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hidden, redactor } from '../../src/core/redact.ts';

const key = '-----BEGIN RSA PRIVATE KEY-----\nMIIabc\ndef\n-----END RSA PRIVATE KEY-----';

describe('secrets that are known', () => {
  const clean = redactor(['hunter2-hunter2', 'hunter2-hunter2-longer', 'short', key, '']);

  test.each([
    ['as they are', 'password hunter2-hunter2!', `password ${hidden}!`],
    ['the longer one whole', 'hunter2-hunter2-longer', hidden],
    ['in base64', Buffer.from('hunter2-hunter2').toString('base64').replace(/=+$/, ''), hidden],
    ['over lines', `key:\n${key}\nend`, `key:\n${hidden}\nend`],
    ['with escaped line ends', key.replaceAll('\n', '\\n'), hidden],
    ['every time', 'hunter2-hunter2 hunter2-hunter2', `${hidden} ${hidden}`],
  ])('go %s', (_name, text, expected) => {
    expect(clean(text)).toBe(expected);
  });

  test('are not looked for where they are so short that words would go', () => {
    expect(clean('a short text')).toBe('a short text');
  });

  test('never stay, whatever is around them', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        expect(clean(`${before}hunter2-hunter2${after}`)).not.toContain('hunter2-hunter2');
      }),
    );
  });
});

describe('what looks like a secret', () => {
  const clean = redactor([]);
  // Put together here, so that no scanner takes this file for a leak.
  const made = {
    'a token of an installation': `ghs_${'a1B2'.repeat(9)}`,
    'a fine-grained token': `github_pat_${'a1B2'.repeat(9)}`,
    'a key for Claude': `sk-ant-${'api03-x'.repeat(3)}`,
    'an access key of a cloud': `AKIA${'ABCD'.repeat(4)}`,
    'a JSON web token': `eyJ${'hbGciOiJ'.repeat(2)}.${'abcdefgh'.repeat(2)}.${'sig-natu'.repeat(2)}`,
    'an age key': `AGE-SECRET-KEY-1${'QPZRY9X8'.repeat(7)}`,
    'a private key': `-----BEGIN OPENSSH PRIVATE KEY-----\n${'b3Bl'.repeat(9)}\n-----END OPENSSH PRIVATE KEY-----`,
    'the beginning of a private key': `-----BEGIN PRIVATE KEY-----\n${'b3Bl'.repeat(9)}`,
  };

  test.each(Object.entries(made))('%s goes', (_name, secret) => {
    expect(clean(`before ${secret} after`)).not.toContain(secret.slice(-12));
    expect(clean(`before ${secret}`)).toBe(`before ${hidden}`);
  });

  test('a password within an address goes, the host stays', () => {
    expect(clean('https://x-access-token:abcdef@github.com/a/b')).toBe(`https://${hidden}github.com/a/b`);
  });

  test.each([
    ['a commit', 'a'.repeat(40)],
    ['a store path', `/nix/store/${'a'.repeat(32)}-nixos-system-griffin-25.11`],
    ['a fingerprint', `SHA256:${'A'.repeat(43)}`],
    ['a public key', `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5${'A'.repeat(48)} ann@griffin`],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nMIIabc\n-----END CERTIFICATE-----'],
  ])('%s stays', (_name, text) => {
    expect(clean(text)).toBe(text);
  });
});
