import { expect, test } from 'vitest';
import { overtaken } from '../../src/jobs/overtaken.ts';
import { newHostRecord } from '../../src/rollout/host-record.ts';
import { hostKey } from '../../src/rollout/host-record.ts';
import { assert } from '../../src/core/bug.ts';
import { begin, fingerprintOf, named, newSystem, newWorld, requestOf } from '../rollout/deploying.ts';
import { commit, fakeBot } from './fake-bot.ts';

const merge = { kind: 'merge', by: 'ann', pullRequest: 7 } as const;
const command = { kind: 'command', by: 'ann', issue: 7, comment: 70, forced: null, merged: false } as const;

/** A rollout of griffin that began at noon, on a host that was brought to `there` some minutes later. */
async function asked(cause: typeof merge | typeof command, there: string | null, minutes: number, isAncestor: boolean) {
  const world = newWorld(['griffin']);
  const [wake] = await begin(world, requestOf(['griffin'], { cause }));
  const rollout = await world.deps.rollouts.read(wake?.rollout ?? '');
  assert(rollout !== null, 'a rollout that began');
  const { bot } = fakeBot({ commits: {}, head: null, isAncestor });
  const fingerprint = fingerprintOf('griffin');
  const at = rollout.startedAt + minutes * 60_000;
  const current = there === null ? null : { path: newSystem, sha: commit(there), at };
  await bot.records.write(hostKey(fingerprint), 0, { ...newHostRecord(fingerprint), current });
  return overtaken(bot, rollout, named('griffin'));
}

test('a merge that a later commit overtook on a host leaves the host alone', async () => {
  expect(await asked(merge, 'c', 5, true)).toMatchObject({ code: 'overtaken', facts: { host: 'griffin' } });
});

test.each([
  ['a later commit that does not contain it', merge, 'c', 5, false],
  ['a commit that was there at the begin, which was compared then', merge, 'c', -5, true],
  ['its own commit', merge, 'a', 5, true],
  ['nothing that is known', merge, null, 5, true],
  ['a later commit, where a person asks', command, 'c', 5, true],
] as const)('a host with %s is gone on with', async (_name, cause, there, minutes, isAncestor) => {
  expect(await asked(cause, there, minutes, isAncestor)).toBeNull();
});
