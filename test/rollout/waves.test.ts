import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFleetConfig } from '../../src/config/parse-fleet-config.ts';
import type { HostName } from '../../src/core/names.ts';
import { waveOrderOf, wavesOf } from '../../src/rollout/waves.ts';

/** `a:dns b c after a`: a host for each word, with its tags and those that it waits for. */
function configOf(hosts: string, deploy = '{}') {
  const written = hosts.split(', ').map((host, index) => {
    const [, name = '', tag, after] = /^(\S+?)(?::(\S+))?(?: after (\S+))?$/.exec(host) ?? [];
    const key = `SHA256:${String(index).padStart(43, 'k')}`;
    const more = `${tag === undefined ? '' : `, tags: [${tag}]`}${after === undefined ? '' : `, after: {hosts: [${after}]}`}`;
    return `  ${name}: {address: a, host_key: "${key}"${more}}\n`;
  });
  return parseFleetConfig(`hosts:\n${written.join('')}deploy: ${deploy}\n`);
}

function drawn(hosts: string, deploy: string, moved: string, beneath: readonly string[] = []): string {
  const parsed = configOf(hosts, deploy);
  if (parsed.kind === 'invalid') throw new Error(parsed.findings.map(({ message }) => message).join('; '));
  const waves = wavesOf(waveOrderOf(parsed.config, beneath as HostName[]), moved.split(' ') as HostName[]);
  return waves.map((wave) => wave.join(' ')).join(' | ');
}

describe('hosts go in waves', () => {
  test.each([
    ['all at once where the config says nothing', 'a, b, c', '{}', 'a b c', 'a b c'],
    ['of the size that the config names', 'a, b, c', '{wave_size: 2}', 'a b c', 'a b | c'],
    ['canaries first', 'a, b, c:canary', '{canary: {tags: [canary]}}', 'a b c', 'c | a b'],
    ['without the canary where the commit does not reach it', 'a, b, c', '{canary: {hosts: [c]}}', 'a b', 'a b'],
    ['the named waves, then the rest', 'a, b:web, c', '{waves: [{hosts: [c]}, {tags: [web]}]}', 'a b c', 'c | b | a'],
    ['a host in the first wave that names it', 'a, b', '{waves: [{hosts: [b]}, {hosts: [a, b]}]}', 'a b', 'b | a'],
    ['at most so many of a tag', 'a:web, b:web, c', '{waves: [{tags: [web], count: 1}]}', 'a b c', 'a | b c'],
    ['a share of the rollout, rounded up', 'a, b, c', '{waves: [{percent: 34}]}', 'a b c', 'a b | c'],
    ['a host after the one that it waits for', 'a after c, b, c', '{}', 'a b c', 'b c | a'],
    ['without waiting for a host that does not move', 'a after c, b, c', '{}', 'a b', 'a b'],
    ['a tag after another', 'a:web, b:dns, c:web', '{tags: {web: {after: {tags: [dns]}}}}', 'a b c', 'b | a c'],
    ['a canary that has to wait, later', 'a after b, b', '{canary: {hosts: [a]}}', 'a b', 'b | a'],
    ['no wave larger than its size for it', 'a after b, b, c', '{wave_size: 1}', 'a b c', 'b | a | c'],
    ['the last alone and last', 'a, b, c', '{last: [a, b]}', 'a b c', 'c | a | b'],
    ['the last of all alone too', 'a, b', '{last: [a], canary: {hosts: [a]}}', 'a', 'a'],
  ])('%s', (_, hosts, deploy, moved, waves) => {
    expect(drawn(hosts, deploy, moved)).toBe(waves);
  });

  test('with the hosts that the bot found beneath itself before those that the config names last', () => {
    expect(drawn('a, b, c', '{last: [a]}', 'a b c', ['b'])).toBe('c | b | a');
  });

  test('and a host that waits for one beneath the bot does not wait for ever', () => {
    expect(drawn('a after b, b', '{}', 'a b', ['b'])).toBe('a | b');
  });

  test('whatever the bounds: every host once, none before those that it waits for, no wave too large', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'] as HostName[];
    const rule = fc.record({
      hosts: fc.option(fc.subarray(names)),
      count: fc.option(fc.integer({ min: 1, max: 4 })),
      percent: fc.option(fc.integer({ min: 1, max: 100 })),
    });
    fc.assert(
      fc.property(
        fc.array(rule, { maxLength: 4 }),
        fc.record({ size: fc.integer({ min: 1, max: 4 }), moved: fc.subarray(names, { minLength: 1 }) }),
        fc.shuffledSubarray(names, { minLength: names.length }),
        fc.subarray(names),
        fc.infiniteStream(fc.boolean()),
        (first, { size, moved }, ranks, last, coins) => {
          // Edges only from a later to an earlier rank: no circle.
          const before = new Map(ranks.map((host, at) => [host, ranks.slice(0, at).filter(() => coins.next().value)]));
          const waves = wavesOf({ first, size, before, last }, moved);
          expect(waves.flat().sort()).toEqual([...moved].sort());
          const at = new Map(waves.flatMap((wave, index) => wave.map((host) => [host, index] as const)));
          const shares = moved.filter((host) => last.includes(host) && waves[at.get(host) ?? -1]?.length !== 1);
          expect(shares).toEqual([]);
          const early = moved.filter((host) =>
            (before.get(host) ?? []).some(
              (other) => !last.includes(other) && (at.get(other) ?? -1) >= (at.get(host) ?? -1),
            ),
          );
          expect(early.filter((host) => !last.includes(host))).toEqual([]);
          const largest = first.length > 0 ? moved.length : size;
          for (const wave of waves) expect(wave.length).toBeLessThanOrEqual(largest);
        },
      ),
    );
  });
});

describe('an order that cannot be kept is a finding', () => {
  test.each([
    [
      'a circle of hosts',
      'a after b, b after a',
      '{}',
      ['2 `hosts.a.after`: these wait for each other: a after b after a'],
    ],
    [
      'a circle by tags',
      'a:web, b:dns',
      '{tags: {web: {after: {tags: [dns]}}, dns: {after: {hosts: [a]}}}}',
      ['4 `deploy.tags.web.after`: these wait for each other: a after b after a'],
    ],
    [
      'an unknown host',
      'griffin',
      '{last: [grifin]}',
      ['3 `deploy.last`: "grifin" is no host of this file; "griffin" is near it'],
    ],
    [
      'an unknown tag',
      'a:dns',
      '{tags: {dnss: {max_unavailable: 1}}}',
      ['3 `deploy.tags`: no host carries the tag "dnss"; "dns" is near it'],
    ],
    [
      'a host after the last',
      'a after b, b',
      '{last: [b]}',
      ['4 `deploy.last`: a is to go after b, and nothing goes after a host that goes last'],
    ],
    [
      'a wave with two bounds',
      'a',
      '{waves: [{count: 1, percent: 5}]}',
      ['3 `deploy.waves.0`: names both `count` and `percent`; one of them can hold'],
    ],
    [
      'a wave that would take all',
      'a',
      '{waves: [{}]}',
      ['3 `deploy.waves.0`: names no `hosts`, `tags`, `count` or `percent`, so it would take all'],
    ],
  ])('%s', (_, hosts, deploy, findings) => {
    const parsed = configOf(hosts, deploy);
    expect(parsed.kind === 'invalid' ? parsed.findings.map(({ line, message }) => `${line} ${message}`) : []).toEqual(
      findings,
    );
  });

  test('and a host that carries a tag after its own tag waits for the others, not for itself', () => {
    expect(drawn('a:web, b:dns', '{tags: {web: {after: {hosts: [a, b]}}}}', 'a b')).toBe('b | a');
  });
});
