import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HostName } from '../../src/core/names.ts';
import { outcomes } from '../../src/core/outcome.ts';
import { advance, type RolloutFact } from '../../src/rollout/advance.ts';
import { parseRollout, type Rollout } from '../../src/rollout/rollout.ts';
import { parseProgress, progressOf, withProgress } from '../../src/rollout/rollout-progress.ts';

const names = ['griffin', 'wolfhound', 'blackjack', 'anubis', 'constructor'] as HostName[];

function rolloutOf(waves: readonly number[], parallel: number): Rollout {
  const place = (host: HostName, index: number) => ({
    fingerprint: 'SHA256:QpbBPgYtBsdYeME3AH2taldrCselpA6O7RFk4bAhH6E',
    attribute: host,
    wave: waves[index] ?? 0,
    named: false,
    records: [],
    state: { kind: 'waiting' },
  });
  return parseRollout({
    schemaVersion: 1,
    id: 'r1',
    kind: 'deploy',
    repository: { name: 'acme/fleet', installation: 1 },
    sha: 'a'.repeat(40),
    cause: { kind: 'merge', by: 'ann', pullRequest: 1 },
    reason: 'merge of #1 by ann',
    policy: { parallel, reachMs: 1, buildMs: 1, activateMs: 1, probeMs: 1, failureBudget: 2 },
    hosts: Object.fromEntries(names.map((host, index) => [host, place(host, index)])) as unknown,
    cancelled: null,
    stopped: null,
    startedAt: 1,
    endedAt: null,
  });
}

const host = fc.constantFrom(...names);
const fact: fc.Arbitrary<RolloutFact> = fc.oneof(
  fc.record({
    kind: fc.constant('ended' as const),
    host,
    outcome: fc.constantFrom(...outcomes),
    reason: fc.option(fc.constant({ code: 'probes-failed' as const, facts: { tries: 3 } })),
  }),
  fc.record({ kind: fc.constant('cancelled' as const), by: fc.constant('ben'), hosts: fc.subarray(names) }),
  fc.record({
    kind: fc.constant('later' as const),
    host,
    later: fc.constant({ kind: 'begun' as const, rollout: 'r2' }),
  }),
);

test('however a rollout went, its begin and its progress through JSON make the same rollout', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(2), { minLength: 5, maxLength: 5 }),
      fc.integer({ min: 1, max: 5 }),
      fc.array(fact, { maxLength: 12 }),
      (waves, parallel, facts) => {
        const begin = advance(rolloutOf(waves, parallel), [], 2);
        const now = facts.reduce((so, one, index) => advance(so, [one], index + 3), begin);
        const stored = parseProgress(JSON.parse(JSON.stringify(progressOf(begin, now))));
        expect(withProgress(begin, stored)).toEqual(now);
      },
    ),
  );
});

test('what nobody touched takes no room', () => {
  const begin = advance(rolloutOf([0, 0, 1, 1, 1], 1), [], 2);
  const now = advance(begin, [{ kind: 'ended', host: names[0] as HostName, outcome: 'deployed', reason: null }], 3);
  expect(progressOf(begin, now)).toMatchObject({ begun: ['wolfhound'], ended: { deployed: ['griffin'] }, told: {} });
});

test('a host that the rollout did not begin with is nobody’s', () => {
  const begin = rolloutOf([0, 0, 0, 0, 0], 5);
  const progress = { ...progressOf(begin, begin), begun: ['stranger' as HostName, 'toString' as HostName] };
  expect(withProgress(begin, progress).hosts).toEqual(begin.hosts);
});
