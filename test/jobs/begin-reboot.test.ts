import { describe, expect, test } from 'vitest';
import { parseFingerprint, parseStorePath } from '../../src/core/names.ts';
import { beginRollout } from '../../src/jobs/begin-rollout.ts';
import { changeRecord } from '../../src/rollout/change-record.ts';
import { newHostRecord } from '../../src/rollout/host-record.ts';
import { hostRecord } from '../../src/rollout/host-turns.ts';
import { putPersonLock } from '../../src/rollout/person-lock.ts';
import { commit, fakeBot, repository } from './fake-bot.ts';

/** The jobs of `/reboot` and `/rollback`: for the one system that waits there, and within what holds for all deploys. */

function parsed<Value>(value: Value | null): Value {
  if (value === null) throw new Error('the test names something impossible');
  return value;
}
const key = parsed(parseFingerprint(`SHA256:${'A'.repeat(43)}`));
const path = parsed(parseStorePath('/nix/store/0123456789abcdfghijklmnpqrsvwxyz-nixos-system-one'));
const freeze = 'deploy: { freeze: [{ from: 2026-11-01, until: 2026-12-24, reason: holidays }] }\n';
const noFlags = { adopt: false, force: false, reason: null };
const forced = { adopt: false, force: true, reason: 'the mail is down' };
const common = { repository, id: 'c42-0', by: 'ann', issue: 7, comment: 42 } as const;
const reboot = { ...common, kind: 'reboot', host: 'one', commit: commit('c').slice(0, 12), flags: noFlags } as const;
const rollback = { ...common, kind: 'rollback', hosts: ['one'], flags: noFlags } as const;

async function scene({ more = '', waits = true }: { readonly more?: string; readonly waits?: boolean } = {}) {
  const config = `hosts:\n  one: { address: one, host_key: "${key}" }\n${more}`;
  const one = fakeBot({ commits: { [commit('a')]: { '.github/fleetwright.yml': config } }, head: commit('a') });
  const pending = { path, sha: commit('c'), rollout: 'r0', since: 1 };
  await changeRecord(one.bot.records, hostRecord(key), () => ({
    ...newHostRecord(key),
    pending: waits ? pending : null,
  }));
  const refused = () => one.posted.flatMap(({ posting }) => (posting.kind === 'comment' ? [posting.body] : []));
  return { ...one, refused };
}

describe('a reboot', () => {
  test('is begun for the commit that waits there, as a rollout of one host', async () => {
    const { bot, queued } = await scene();
    await beginRollout(bot, reboot);
    expect(queued.map(({ payload }) => payload)).toEqual([{ rollout: 'c42-0', host: 'one' }]);
    expect(await bot.rollouts.read('c42-0')).toMatchObject({ kind: 'reboot', sha: commit('c') });
  });

  test.each([
    ['nothing waits there', { waits: false }, reboot, 'nothing-pending'],
    ['another commit waits there', {}, { ...reboot, commit: 'ffffffffffff' }, 'sha-mismatch'],
    ['deploys are frozen', { more: freeze }, reboot, 'outside-window'],
  ])('is refused where %s', async (_, how, job, code) => {
    const { bot, queued, refused } = await scene(how);
    await beginRollout(bot, job);
    expect(queued).toEqual([]);
    expect(refused().join('\n')).toContain(code);
  });
});

describe.each([
  ['a reboot', reboot, `/reboot one @${commit('c').slice(0, 12)} --force --reason "why"`],
  ['a rollback', rollback, '/rollback one --force --reason "why"'],
])('%s', (_, job, line) => {
  test('in a freeze is told what to type, and goes past it with a reason, which the rollout keeps', async () => {
    const one = await scene({ more: freeze });
    await beginRollout(one.bot, job);
    expect(one.refused().join('\n')).toContain(line);
    expect(one.queued).toEqual([]);
    await beginRollout(one.bot, { ...job, id: 'c43-0', flags: forced });
    expect(await one.bot.rollouts.read('c43-0')).toMatchObject({
      cause: { forced: 'the mail is down' },
      policy: { times: null },
    });
  });

  test('of a host that a person locked is told what to type, and goes past it with a reason', async () => {
    const one = await scene();
    await putPersonLock(one.bot.records, key, { by: 'ben', reason: 'disks', since: 0, until: null });
    await beginRollout(one.bot, job);
    expect(one.refused().join('\n')).toMatch(/host-locked/);
    expect(one.refused().join('\n')).toContain(line);
    await beginRollout(one.bot, { ...job, id: 'c43-0', flags: forced });
    expect(one.queued).toHaveLength(1);
  });
});

test('a verify looks at hosts at any time', async () => {
  const one = await scene({ more: freeze });
  await beginRollout(one.bot, { ...common, kind: 'verify', hosts: ['one'] });
  expect(one.queued).toHaveLength(1);
});
