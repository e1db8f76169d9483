import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jobOptions, pauseBefore, worthAnotherTry } from '../../../src/adapters/queue/retry.ts';
import { Fault } from '../../../src/core/fault.ts';

const passing = new Fault('connection-lost', 'testing', 'later');

describe('pauses between attempts', () => {
  it.each([
    [1, 1_000],
    [2, 2_000],
    [5, 16_000],
    [9, 256_000],
    [10, 300_000],
    [900, 300_000],
  ])('is about the right length after attempt %i', (attempt, pause) => {
    expect(pauseBefore(attempt, passing, 0.5)).toBe(pause);
  });

  it('spreads jobs that failed together by a quarter to either side', () => {
    expect(pauseBefore(1, passing, 0)).toBe(750);
    expect(pauseBefore(1, passing, 0.9999)).toBe(1_250);
  });

  it('outlasts an outage of three days', () => {
    let total = 0;
    for (let attempt = 1; attempt < Number(jobOptions.attempts); attempt += 1) {
      total += pauseBefore(attempt, passing, 0);
    }
    expect(total / 3_600_000).toBeGreaterThan(60);
    total = 0;
    for (let attempt = 1; attempt < Number(jobOptions.attempts); attempt += 1) {
      total += pauseBefore(attempt, passing, 0.5);
    }
    expect(total / 86_400_000).toBeGreaterThan(3);
  });

  it('is never shorter than the other side asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_000 }),
        fc.integer({ min: 0, max: 86_400_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, retryAfterMs, chance) => {
          const fault = new Fault('forge-limited', 'testing', 'later', { retryAfterMs });
          const pause = pauseBefore(attempt, fault, chance);
          expect(Number.isInteger(pause)).toBe(true);
          expect(pause).toBeGreaterThanOrEqual(retryAfterMs);
          expect(pause).toBeLessThanOrEqual(retryAfterMs + 1_000);
        },
      ),
    );
  });

  it.each([-5, 1e15])('does not take %d milliseconds at its word', (retryAfterMs) => {
    const pause = pauseBefore(1, new Fault('forge-limited', 'testing', 'later', { retryAfterMs }), 0);
    expect(pause).toBeGreaterThanOrEqual(0);
    expect(pause).toBeLessThanOrEqual(86_400_000);
  });
});

describe('what is tried again', () => {
  it.each([
    ['a passing fault', passing, true],
    ['a lasting fault', new Fault('forge-refused', 'testing', 'never'), false],
    ['a bug', new TypeError('x'), false],
    ['something thrown that is no error', 'text', false],
    ['an object that only looks like a fault', { retry: 'later' }, false],
  ])('%s: %s', (_name, error, again) => {
    expect(worthAnotherTry(error)).toBe(again);
  });
});
