import { describe, expect, it } from 'vitest';
import { askElsewhere } from '../../../src/host/probes/ask-elsewhere.ts';
import type { NetworkQuestion } from '../../../src/host/probes/question.ts';
import { steadyLink } from '../../../src/host/steady-link.ts';
import { tellWhy } from '../../../src/host/unit-logs.ts';
import { fakeClock, fakeLinks } from '../fake-link.ts';
import { sceneOf } from './scene.ts';

const questions = [8500, 3000, 9090].map((port): NetworkQuestion => ({ kind: 'tcp', address: '10.0.20.11', port }));

/** A host on which every answer takes so long, asked by somebody who has so much time. */
function world(answerMs: number, leftMs: number) {
  const clock = fakeClock();
  const links = fakeLinks({
    answer: async () => {
      await clock.sleep(answerMs);
      return 'open\n';
    },
  });
  const open = (host: string) =>
    steadyLink(links, { host, address: 'x', port: 22, user: 'fleetwright', hostKey: '' }, clock);
  const dns = { query: () => new Uint8Array(12), answer: () => null };
  const end = clock.now() + leftMs;
  const asking = {
    link: open('wolfhound'),
    openOther: open,
    asker: { dns, ask: async () => ({ kind: 'tcp' }) as const },
    clock,
    patience: { end },
  };
  return { asking, clock, end, journal: links.journal };
}

describe('Asking elsewhere', () => {
  it('asks everything from everywhere while there is time', async () => {
    const { asking } = world(100, 60_000);
    const seen = await askElsewhere(questions, sceneOf(), asking);
    expect([...seen.values()].map((views) => views.length)).toEqual([2, 2, 2]);
  });

  it('begins nothing after the end of the step, however many questions there are', async () => {
    const { asking, clock, end, journal } = world(3000, 5000);
    await askElsewhere(questions, sceneOf(), asking);
    // Two vantages, which sleep on one clock: each begins no question once five seconds have passed.
    expect(journal.filter((word) => word === 'reach').length).toBeLessThan(questions.length * 2);
    expect(clock.now()).toBeLessThanOrEqual(end + 2 * 3000);
  });

  it('asks nobody where the step has no time left', async () => {
    const { asking, journal } = world(1, 0);
    expect(await askElsewhere(questions, sceneOf(), asking)).toEqual(new Map());
    expect(journal).toEqual([]);
  });
});

describe('The last words of units', () => {
  it('are asked for only while there is time', async () => {
    const { asking, clock, end, journal } = world(4000, 5000);
    const said: string[] = [];
    await tellWhy(asking.link, ['a.service', 'b.service', 'c.service'], (text) => said.push(text), { clock, end });
    expect(journal.filter((word) => word === 'read-unit-journal')).toHaveLength(2);
    expect(said).toHaveLength(2);
  });
});
