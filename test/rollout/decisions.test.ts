import { describe, expect, test } from 'vitest';
import { fleetConfigShape } from '../../src/config/fleet-config.ts';
import { type CommitSha, parseCommitSha } from '../../src/core/names.ts';
import type { Held } from '../../src/rollout/host-record.ts';
import { mayMoveHeld } from '../../src/rollout/held.ts';
import { mayDeployMerge } from '../../src/rollout/may-deploy-merge.ts';
import { mayReboot } from '../../src/rollout/may-reboot.ts';
import { policyOf } from '../../src/rollout/policy-of.ts';
import { tailOf } from '../../src/rollout/log-tails.ts';
import { system } from '../fakes/machine.ts';
import { named } from './deploying.ts';

const host = { address: '192.0.2.1', host_key: 'SHA256:x' };
const config = fleetConfigShape.parse({
  hosts: { griffin: host, wolfhound: { ...host, paths: ['machines/wolf/', 'shared/wolf.nix'] }, anubis: host },
});

const commit = (digit: string): CommitSha => {
  const sha = parseCommitSha(digit.repeat(40));
  if (sha === null) throw new Error('impossible commit');
  return sha;
};

describe('whether a merge may be brought to a host', () => {
  const facts = {
    host: named('griffin'),
    merge: commit('a'),
    hostCommit: commit('b'),
    isAncestor: false,
    mergedHeads: [],
  };
  test.each([
    ['the host runs an ancestor', { isAncestor: true }, null],
    ['the host runs the head of a pull request that was merged into it', { mergedHeads: [commit('b')] }, null],
    ['nothing is known of the host', { hostCommit: null }, null],
    ['the host runs another branch', {}, 'not-an-ancestor'],
    ['the host runs the head of another pull request', { mergedHeads: [commit('c')] }, 'not-an-ancestor'],
    ['a squash of other work is merged', { mergedHeads: [commit('c'), commit('d')] }, 'not-an-ancestor'],
  ] as const)('%s', (_, more, code) => {
    expect(mayDeployMerge({ ...facts, ...more })?.code ?? null).toBe(code);
  });

  test('a refusal says what to type', () => {
    expect(mayDeployMerge(facts)).toMatchObject({ next: '/deploy griffin' });
  });
});

describe('whether a host may be rebooted', () => {
  const pending = { path: system('new'), sha: commit('a'), rollout: 'r1', since: 1 };
  test('into what waits there, named by its commit', () => {
    expect(mayReboot(named('griffin'), pending, 'a'.repeat(12))).toBe(pending);
  });
  test.each([
    ['nothing waits', null, 'a'.repeat(12), { code: 'nothing-pending', next: '/status griffin' }],
    ['what waits has no commit', { ...pending, sha: null }, 'a'.repeat(12), { code: 'nothing-pending' }],
    [
      'another commit waits',
      pending,
      'b'.repeat(12),
      { code: 'sha-mismatch', next: `/reboot griffin @${'a'.repeat(12)}` },
    ],
  ] as const)('not where %s', (_, waiting, asked, refusal) =>
    expect(mayReboot(named('griffin'), waiting, asked)).toMatchObject(refusal),
  );
});

describe('whether a held host may be moved', () => {
  const held: Held = { rollout: 'r1', outcome: 'reverted', reason: null, sha: null, bad: null, since: 1 };
  test.each([
    ['a merge that changes something for it', held, { kind: 'deploy', named: false, touched: 'own' }, true],
    ['a person who names it', held, { kind: 'deploy', named: true, touched: 'shared' }, true],
    ['a verify', held, { kind: 'verify', named: false, touched: 'shared' }, true],
    ['anything, of a host that is not held', null, { kind: 'deploy', named: false, touched: 'shared' }, true],
    ['a merge that changes something shared', held, { kind: 'deploy', named: false, touched: 'shared' }, false],
    ['a tag', held, { kind: 'deploy', named: false, touched: 'shared' }, false],
  ] as const)('by %s', (_, was, ask, may) => {
    expect(mayMoveHeld(was, ask)).toBe(may);
  });
});

test('the bounds of a rollout come from the config, and the probes have all of their times', () => {
  expect(policyOf(config)).toMatchObject({ parallel: 10, buildMs: 3_600_000, activateMs: 900_000 });
  expect(policyOf(config).probeMs).toBeGreaterThanOrEqual((5 + 10 + 60) * 1000);
});

describe('the tail of a log', () => {
  test.each([
    ['short text as it is', 'a\nb\n', 10, 'a\nb\n'],
    ['whole lines', 'aaaa\nbbbb\ncccc\n', 12, 'bbbb\ncccc\n'],
    ['the end of one endless line', 'abcdefgh', 3, 'fgh'],
    ['no half of a character', 'ab😀', 1, ''],
  ])('keeps %s', (_, text, length, tail) => {
    expect(tailOf(text, length)).toBe(tail);
  });
});
