import { describe, expect, test } from 'vitest';
import type { HostName } from '../../src/core/names.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import { mostMirrored, reportDeploy, reportNeverBegun, reportPlaces } from '../../src/jobs/report-rollout.ts';
import { parseRollout, type Rollout } from '../../src/rollout/rollout.ts';
import { commit, fakeBot, repository } from './fake-bot.ts';

const fingerprint = 'SHA256:QpbBPgYtBsdYeME3AH2taldrCselpA6O7RFk4bAhH6E';
const name = (index: number) => `h${String(index).padStart(4, '0')}` as HostName;

/** A rollout of so many hosts, of which the first ended as told and the others wait. */
function rolloutOf(count: number, ends: readonly Outcome[] = []): Rollout {
  const places = Array.from({ length: count }, (_, index) => {
    const outcome = ends[index];
    const state = outcome === undefined ? { kind: 'waiting' } : { kind: 'ended', outcome, reason: null };
    return [name(index), { fingerprint, attribute: name(index), wave: 0, named: false, records: [], state }];
  });
  return parseRollout({
    schemaVersion: 1,
    id: 'rollout',
    kind: 'deploy',
    repository,
    sha: commit('a'),
    cause: { kind: 'merge', by: 'ann', pullRequest: 1 },
    reason: 'merge of #1 by ann',
    policy: { parallel: 10, reachMs: 1, buildMs: 1, activateMs: 1, probeMs: 1 },
    hosts: Object.fromEntries(places) as unknown,
    cancelled: null,
    stopped: null,
    startedAt: 1,
    endedAt: null,
  });
}

describe('what the forge is to remember of a rollout', () => {
  test.each([
    ['every host of a rollout as large as may be', mostMirrored, mostMirrored],
    ['no host of a larger one at its begin', mostMirrored + 1, 0],
    ['nor of one with a thousand', 1000, 0],
  ])('%s', async (_, hosts, mirrored) => {
    const { bot, posted } = fakeBot({ commits: {}, head: null });
    await reportPlaces(bot, rolloutOf(hosts));
    expect(posted).toHaveLength(mirrored);
  });

  test.each<readonly [Outcome, boolean]>([
    ['deployed', false],
    ['unchanged', false],
    ['build-failed', false],
    ['offline', false],
    ['reverted', true],
    ['boot-pending', true],
    ['needs-hands', true],
    ['unknown', true],
  ])('a host of a large rollout that ended %s: %s', async (outcome, remembered) => {
    const { bot, posted } = fakeBot({ commits: {}, head: null });
    await reportDeploy(bot, rolloutOf(200, [outcome]), name(0));
    expect(posted.map(({ posting }) => ('environment' in posting ? posting.environment : null))).toEqual(
      remembered ? [name(0)] : [],
    );
  });

  test('however many go wrong, never more of them than that', async () => {
    const { bot, posted } = fakeBot({ commits: {}, head: null });
    const rollout = rolloutOf(200, Array<Outcome>(90).fill('reverted'));
    for (let index = 0; index < 200; index += 1) await reportDeploy(bot, rollout, name(index));
    expect(posted).toHaveLength(mostMirrored);
  });

  test('hosts that were never begun are closed only where they were opened', async () => {
    const { bot, posted } = fakeBot({ commits: {}, head: null });
    await reportNeverBegun(bot, rolloutOf(200, Array<Outcome>(150).fill('cancelled')));
    expect(posted).toEqual([]);
    await reportNeverBegun(bot, rolloutOf(3, ['cancelled', 'cancelled', 'deployed']));
    expect(posted).toHaveLength(2);
  });
});
