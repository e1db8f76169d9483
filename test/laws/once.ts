import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Once } from '../../src/jobs/once.ts';

export interface OnceUnderLaw {
  readonly once: Once;
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** What every implementation of `Once` must do. */
export function onceLaws(name: string, open: () => Promise<OnceUnderLaw>): void {
  describe(`once: ${name}`, () => {
    let law: OnceUnderLaw;
    const day = 86_400_000;
    beforeAll(async () => {
      law = await open();
    });
    afterAll(() => law.close());

    it('lets the first owner have an effect, and no other', async () => {
      expect(await law.once.claim('comment 7', 'delivery a', day)).toBe(true);
      expect(await law.once.claim('comment 7', 'delivery b', day)).toBe(false);
      expect(await law.once.claim('comment 8', 'delivery b', day)).toBe(true);
    });

    it('lets the owner of a claim have it again, because its job may have been killed after claiming', async () => {
      await law.once.claim('resumed', 'job 1', day);
      expect(await law.once.claim('resumed', 'job 1', day)).toBe(true);
      expect(await law.once.claim('resumed', 'job 2', day)).toBe(false);
    });

    it('lets exactly one of many owners win', async () => {
      const wins = await Promise.all(
        Array.from({ length: 50 }, (_, owner) => law.once.claim('contended', `owner ${owner}`, day)),
      );
      expect(wins.filter(Boolean)).toHaveLength(1);
    });

    it('forgets a claim after its time, and counts that time from the last successful claim', async () => {
      await law.once.claim('short', 'a', 1_500);
      await law.pass(900);
      expect(await law.once.claim('short', 'b', 1_500)).toBe(false);
      expect(await law.once.claim('short', 'a', 1_500)).toBe(true);
      await law.pass(900);
      expect(await law.once.claim('short', 'b', 1_500)).toBe(false);
      await law.pass(900);
      expect(await law.once.claim('short', 'b', 1_500)).toBe(true);
    });

    it('takes keys and owners of any characters', async () => {
      expect(await law.once.claim('a:*?[\n"\u{1f43a}', '', day)).toBe(true);
      expect(await law.once.claim('a:*?[\n"\u{1f43a}', 'other', day)).toBe(false);
    });
  });
}
