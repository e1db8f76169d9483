import { describe, expect, test } from 'vitest';
import type { Handler, QueueName } from '../../src/jobs/queue.ts';
import { queueNames } from '../../src/jobs/queue.ts';
import { startWork, type WorkParts } from '../../src/jobs/work.ts';
import { memoryOnce } from '../fakes/once.ts';
import { begin, requestOf } from '../rollout/deploying.ts';
import { deployingBot } from './deploying-bot.ts';

/** The worker side at its start and at its end. */

async function scene() {
  const one = deployingBot(['a', 'b'], { commits: {}, head: null });
  const events: string[] = [];
  const handlers = new Map<QueueName, Handler>();
  const parts: WorkParts = {
    bot: one.bot,
    source: {
      consume(queue, handler) {
        events.push(`consume ${queue}`);
        handlers.set(queue, handler);
        return { stop: async () => void events.push(`stop ${queue}`) };
      },
    },
    outbox: {
      ...one.bot.outbox,
      start: () => ({ stop: async () => void events.push('stop outbox') }),
      sweep: async () => {
        events.push('sweep outbox');
        return 0;
      },
    },
    once: memoryOnce(),
    repositories: [],
    note: () => {},
    memory: { repository: async () => null, payloads: async () => [] },
    recovered: () => events.push('recovered'),
  };
  return { ...one, events, handlers, parts };
}
const run = { attempt: 1, signal: new AbortController().signal };

describe('the work', () => {
  test('begins with the recovery, has somebody for every queue, and stops all of them', async () => {
    const { parts, events } = await scene();
    const working = await startWork(parts);
    expect(events).toEqual(['recovered', ...queueNames.map((name) => `consume ${name}`), 'sweep outbox']);
    events.splice(0);
    await working.stop(1000);
    expect([...events].sort()).toEqual(['stop outbox', ...queueNames.map((name) => `stop ${name}`)].sort());
  });

  test('takes up every host of a rollout that is not over, and tells how it stands', async () => {
    const one = await scene();
    await begin(one.world, requestOf(['a', 'b'], { policy: { ...requestOf(['a']).policy, parallel: 1 } }));
    const working = await startWork(one.parts);
    expect(one.queued.map(({ queue, payload }) => [queue, payload])).toEqual([
      ['deploy', { rollout: 'r1', host: 'a' }],
    ]);
    expect(one.bodies('Running: 0 of 2 hosts done').length).toBe(1);
    await working.stop(0);
  });

  test('that was taken up drives the hosts to their end', async () => {
    const one = await scene();
    await begin(one.world, requestOf(['a', 'b']));
    const working = await startWork(one.parts);
    const wake = one.queued.map(({ payload }) => payload);
    for (const payload of wake) await one.handlers.get('deploy')?.(payload, run);
    expect(one.bodies('Done: 2 deployed.').length).toBeGreaterThan(0);
    await working.stop(0);
  });
});
