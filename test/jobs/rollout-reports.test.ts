import { describe, expect, test } from 'vitest';
import { createRolloutReports } from '../../src/jobs/rollout-reports.ts';
import type { Log } from '../../src/core/log.ts';

/** Reports that end when the test says so, and a clock whose sleepers it wakes. */
function play() {
  let now = 0;
  const sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  const running: { readonly id: string; end(): void; fail(error: Error): void }[] = [];
  const warned: string[] = [];
  const log: Log = { debug: () => {}, info: () => {}, error: () => {}, warn: (text) => void warned.push(text) };
  let begun = 0;
  const reports = createRolloutReports({
    log,
    clock: {
      now: () => now,
      sleep: (ms) => new Promise((wake) => sleepers.push({ until: now + ms, wake })),
    },
    report(id) {
      begun += 1;
      return new Promise((end, fail) => running.push({ id, end, fail }));
    },
  });
  const settle = () => new Promise<void>((resolve) => void setImmediate(resolve));
  return {
    reports,
    warned,
    begun: () => begun,
    pass: async (ms: number) => {
      now += ms;
      for (const one of sleepers.splice(0)) {
        if (one.until <= now) one.wake();
        else sleepers.push(one);
      }
      await settle();
    },
    end: async () => {
      running.shift()?.end();
      await settle();
    },
    fail: async () => {
      running.shift()?.fail(new Error('the store is away'));
      await settle();
    },
  };
}

describe('the reports of one rollout', () => {
  test('whoever asks while one is made shares the next, and no one begun before is taken for theirs', async () => {
    const { reports, begun, end } = play();
    const ends: string[] = [];
    void reports.now('r').then(() => ends.push('first'));
    for (const name of ['second', 'third']) void reports.now('r').then(() => ends.push(name));
    await end();
    expect([begun(), ends]).toEqual([2, ['first']]);
    await end();
    expect([begun(), ends]).toEqual([2, ['first', 'second', 'third']]);
  });

  test('a thousand moves in one moment are one report', async () => {
    const { reports, begun, pass } = play();
    for (let move = 0; move < 1000; move += 1) reports.soon('r');
    await pass(0);
    expect(begun()).toBe(1);
  });

  test('progress rests twenty times as long as its last report took, and at most ten seconds', async () => {
    const { reports, begun, pass, end } = play();
    reports.soon('r');
    await pass(0);
    await pass(100);
    await end();
    reports.soon('r');
    await pass(1_999);
    expect(begun()).toBe(1);
    await pass(1);
    expect(begun()).toBe(2);
    await pass(60_000);
    await end();
    reports.soon('r');
    await pass(10_000);
    expect(begun()).toBe(3);
  });

  test('whoever needs one now does not wait for the rest', async () => {
    const { reports, begun, pass, end } = play();
    reports.soon('r');
    await pass(0);
    await pass(1_000);
    await end();
    void reports.now('r');
    expect(begun()).toBe(2);
  });

  test('rollouts do not wait for each other', () => {
    const { reports, begun } = play();
    void reports.now('one');
    void reports.now('other');
    expect(begun()).toBe(2);
  });

  test('a report that breaks is told to whoever waits for it, and the next is made all the same', async () => {
    const { reports, begun, end, fail } = play();
    const first = reports.now('r').catch((error: unknown) => String(error));
    const second = reports.now('r').then(() => 'stored');
    await fail();
    await end();
    expect([await first, await second, begun()]).toEqual(['Error: the store is away', 'stored', 2]);
  });

  test('progress that breaks is logged, waited for by nobody, and tried with the next move', async () => {
    const { reports, begun, pass, fail, warned } = play();
    reports.soon('r');
    await pass(0);
    await fail();
    expect(warned).toEqual(['a progress report was not stored']);
    reports.soon('r');
    await pass(10_000);
    expect(begun()).toBe(2);
  });
});
