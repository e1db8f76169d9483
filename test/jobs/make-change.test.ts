import { expect, test } from 'vitest';
import { makeChange } from '../../src/jobs/make-change.ts';
import { makePlan } from '../../src/jobs/make-plan.ts';
import { recordHead } from '../../src/jobs/heads.ts';
import { commit, fakeBot, repository } from './fake-bot.ts';

const config = `hosts:\n  one: { address: 10.0.0.1, host_key: "SHA256:${'A'.repeat(43)}" }\nzones:\n  lan: { file: lan.zone, servers: [one] }\n`;
const zone = '$TTL 60\n@ IN SOA ns h 2026112201 1 1 1 1\n  IN NS ns\nns IN A 10.0.0.1\n';
const files = { '.github/fleetwright.yml': config, 'lan.zone': zone };
const ask = { repository, branch: 'main', issue: 7, body: '', said: null, asker: 'ann' };
const signal = new AbortController().signal;

test('an ask that runs twice asks for the same pull request under one key', async () => {
  const { bot, posted } = fakeBot({ commits: { [commit('a')]: files }, head: commit('a') });
  const job = { ...ask, title: 'Add an A record new.lan 10.0.0.7' };
  await makeChange(bot, job, signal);
  await makeChange(bot, job, signal);
  const pulls = posted.filter(({ posting }) => posting.kind === 'pull-request');
  expect(pulls.map(({ key }) => key)).toEqual(['pull-request:7', 'pull-request:7']);
  expect(pulls[0]).toEqual(pulls[1]);
  expect(pulls[0]?.posting).toMatchObject({ base: 'main', baseSha: commit('a'), edits: [{ path: 'lan.zone' }] });
});

test.each([
  ['Make it faster', 'no-model', files],
  ['Add an A record ns.lan 10.0.0.1', 'record-exists', files],
  ['Add an A record new.lan 10.0.0.7', 'config-missing', {}],
  ['Add an A record new.lan 10.0.0.7', 'config-invalid', { '.github/fleetwright.yml': 'zones: 1' }],
])('%s: says %s on the issue and asks for no pull request', async (title, code, tree) => {
  const { bot, posted } = fakeBot({ commits: { [commit('a')]: tree }, head: commit('a') });
  await makeChange(bot, { ...ask, title }, signal);
  expect(posted.map(({ key }) => key)).toEqual(['change:7']);
  expect(posted[0]?.posting).toMatchObject({ kind: 'sticky', body: expect.stringContaining(`<sub>${code}</sub>`) });
});

test('a head that was pushed over is not planned', async () => {
  const { bot, posted } = fakeBot({ commits: { [commit('a')]: files }, head: commit('a') });
  const person = { login: 'ann', id: 1, bot: false };
  await recordHead(bot.records, {
    kind: 'pull-request-opened',
    repository: repository.name,
    installation: 1,
    defaultBranch: 'main',
    actor: person,
    at: '2026-11-22T12:00:00Z',
    pullRequest: {
      number: 1,
      title: 'A change',
      author: person,
      headBranch: 'change',
      headSha: commit('c'),
      fromFork: false,
      baseBranch: 'main',
      baseSha: commit('a'),
      updatedAt: '2026-11-22T12:00:00Z',
    },
  });
  await makePlan(bot, { repository, branch: 'main', pullRequest: 1, sha: commit('b') });
  expect(posted).toEqual([]);
});
