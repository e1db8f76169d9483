import { describe, expect, test } from 'vitest';
import type { Bot } from '../../src/jobs/bot.ts';
import { answerCommands } from '../../src/jobs/answer-commands.ts';
import { recordHead } from '../../src/jobs/heads.ts';
import { commit, fakeBot, type Played, repository } from './fake-bot.ts';

/** A comment with commands: what is answered at once, what is begun, and for whom nothing is read at all. */

const head = commit('b');
const config = `hosts:\n  one: { address: one, host_key: "SHA256:${'A'.repeat(43)}", tags: [dns] }\n`;
const tree = { '.github/fleetwright.yml': config };
const person = { login: 'ann', id: 1, bot: false };
const comment = (body: string, author = person) => ({ id: 42, body, author, createdAt: '2026-11-22T12:00:00Z' });
const where = { repository, branch: 'main', issue: 7 };
const played: Played = {
  commits: { [commit('a')]: tree },
  head: commit('a'),
  delivered: { 'plan:7': { id: 1, url: '', sha: head } },
};

async function scene(more: Partial<Played> = {}, forge: Partial<Bot['forge']> = {}) {
  const one = fakeBot({ ...played, ...more });
  const bot: Bot = { ...one.bot, forge: { ...one.bot.forge, ...forge } };
  await recordHead(bot.records, {
    kind: 'pull-request-opened',
    repository: repository.name,
    pullRequest: { number: 7, headSha: head, updatedAt: '2026-11-22T10:00:00Z' },
  } as Parameters<typeof recordHead>[1]);
  const answers = () => one.posted.flatMap(({ posting }) => (posting.kind === 'comment' ? [posting.body] : []));
  const reactions = () => one.posted.flatMap(({ posting }) => (posting.kind === 'reaction' ? [posting.content] : []));
  return { ...one, bot, answers, reactions };
}

describe('a comment', () => {
  test('without a command is left to others, and nothing is posted', async () => {
    const one = await scene();
    expect(await answerCommands(one.bot, where, comment('looks good to me'), 7)).toBe(false);
    expect(one.posted).toEqual([]);
  });

  test('of somebody without write permission costs one answer, and nothing is read for it', async () => {
    const one = await scene(
      {},
      {
        permission: async () => 'read',
        branchHead: () => {
          throw new Error('read for an outsider');
        },
      },
    );
    expect(await answerCommands(one.bot, where, comment('/deploy one\n/lock one --reason x'), 7)).toBe(true);
    expect(one.answers()).toHaveLength(1);
    expect(one.answers()[0]).toContain('no-write-permission');
    expect(one.queued).toEqual([]);
  });

  test('of a bot is no instruction, whatever it may write', async () => {
    const one = await scene();
    await answerCommands(one.bot, where, comment('/deploy one', { ...person, bot: true }), 7);
    expect(one.answers()[0]).toContain('no-write-permission');
    expect(one.queued).toEqual([]);
  });

  test('where the config cannot be read is told every mistake of it', async () => {
    const one = await scene({ commits: { [commit('a')]: { '.github/fleetwright.yml': 'hosts: 7\n' } } });
    await answerCommands(one.bot, where, comment('/deploy one'), 7);
    expect(one.answers()[0]).toContain('config-invalid');
    expect(one.queued).toEqual([]);
  });

  test('with good and bad lines begins the good ones, and answers the bad ones in one comment', async () => {
    const one = await scene();
    await answerCommands(one.bot, where, comment('/deploy one\n/verify two\n/frobnicate'), 7);
    expect(one.reactions()).toEqual(['eyes']);
    expect(one.queued.map(({ payload }) => payload)).toMatchObject([{ kind: 'deploy', hosts: ['one'] }]);
    expect(one.answers()).toHaveLength(1);
    expect(one.answers()[0]).toMatch(/unknown-host[^]*unknown-command/);
  });
});

describe('a line begins', () => {
  const forced = { adopt: false, force: true, reason: 'the mail is down' };
  test.each<[string, Record<string, unknown>]>([
    ['/deploy #dns', { kind: 'deploy', sha: head, hosts: ['one'], named: [], merged: false }],
    ['/deploy one', { kind: 'deploy', sha: head, hosts: ['one'], named: ['one'], by: 'ann', comment: 42 }],
    ['/verify all', { kind: 'verify', hosts: ['one'], issue: 7 }],
    ['/rollback one', { kind: 'rollback', hosts: ['one'], flags: { force: false } }],
    ['/rollback one --force --reason "the mail is down"', { kind: 'rollback', flags: forced }],
    ['/reboot one @0123456789ab', { kind: 'reboot', host: 'one', commit: '0123456789ab', flags: { force: false } }],
    ['/reboot one @0123456789ab --force --reason "the mail is down"', { kind: 'reboot', flags: forced }],
  ])('%s', async (line, job) => {
    const one = await scene();
    await answerCommands(one.bot, where, comment(line), 7);
    expect(one.queued).toMatchObject([{ queue: 'rollout', payload: job }]);
    expect(one.answers()).toEqual([]);
  });

  test('a deploy of a merged pull request knows that its commit is merged', async () => {
    const one = await scene({ pullRequest: { merged: true, open: false, mergeCommit: commit('c') } });
    await answerCommands(one.bot, where, comment('/deploy one'), 7);
    expect(one.queued).toMatchObject([{ payload: { kind: 'deploy', sha: commit('c'), merged: true } }]);
  });

  test('the same job where the delivery comes twice', async () => {
    const one = await scene();
    await answerCommands(one.bot, where, comment('/deploy one'), 7);
    await answerCommands(one.bot, where, comment('/deploy one'), 7);
    expect(new Set(one.queued.map(({ id }) => id)).size).toBe(1);
  });

  test('another plan on /plan, and no rollout', async () => {
    const one = await scene();
    await answerCommands(one.bot, where, comment('/plan'), 7);
    expect(one.queued).toMatchObject([{ queue: 'plan', payload: { sha: head, pullRequest: 7 } }]);
  });
});

describe('an answer at once', () => {
  test.each([
    ['/help', '/deploy'],
    ['/status', 'not deployed by this bot yet'],
    ['/locks', 'No host is locked'],
    ['/lock one --reason "new disks"', 'is locked by `ann`'],
    ['/unlock one', 'not-locked'],
    ['/free one', 'not-held'],
    ['/cancel', 'nothing-running'],
    ['/stop', 'nothing-running'],
  ])('%s', async (line, says) => {
    const one = await scene();
    await answerCommands(one.bot, where, comment(line), 7);
    expect(one.answers()).toHaveLength(1);
    expect(one.answers()[0]).toContain(says);
    expect(one.queued).toEqual([]);
  });
});
