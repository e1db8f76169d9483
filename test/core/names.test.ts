import { describe, expect, test } from 'vitest';
import {
  parseCommitSha,
  parseFingerprint,
  parseHostName,
  parseRepositoryName,
  parseStorePath,
  shortSha,
} from '../../src/core/names.ts';

const path = `/nix/store/${'0123456789abcdfghijklmnpqrsvwxyz'}`;

/** Each parser with what it takes and what it refuses. */
const tables = {
  'a commit': {
    parse: parseCommitSha,
    takes: ['0123456789abcdef0123456789abcdef01234567'],
    refuses: [
      '',
      'main',
      'a'.repeat(39),
      'a'.repeat(41),
      'A'.repeat(40),
      `${'a'.repeat(40)}\n`,
      `${'g'.repeat(40)}`,
      `-${'a'.repeat(39)}`,
    ],
  },
  'a host': {
    parse: parseHostName,
    takes: ['griffin', 'Griffin', 'web-1', 'web_1', 'db.lab', 'a', '1', 'x'.repeat(63)],
    refuses: [
      '',
      '-v',
      '--all',
      'a-',
      '.a',
      'a.',
      'a..b',
      'a/b',
      '../a',
      'a b',
      'a;b',
      '$(a)',
      'a\n',
      '#dns',
      'ä',
      'x'.repeat(64),
      Array.from({ length: 64 }, () => 'abc').join('.'),
    ],
  },
  'a store path': {
    parse: parseStorePath,
    takes: [`${path}-nixos-system-griffin-25.11`, `${path}-x`, `${path}-a+b_c=d?e.f`],
    refuses: [
      path,
      `${path}-`,
      `${path}-a/b`,
      `${path}-a b`,
      `${path}-a\n`,
      `${path.replace('0', 'e')}-x`,
      `/tmp${path}-x`,
      `${path}-${'x'.repeat(212)}`,
      `${path}-$(id)`,
    ],
  },
  'a fingerprint': {
    parse: parseFingerprint,
    takes: [`SHA256:${'A'.repeat(43)}`, `SHA256:${'a+/9'.repeat(10)}abc`],
    refuses: [
      '',
      `SHA256:${'A'.repeat(42)}`,
      `SHA256:${'A'.repeat(43)}=`,
      `MD5:${'A'.repeat(43)}`,
      `sha256:${'A'.repeat(43)}`,
      ` SHA256:${'A'.repeat(43)}`,
    ],
  },
  'a repository': {
    parse: parseRepositoryName,
    takes: ['acme/fleet', 'a/b', 'acme/nixos.config_1-x', 'acme/.github'],
    refuses: [
      '',
      'acme',
      'acme/',
      '/fleet',
      'acme/fleet/x',
      '-a/b',
      'acme/..',
      'acme/.',
      'a b/c',
      'acme/fl eet',
      'ac.me/fleet',
      `${'a'.repeat(40)}/x`,
      'acme/fleet\n',
    ],
  },
} as const;

describe.each(Object.entries(tables))('%s', (_name, { parse, takes, refuses }) => {
  test.each(takes.map((text) => [text]))('takes %j', (text) => {
    expect(parse(text)).toBe(text);
  });
  test.each(refuses.map((text) => [text]))('refuses %j', (text) => {
    expect(parse(text)).toBeNull();
  });
});

test('a repository is the same however its case is written', () => {
  expect(parseRepositoryName('Acme/Fleet')).toBe('acme/fleet');
});

test('a short commit is as long as a command must write it', () => {
  const sha = parseCommitSha('0123456789abcdef0123456789abcdef01234567');
  expect(sha === null ? '' : shortSha(sha)).toBe('0123456789ab');
});
