import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDeliveryReader } from '../../src/adapters/github/delivery-reader.ts';
import type { OpenRedis } from '../../src/adapters/queue/open-redis.ts';
import { bullPacedQueue } from '../../src/adapters/queue/paced-queue.ts';
import { redisOnce } from '../../src/adapters/queue/redis-once.ts';
import { redisRecords } from '../../src/adapters/queue/redis-records.ts';
import { bullWorkQueue } from '../../src/adapters/queue/work-queue.ts';
import { bullWorkSource } from '../../src/adapters/queue/work-source.ts';
import { startWeb } from '../../src/app.ts';
import { handleInboxJob } from '../../src/jobs/inbox.ts';
import type { EventOf } from '../../src/jobs/inbox-event.ts';
import { createOutbox } from '../../src/jobs/outbox.ts';
import { githubPace } from '../../src/jobs/pace.ts';
import { pollDeliveries } from '../../src/jobs/poll-deliveries.ts';
import type { Reactions } from '../../src/jobs/reactions.ts';
import { clock, openPractice, type Practice, webhookSecret } from '../adapters/github/practice.ts';
import { journalLog, redisKinds } from '../adapters/queue/redis-kinds.ts';

const commentsRoute = '/repos/{owner}/{repo}/issues/{issue_number}/comments';

/** The web side, the inbox and the outbox on one store and one practice forge; every issue is answered with a comment. */
async function openLoop(redis: OpenRedis, practice: Practice) {
  const client = redis.connect('commands');
  const log = journalLog();
  const queue = bullWorkQueue(client, 'test', log);
  const paced = bullPacedQueue({ client, connect: () => redis.connect('worker'), prefix: 'test', log });
  const records = redisRecords(client, 'test');
  const outbox = createOutbox({
    records,
    queue: paced,
    writer: practice.writer,
    clock,
    redact: (text) => text,
    note: () => {},
    pace: githubPace,
    progressEveryMs: 100,
    remembers: 'durably',
  });
  const answered: string[] = [];
  const nothing = async () => {};
  const reactions: Reactions = {
    async issueOpened(event: EventOf<'issue-opened'>, effect) {
      answered.push(effect);
      const repository = { name: event.repository, installation: event.installation };
      const { number } = event.issue;
      await outbox.put(repository, `seen:${number}`, 'acknowledgement', {
        kind: 'reaction',
        subject: { issue: number },
        content: 'eyes',
      });
      await outbox.put(repository, `answer:${number}`, 'result', { kind: 'comment', issue: number, body: 'seen' });
    },
    issueLabeled: nothing,
    issueComment: nothing,
    pullRequestComment: nothing,
    pullRequestOpened: nothing,
    pullRequestSynchronized: nothing,
    pullRequestClosed: nothing,
    pullRequestMerged: nothing,
    pushToDefaultBranch: nothing,
  };
  const parts = { once: redisOnce(client, 'test'), records, clock, reactions, note: () => {} };
  const inbox = bullWorkSource({ connect: () => redis.connect('worker'), prefix: 'test', log }).consume(
    'inbox',
    async (payload) => {
      await handleInboxJob({ ...parts, repositories: [practice.repository.name] }, payload);
    },
    { concurrency: 5 },
  );
  const sender = outbox.start();
  const web = await startWeb({
    settings: {
      host: '127.0.0.1',
      port: 0,
      appId: practice.forge.app.id,
      privateKey: practice.forge.app.privateKeyPem,
      webhookSecret,
      baseUrl: practice.forge.url,
    },
    queue,
    clock,
    log: pino({ level: 'silent' }),
  });
  return {
    url: `http://127.0.0.1:${web.port}/api/github/webhooks`,
    queue,
    records,
    outbox,
    answered,
    async close() {
      await web.stop();
      await Promise.all([inbox.stop(2_000), sender.stop(2_000)]);
      await Promise.all([queue.close(), paced.close()]);
    },
  };
}

const kinds = redisKinds.filter((kind) => kind.name !== 'given by REDIS_URL');

describe.each(kinds)('on the $name store', (kind) => {
  let redis: OpenRedis;
  let practice: Practice;
  let loop: Awaited<ReturnType<typeof openLoop>>;
  beforeEach(async () => {
    redis = await kind.open();
    practice = await openPractice();
    loop = await openLoop(redis, practice);
  });
  afterEach(async () => {
    await loop.close();
    await practice.close();
    await redis.close();
  });

  const comments = () =>
    practice.forge.journal.filter(
      (entry) => entry.who.kind === 'installation' && entry.route === commentsRoute && entry.done,
    ).length;
  const until = async (what: () => boolean | Promise<boolean>) => {
    for (let waited = 0; !(await what()); waited += 20) {
      if (waited > 20_000) throw new Error('it did not happen');
      await clock.sleep(20);
    }
  };
  const openIssue = (labels: readonly string[] = []) =>
    practice.forge.openIssue('operator/fleet', { login: 'operator', title: 'an ask', labels });

  test('a signed webhook is answered on the forge once, however often it is delivered', async () => {
    practice.forge.webhooksTo(loop.url);
    await openIssue(['fleet']);
    await practice.forge.settled();
    const guid = practice.forge.deliveries().findLast((one) => one.action === 'opened')?.guid ?? '';
    for (let copy = 0; copy < 20; copy += 1) practice.forge.redeliver(guid);
    await practice.forge.settled();
    await until(() => comments() > 0);
    await clock.sleep(300);
    expect(comments()).toBe(1);
    expect(loop.answered).toHaveLength(1);
    expect(practice.forge.deliveries().filter((one) => one.guid === guid && one.statusCode !== 202)).toEqual([]);
  });

  test('a comment survives a lost answer, a limit and an outage, and is there once', async () => {
    const when = { method: 'POST', route: commentsRoute };
    practice.forge.inject({ when, trouble: { kind: 'secondary-limit', retryAfterSeconds: 1 } });
    practice.forge.inject({ when, trouble: { kind: 'status', status: 502 } });
    practice.forge.inject({ when, trouble: { kind: 'cut', when: 'after' } });
    practice.forge.webhooksTo(loop.url);
    await openIssue();
    await until(async () => (await loop.outbox.posted(practice.repository, 'answer:2')) !== null);
    expect(comments()).toBe(1);
  });

  test('what nobody could deliver is read from the forge, once, and not again where it came through', async () => {
    const poll = (which: 'all' | 'failed') =>
      pollDeliveries({
        reader: createDeliveryReader(practice.github),
        records: loop.records,
        queue: loop.queue,
        clock,
        which,
        firstLookMs: 60_000,
      });
    practice.forge.webhooksTo('http://127.0.0.1:1/');
    await openIssue();
    await practice.forge.settled();
    practice.forge.webhooksTo(loop.url);
    await openIssue();
    await practice.forge.settled();
    // The repository's first issue, from before anybody listened, is among what was missed.
    const missed = await poll('failed');
    expect(missed).toBeGreaterThanOrEqual(2);
    await until(() => comments() === 3);
    await poll('failed');
    await poll('all');
    await clock.sleep(300);
    expect(loop.answered).toHaveLength(3);
    expect(comments()).toBe(3);
  });
});
