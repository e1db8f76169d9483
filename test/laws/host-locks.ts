import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fingerprint, parseFingerprint } from '../../src/core/names.ts';
import type { HostLock, HostLocks } from '../../src/rollout/host-lock.ts';

export interface HostLocksUnderLaw {
  readonly locks: HostLocks;
  /** The clock by which the locks are told. */
  now(): number;
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** What every implementation of `HostLocks` must do. */
export function hostLocksLaws(name: string, open: () => Promise<HostLocksUnderLaw>): void {
  describe(`host locks: ${name}`, () => {
    let law: HostLocksUnderLaw;
    let machines = 0;
    const ask = { owner: 'deploy 1', reason: 'deploying abc1234 to griffin', expireAfterMs: 60_000 };
    beforeAll(async () => {
      law = await open();
    });
    afterAll(() => law.close());

    async function take(fingerprint: Fingerprint, more: Partial<typeof ask> = {}): Promise<HostLock> {
      const answer = await law.locks.acquire(fingerprint, { ...ask, ...more });
      expect(answer.kind).toBe('acquired');
      return answer.lock;
    }

    function machine(): Fingerprint {
      machines += 1;
      const fingerprint = parseFingerprint(`SHA256:${String(machines).padStart(43, '+/A')}`);
      if (fingerprint === null) throw new Error('the test made a bad fingerprint');
      return fingerprint;
    }

    it('gives a free host to the first who asks, with what was asked for', async () => {
      const host = machine();
      const before = law.now();
      const lock = await take(host);
      expect(lock).toMatchObject({ fingerprint: host, owner: ask.owner, reason: ask.reason });
      // Never later than the store forgets it, so that a holder stops in time.
      expect(lock.expiresAt).toBeGreaterThanOrEqual(before + ask.expireAfterMs);
      expect(lock.expiresAt).toBeLessThanOrEqual(law.now() + ask.expireAfterMs);
      expect(await law.locks.inspect(host)).toMatchObject({ owner: ask.owner, token: lock.token });
    });

    it('tells everybody else who holds it, why, and until when', async () => {
      const host = machine();
      const lock = await take(host);
      const answer = await law.locks.acquire(host, { ...ask, owner: 'deploy 2', reason: 'another' });
      expect(answer).toMatchObject({
        kind: 'taken',
        lock: { owner: ask.owner, reason: ask.reason, token: lock.token },
      });
      expect(answer.lock.expiresAt).toBeGreaterThan(law.now());
    });

    it('answers its own holder with taken too', async () => {
      const host = machine();
      await take(host);
      expect((await law.locks.acquire(host, ask)).kind).toBe('taken');
    });

    it('keeps machines apart', async () => {
      expect((await take(machine())).fingerprint).not.toBe((await take(machine())).fingerprint);
    });

    it('gives a host to exactly one of many who ask at once', async () => {
      const host = machine();
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) => law.locks.acquire(host, { ...ask, owner: `deploy ${index}` })),
      );
      expect(answers.filter((answer) => answer.kind === 'acquired')).toHaveLength(1);
      expect(new Set(answers.map((answer) => answer.lock.token)).size).toBe(1);
    });

    it('gives ever greater tokens, after a release and after an expiry, from the present time upwards', async () => {
      const host = machine();
      const tokens: number[] = [];
      const before = law.now();
      for (let turn = 0; turn < 4; turn += 1) {
        const lock = await take(host, { expireAfterMs: 300 });
        tokens.push(lock.token);
        if (turn % 2 === 0) await law.locks.release(lock);
        else await law.pass(450);
      }
      expect(tokens.every(Number.isSafeInteger)).toBe(true);
      expect(tokens).toEqual([...new Set(tokens)].sort((a, b) => a - b));
      // One second of room: the store's clock is not ours.
      expect(tokens[0]).toBeGreaterThanOrEqual(before - 1_000);
    });

    it('frees a host at the expiry of its lock, and shows it no more', async () => {
      const host = machine();
      const dead = await take(host, { expireAfterMs: 300 });
      await law.pass(450);
      expect(await law.locks.inspect(host)).toBeNull();
      expect(await law.locks.renew(dead, 60_000)).toBeNull();
      await take(host, { owner: 'deploy 2' });
    });

    it('holds on for as long as it is renewed', async () => {
      const host = machine();
      let lock = await take(host, { expireAfterMs: 1_500 });
      for (let beat = 0; beat < 3; beat += 1) {
        await law.pass(700);
        const renewed = await law.locks.renew(lock, 1_500);
        expect(renewed).toMatchObject({ owner: lock.owner, token: lock.token, acquiredAt: lock.acquiredAt });
        if (renewed !== null) lock = renewed;
      }
      expect((await law.locks.acquire(host, { ...ask, owner: 'deploy 2' })).kind).toBe('taken');
    });

    it('lets nobody renew or release a lock that went to another, also not under the same name', async () => {
      const host = machine();
      const old = await take(host, { expireAfterMs: 300 });
      await law.pass(450);
      const current = await take(host);
      expect(await law.locks.renew(old, 60_000)).toBeNull();
      await law.locks.release(old);
      await law.locks.release({ ...current, owner: 'thief' });
      expect(await law.locks.inspect(host)).toMatchObject({ token: current.token });
    });

    it('frees a host when its holder releases it, once and again', async () => {
      const host = machine();
      const lock = await take(host);
      await law.locks.release(lock);
      await law.locks.release(lock);
      expect(await law.locks.inspect(host)).toBeNull();
      await take(host, { owner: 'deploy 2' });
    });
  });
}
