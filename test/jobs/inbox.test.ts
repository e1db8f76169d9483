import { describe, expect, test } from 'vitest';
import { parseRepositoryName } from '../../src/core/names.ts';
import { recordedHead } from '../../src/jobs/heads.ts';
import { handleInboxJob, type InboxParts } from '../../src/jobs/inbox.ts';
import type { Reactions } from '../../src/jobs/reactions.ts';
import { MemoryOnce, MemoryRecords, SteppedClock } from './fakes.ts';

const name = parseRepositoryName('Operator/Fleet');
if (name === null) throw new Error('not a name');
const fleet = name;

function setUp(more: Partial<InboxParts> = {}) {
  const calls: string[] = [];
  const called = (kind: string) => async (_event: unknown, effect: string) => {
    calls.push(`${kind} ${effect}`);
  };
  const reactions: Reactions = {
    issueOpened: called('issueOpened'),
    issueLabeled: called('issueLabeled'),
    issueComment: called('issueComment'),
    pullRequestComment: called('pullRequestComment'),
    pullRequestOpened: called('pullRequestOpened'),
    pullRequestSynchronized: called('pullRequestSynchronized'),
    pullRequestClosed: called('pullRequestClosed'),
    pullRequestMerged: called('pullRequestMerged'),
    pushToDefaultBranch: called('pushToDefaultBranch'),
  };
  const records = new MemoryRecords();
  const clock = new SteppedClock();
  const parts: InboxParts = {
    once: new MemoryOnce(),
    records,
    clock,
    reactions,
    repositories: [fleet],
    note: () => {},
    ...more,
  };
  let arrivals = 0;
  // Each arrival has its own time: equal bytes at the very same moment are one job already in the queue.
  const handle = (event: string, payload: object, deliveryId?: string) => {
    arrivals += 1;
    const receivedAt = new Date(arrivals).toISOString();
    const id = deliveryId ?? `guid-${arrivals}`;
    return handleInboxJob(parts, { deliveryId: id, event, action: null, receivedAt, payload });
  };
  return { calls, records, clock, parts, handle };
}

const at = '2026-11-22T11:59:00Z';
const owner = { login: 'operator', id: 1, type: 'User' };
const robot = { login: 'other[bot]', id: 2, type: 'Bot' };
const where = {
  repository: { full_name: 'Operator/Fleet', default_branch: 'main', pushed_at: 1795348700 },
  installation: { id: 7 },
  sender: owner,
};
const issue = {
  number: 5,
  title: 'Add',
  body: null,
  user: owner,
  labels: [],
  state: 'open',
  created_at: at,
  updated_at: at,
};
const opened = { ...where, action: 'opened', issue };
const labeled = (more: object = {}) => ({ ...where, action: 'labeled', issue, label: { name: 'fleet' }, ...more });
const comment = (id: number, more: object = {}) => ({
  ...where,
  action: 'created',
  issue: { ...issue, pull_request: {} },
  comment: { id, body: '/help', user: owner, created_at: at, ...more },
});
const sha = (digit: string) => digit.repeat(40);
const pullRequest = (head: string, updatedAt: string, more: object = {}) => ({
  number: 9,
  title: 'x',
  user: owner,
  merged: false,
  updated_at: updatedAt,
  head: { ref: 'b', sha: sha(head), repo: { full_name: 'operator/fleet' } },
  base: { ref: 'main', sha: sha('0'), repo: { full_name: 'Operator/Fleet' } },
  ...more,
});
const pushed = (before: string, head: string, updatedAt = at) => ({
  ...where,
  action: 'synchronize',
  before: sha(before),
  pull_request: pullRequest(head, updatedAt),
});

describe('one effect', () => {
  test('for the same delivery a hundred times', async () => {
    const { handle, calls } = setUp();
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => handle('issues', opened, 'same')));
    expect(calls).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'delivered-before')).toHaveLength(99);
  });

  test('for the same event under two delivery ids, as two hooks send it', async () => {
    const { handle, calls } = setUp();
    await handle('issue_comment', comment(1));
    expect(await handle('issue_comment', comment(1))).toBe('effect-had-before');
    expect(calls).toHaveLength(1);
  });

  test.each([
    ['opened first', ['opened', 'labeled']],
    ['labeled first', ['labeled', 'opened']],
    ['two labels', ['labeled', 'labeled', 'opened']],
  ])('for an issue form that sets labels: %s', async (_order, order) => {
    const { handle, calls } = setUp();
    for (const one of order) await handle('issues', one === 'opened' ? opened : labeled());
    expect(calls).toEqual(['issueOpened operator/fleet#5:opened']);
  });
});

describe('two effects', () => {
  test('for the same words said twice', async () => {
    const { handle, calls } = setUp();
    await handle('issue_comment', comment(1));
    await handle('issue_comment', comment(2));
    expect(calls).toHaveLength(2);
  });

  test('for an issue that a maintainer labels later', async () => {
    const { handle, calls } = setUp();
    await handle('issues', { ...opened, sender: { login: 'guest', id: 3 } });
    await handle('issues', labeled({ issue: { ...issue, updated_at: '2026-11-22T11:59:30Z' } }));
    expect(calls.map((call) => call.split(' ')[0])).toEqual(['issueOpened', 'issueLabeled']);
  });

  test('for a push to a commit, back, and to it again', async () => {
    const { handle, calls } = setUp();
    await handle('pull_request', pushed('a', 'b', '2026-11-22T11:59:01Z'));
    await handle('pull_request', pushed('b', 'a', '2026-11-22T11:59:02Z'));
    await handle('pull_request', pushed('a', 'b', '2026-11-22T11:59:03Z'));
    expect(calls).toHaveLength(3);
  });
});

test('a job that was cut off half-way goes on when it runs again', async () => {
  let kills = 1;
  const { handle, parts } = setUp();
  let done = 0;
  const reactions: Reactions = {
    ...parts.reactions,
    issueOpened: async () => {
      kills -= 1;
      if (kills >= 0) throw new Error('kill -9');
      done += 1;
    },
  };
  const job = { deliveryId: 'g', event: 'issues', action: null, receivedAt: 'then', payload: opened };
  await expect(handleInboxJob({ ...parts, reactions }, job)).rejects.toThrow('kill');
  expect(await handleInboxJob({ ...parts, reactions }, job)).toBe('done');
  expect(done).toBe(1);
  expect(await handle('issues', opened)).toBe('effect-had-before');
});

describe('nothing happens', () => {
  test.each([
    [
      'a repository that is not on the list',
      'repository-not-allowed',
      'issues',
      { ...opened, repository: { ...where.repository, full_name: 'operator/other' } },
    ],
    ['a bot’s comment', 'from-a-bot', 'issue_comment', comment(1, { user: robot })],
    ['a bot that acts on a person’s comment', 'from-a-bot', 'issue_comment', { ...comment(1), sender: robot }],
    ['a bot’s issue', 'from-a-bot', 'issues', { ...opened, sender: robot }],
    ['an edited comment', 'not-an-event', 'issue_comment', { ...comment(1), action: 'edited' }],
    ['an event under another’s name', 'not-an-event', 'issues', comment(1)],
    ['a comment under the name of a pull request', 'not-an-event', 'pull_request', comment(1)],
    ['a payload without an installation', 'not-an-event', 'issues', { ...opened, installation: undefined }],
    [
      'a push to another branch',
      'not-an-event',
      'push',
      { ...where, ref: 'refs/heads/other', before: sha('a'), after: sha('b') },
    ],
    [
      'a tag of the default branch’s name',
      'not-an-event',
      'push',
      { ...where, ref: 'refs/tags/main', before: sha('a'), after: sha('b') },
    ],
    ['an event from last week', 'stale', 'issue_comment', comment(1, { created_at: '2026-11-15T00:00:00Z' })],
    ['nonsense', 'not-an-event', 'issues', {}],
  ])('for %s', async (_what, outcome, event, payload) => {
    const { handle, calls } = setUp();
    expect(await handle(event, payload)).toBe(outcome);
    expect(calls).toEqual([]);
  });

  test('where the operator listed no repository at all', async () => {
    const { handle } = setUp({ repositories: [] });
    expect(await handle('issues', opened)).toBe('repository-not-allowed');
  });
});

describe('the recorded head of a pull request', () => {
  const head = async (records: MemoryRecords) => (await recordedHead(records, fleet, 9))?.sha[0] ?? null;

  test('is unknown until a signed event told it, and a comment tells none', async () => {
    const { handle, records } = setUp();
    await handle('issue_comment', comment(1));
    expect(await head(records)).toBeNull();
  });

  test('follows pushes, also by bots, and stands when an older event comes late', async () => {
    const { handle, records } = setUp();
    await handle('pull_request', {
      ...where,
      action: 'opened',
      pull_request: pullRequest('a', '2026-11-22T11:00:00Z'),
    });
    await handle('pull_request', { ...pushed('b', 'c', '2026-11-22T11:00:09Z'), sender: robot });
    expect(await head(records)).toBe('c');
    await handle('pull_request', pushed('a', 'b', '2026-11-22T11:00:05Z'));
    expect(await head(records)).toBe('c');
  });

  test('of two pushes in one second is the one that names the other as before', async () => {
    for (const order of [
      [
        ['a', 'b'],
        ['b', 'c'],
      ],
      [
        ['b', 'c'],
        ['a', 'b'],
      ],
    ] as const) {
      const { handle, records } = setUp();
      await handle('pull_request', {
        ...where,
        action: 'opened',
        pull_request: pullRequest('a', '2026-11-22T11:00:00Z'),
      });
      for (const [before, after] of order) await handle('pull_request', pushed(before, after));
      expect(await head(records)).toBe('c');
    }
  });
});
