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

const opened = { 'pull-request:7': { id: 9, url: 'https://forge.test/9', sha: commit('b') } };

test.each([
  ['is one commit', { headSha: commit('b'), open: true }, ['pull-request:7']],
  ['has further commits', { headSha: commit('c'), open: true }, ['change:7']],
  ['was closed with them', { headSha: commit('c'), open: false }, ['pull-request:7']],
])('an ask on an issue whose pull request %s', async (_name, pullRequest, keys) => {
  const { bot, posted } = fakeBot({
    commits: { [commit('a')]: files },
    head: commit('a'),
    delivered: opened,
    pullRequest,
  });
  await makeChange(bot, { ...ask, title: 'Add an A record new.lan 10.0.0.7' }, signal);
  expect(posted.map(({ key }) => key)).toEqual(keys);
  expect(JSON.stringify(posted[0]?.posting).includes('#9 is the pull request of this issue')).toBe(
    keys[0] === 'change:7',
  );
});

test('the serial goes on as the commits of its file have counted, and is a date where nobody can tell', async () => {
  const counted = zone.replace('2026112201', '25050404');
  const past = (serial: number, date: string) => ({
    text: zone.replace('2026112201', String(serial)),
    at: Date.parse(date) / 1000,
  });
  const pasts = { 'lan.zone': [past(25050403, '2026-01-01'), past(25050404, '2026-02-01')] };
  const zoneAfter = async (played: Partial<Parameters<typeof fakeBot>[0]>) => {
    const { bot, posted } = fakeBot({
      commits: { [commit('a')]: { ...files, 'lan.zone': counted } },
      head: commit('a'),
      ...played,
    });
    await makeChange(bot, { ...ask, title: 'Add an A record new.lan 10.0.0.7' }, signal);
    return JSON.stringify(posted[0]?.posting);
  };
  expect(await zoneAfter({ pasts })).toContain('25050405');
  expect(await zoneAfter({ pasts, withoutCopy: true })).not.toContain('25050405');
});

test('a serial that a server of the repository makes by itself stays, and the pull request says so', async () => {
  const knot = '{ services.knot.settings.zone.lan = { file = ./lan.zone; zonefile-load = "difference-no-serial"; }; }';
  const { bot, posted } = fakeBot({ commits: { [commit('a')]: { ...files, 'knot.nix': knot } }, head: commit('a') });
  await makeChange(bot, { ...ask, title: 'Add an A record new.lan 10.0.0.7' }, signal);
  const said = JSON.stringify(posted[0]?.posting);
  expect(said).toContain('new');
  expect(said).toContain('Knot counts it by itself');
  expect(said).not.toContain('2026112202');
});
