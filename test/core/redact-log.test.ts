import { describe, expect, test } from 'vitest';
import { redactLog } from '../../src/core/redact-log.ts';

describe('What a program wrote into its log', () => {
  test.each([
    ['DB_PASSWORD=hunter2 starting', 'DB_PASSWORD=[redacted] starting'],
    ['config: {"api_key": "abc def", "port": 80}', 'config: {"api_key": [redacted], "port": 80}'],
    ["secret_key_base: 'x y z'", 'secret_key_base: [redacted]'],
    ['  token: eyx', '  token: [redacted]'],
    ['exec /bin/sync --auth-token abc --dry-run', 'exec /bin/sync --auth-token [redacted] --dry-run'],
    ['--password=hunter2', '--password=[redacted]'],
    [
      'connecting to postgres://grafana:hunter2@db.lan/grafana',
      'connecting to postgres://grafana:[redacted]@db.lan/grafana',
    ],
    ['redis://:hunter2@127.0.0.1:6379', 'redis://:[redacted]@127.0.0.1:6379'],
    ['Authorization: Basic Zm9vOmJhcg== extra', 'Authorization: [redacted]'],
    ['> Cookie: a=1; b=2', '> Cookie: [redacted]'],
    ['"x-api-key":"0123456789"', '"x-api-key":[redacted]'],
    ['sent bearer abcdefgh.ijkl', 'sent bearer [redacted]'],
    ['AWS_SECRET_ACCESS_KEY=abc/def+g', 'AWS_SECRET_ACCESS_KEY=[redacted]'],
    ['passphrase = "one two" ok', 'passphrase = [redacted] ok'],
  ])('%j is shown as %j', (line, shown) => expect(redactLog(line)).toBe(shown));

  test.each([
    'Listening on http://0.0.0.0:8080',
    'GET https://user@example.org/path 200',
    'Failed password for root from 10.0.0.1 port 22 ssh2',
    'bind() to 0.0.0.0:80 failed (98: Address already in use)',
    'tokens left: many',
    'sudo: a password is required',
    'the key of 10.0.20.11 is SHA256:abc',
    'basic settings loaded',
  ])('%j stays, or loses one word at most', (line) => {
    const words = line.split(' ');
    const kept = redactLog(line).split(' ');
    expect(kept).toHaveLength(words.length);
    expect(kept.filter((word, index) => word !== words[index]).length).toBeLessThanOrEqual(1);
  });

  test('is taken line by line: what stands below stays', () => {
    expect(redactLog('Authorization: x\nready\n')).toBe('Authorization: [redacted]\nready\n');
    expect(redactLog('password:\nready\n')).toBe('password:\nready\n');
  });
});
