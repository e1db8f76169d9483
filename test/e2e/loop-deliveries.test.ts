import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Delivery } from '../../src/demo/forge/webhooks.ts';
import { fleetConfigPath } from '../../src/config/fleet-config.ts';
import { fleet, type Loop, startLoop } from './practice-loop.ts';

const commentsRoute = '/repos/{owner}/{repo}/issues/{issue_number}/comments';
const pullsRoute = '/repos/{owner}/{repo}/pulls';

let loop: Loop;
beforeAll(async () => {
  loop = await startLoop({ alsoServed: ['homelab/empty', 'homelab/broken', 'homelab/zones'] });
});
afterAll(() => loop.close());

/** The newest delivery of an event, as GitHub sent it. */
function newest(event: string): Delivery {
  const found = loop.forge.deliveries().findLast((one) => one.event === event);
  if (found === undefined) throw new Error(`no ${event} was delivered`);
  return found;
}

/** Everything a person can see, to compare before and after. */
const look = () => JSON.stringify(loop.forge.seen.conversations(fleet));

describe('forged deliveries', () => {
  test('are refused at the door and nothing comes of them', async () => {
    await loop.ask('Add an A record honest.fleet.lan 10.0.20.80');
    const { body } = newest('issues');
    const forged = body.replaceAll('honest', 'forged');
    const event = { 'x-github-event': 'issues' };
    const before = look();
    expect(await loop.knock(forged, event)).toBeGreaterThanOrEqual(400);
    expect(await loop.knock(forged, { ...event, ...loop.signed(body) })).toBeGreaterThanOrEqual(400);
    expect(await loop.knock(forged, { ...event, ...loop.signed(forged, 'development') })).toBeGreaterThanOrEqual(400);
    expect(await loop.knock(forged, { ...event, ...loop.signed(forged, '') })).toBeGreaterThanOrEqual(400);
    expect(await loop.knock('{not json', { ...event, ...loop.signed('{not json') })).toBeGreaterThanOrEqual(400);
    await loop.quiet();
    expect(look()).toBe(before);
  });
});

describe('replayed deliveries', () => {
  test('the same delivery again, its bytes under new names, and 100 copies at once change nothing', async () => {
    const number = await loop.ask('Add an A record once.fleet.lan 10.0.20.81');
    await loop.say(number, '/status griffin');
    const before = look();
    const opened = loop.forge.deliveries().findLast((one) => one.event === 'issues' && one.action === 'opened');
    const said = newest('issue_comment');
    for (const { guid, body, event } of [opened, said].filter((one) => one !== undefined)) {
      loop.forge.redeliver(guid);
      const headers = { 'x-github-event': event, ...loop.signed(body) };
      const copies = Array.from({ length: 100 }, () =>
        loop.knock(body, { ...headers, 'x-github-delivery': randomUUID() }),
      );
      expect((await Promise.all(copies)).every((status) => status < 300)).toBe(true);
    }
    await loop.quiet();
    expect(look()).toBe(before);
  });

  test('signed bytes under another event name say nothing', async () => {
    const { body } = newest('issue_comment');
    const before = look();
    for (const event of ['issues', 'pull_request', 'push']) {
      await loop.knock(body.replace('griffin', 'kestrel'), {
        'x-github-event': event,
        ...loop.signed(body.replace('griffin', 'kestrel')),
      });
    }
    await loop.quiet();
    expect(look()).toBe(before);
  });
});

test('a repository that is not on the operator’s list is not answered, and nothing in it is read', async () => {
  await loop.forge.addRepository('homelab/private', { 'README.md': 'Mine.\n' });
  const before = loop.forge.requests.length;
  const issue = await loop.ask('Add an A record x.fleet.lan 10.0.20.82', {
    repository: 'homelab/private',
    login: 'homelab',
  });
  await loop.forge.comment('homelab/private', issue, 'homelab', '/deploy all');
  await loop.quiet();
  expect(loop.conversation(issue, 'homelab/private')).toMatchObject({ reactions: [] });
  expect(loop.said(issue, 'homelab/private')).toEqual([]);
  expect(loop.forge.requests.slice(before).filter(({ path }) => path.includes('private'))).toEqual([]);
});

describe('a lost reply of GitHub makes no second thing', () => {
  test('of the pull request', async () => {
    const mend = loop.forge.inject({
      when: { method: 'POST', route: pullsRoute },
      trouble: { kind: 'cut', when: 'after' },
    });
    const before = loop.pulls().length;
    const issue = await loop.ask('Add an A record lost.fleet.lan 10.0.20.83');
    mend();
    expect(loop.pulls()).toHaveLength(before + 1);
    expect(loop.said(issue)).toHaveLength(1);
  });

  test('of a comment', async () => {
    const issue = await loop.ask('Nothing much');
    const mend = loop.forge.inject({
      when: { method: 'POST', route: commentsRoute },
      trouble: { kind: 'cut', when: 'after' },
    });
    const answers = await loop.say(issue, '/status griffin');
    mend();
    expect(answers).toHaveLength(1);
  });

  test('and one that never arrived, or was limited, is made once', async () => {
    const issue = await loop.ask('Nothing much either');
    const mends = [
      loop.forge.inject({ when: { method: 'POST', route: commentsRoute }, trouble: { kind: 'cut', when: 'before' } }),
      loop.forge.inject({
        when: { method: 'POST', route: commentsRoute },
        trouble: { kind: 'secondary-limit', retryAfterSeconds: 1 },
      }),
      loop.forge.inject({ when: { method: 'POST', route: commentsRoute }, trouble: { kind: 'status', status: 502 } }),
    ];
    const answers = await loop.say(issue, '/status kestrel');
    for (const mend of mends) mend();
    expect(answers).toHaveLength(1);
  });
});

describe('a config that cannot be used', () => {
  test('a missing file is said once per ask, and no branch is made', async () => {
    await loop.forge.addRepository('homelab/empty', { 'flake.nix': '{ }\n' });
    const repository = 'homelab/empty';
    const issue = await loop.ask('Add an A record x.fleet.lan 10.0.20.84', { repository, login: 'homelab' });
    expect(loop.codes(issue, repository)).toEqual(['config-missing']);
    expect(loop.said(issue, repository)[0]).toContain('`.github/fleetwright.yml`');
    expect(loop.pulls(repository)).toEqual([]);
  });

  test('a wrong file on the default branch gets a comment and a failed check with line, key and what is allowed', async () => {
    const repository = 'homelab/broken';
    const good = (await loop.fileAt('main', fleetConfigPath)) ?? '';
    await loop.forge.addRepository(repository, { [fleetConfigPath]: good });
    const wrong = good
      .replace(/parallel: \d+/, 'paralell: 3')
      .replace(/on_merge: \w+\n?/, '')
      .replace('deploy:', 'deploy:\n  on_merge: sometimes');
    const sha = await loop.forge.push(repository, 'main', { [fleetConfigPath]: wrong }, { login: 'homelab' });
    await loop.quiet();
    const check = loop.forge.seen.checks(repository, sha).find(({ name }) => name === 'fleetwright/config');
    expect(check).toMatchObject({ status: 'completed', conclusion: 'failure', annotations: 2 });
    const lineOf = (text: string) => wrong.split('\n').findIndex((line) => line.includes(text)) + 1;
    for (const text of ['paralell', 'on_merge', `${lineOf('paralell')}:`, `${lineOf('on_merge')}:`, 'true']) {
      expect(check?.summary).toContain(text);
    }
    const [comment = ''] = loop.forge.seen.commitComments(repository, sha);
    for (const text of ['paralell', `${lineOf('on_merge')}:`]) expect(comment).toContain(text);
    const issue = await loop.ask('Add an A record x.fleet.lan 10.0.20.85', { repository, login: 'homelab' });
    expect(loop.codes(issue, repository)).toEqual(['config-invalid']);
    expect(loop.said(issue, repository)[0]).toContain(`${lineOf('paralell')}:`);
    expect(loop.pulls(repository)).toEqual([]);
    const mended = await loop.forge.push(repository, 'main', { [fleetConfigPath]: good }, { login: 'homelab' });
    await loop.quiet();
    const after = loop.forge.seen.checks(repository, mended).find(({ name }) => name === 'fleetwright/config');
    expect(after).toMatchObject({ conclusion: 'success' });
    expect(loop.forge.seen.commitComments(repository, mended)).toEqual([]);
  });
});

test('a zone with a line that cannot be read is left alone, and the answer names the line', async () => {
  const repository = 'homelab/zones';
  const path = 'dns/fleet.lan.zone';
  const zone = ((await loop.fileAt('main', path)) ?? '').replace(/^printer .*$/m, 'printer IN A ( 10.0.20.40');
  const config = (await loop.fileAt('main', fleetConfigPath)) ?? '';
  const files = Object.fromEntries(
    await Promise.all(
      ['10.0.10', '20.0.10', '30.0.10'].map(async (net) => {
        const name = `dns/${net}.in-addr.arpa.zone`;
        return [name, (await loop.fileAt('main', name)) ?? ''] as const;
      }),
    ),
  );
  await loop.forge.addRepository(repository, { ...files, [fleetConfigPath]: config, [path]: zone });
  const issue = await loop.ask('Add an A record printer.fleet.lan 10.0.20.41', { repository, login: 'homelab' });
  expect(loop.codes(issue, repository)).toEqual(['zone-unreadable']);
  expect(loop.said(issue, repository)[0]).toMatch(/dns\/fleet\.lan\.zone:\d+/);
  expect(loop.pulls(repository)).toEqual([]);
});
