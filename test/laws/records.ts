import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Records } from '../../src/core/records.ts';

/** One implementation under the laws. `pass` lets time go by: a fake's clock is moved, a real store is waited for. */
export interface RecordsUnderLaw {
  readonly records: Records;
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** What every implementation of `Records` must do. */
export function recordsLaws(name: string, open: () => Promise<RecordsUnderLaw>): void {
  describe(`records: ${name}`, () => {
    let law: RecordsUnderLaw;
    beforeAll(async () => {
      law = await open();
    });
    afterAll(() => law.close());

    it('knows nothing of a key that was never written', async () => {
      expect(await law.records.read('nobody')).toBeNull();
    });

    it.each([
      ['an object', { schemaVersion: 1, hosts: ['griffin'], at: null }],
      ['null', null],
      ['an empty text', ''],
      ['text outside ASCII', 'wölfhound 🐺 \u0000 \n'],
      ['a list', [1, -0.5, [], {}]],
      ['a number that is no integer', 1e21],
    ])('gives back %s as it was written', async (kind, value) => {
      expect(await law.records.write(`value:${kind}`, 0, value)).toBe(true);
      expect(await law.records.read(`value:${kind}`)).toEqual({ value, version: 1 });
    });

    it('counts versions from 1, one with each write', async () => {
      for (let version = 0; version < 5; version += 1) {
        expect(await law.records.write('counted', version, { version })).toBe(true);
      }
      expect(await law.records.read('counted')).toEqual({ value: { version: 4 }, version: 5 });
    });

    it.each([
      ['0, although the key exists', 0],
      ['an older version', 1],
      ['a version that was never reached', 3],
      ['a negative version', -1],
    ])('refuses a write that expects %s, and changes nothing', async (why, expected) => {
      const key = `refused:${why}`;
      await law.records.write(key, 0, 'first');
      await law.records.write(key, 1, 'second');
      expect(await law.records.write(key, expected, 'intruder')).toBe(false);
      expect(await law.records.read(key)).toEqual({ value: 'second', version: 2 });
    });

    it('refuses to change a key that does not exist', async () => {
      expect(await law.records.write('absent', 1, 'x')).toBe(false);
      expect(await law.records.read('absent')).toBeNull();
    });

    it('lets exactly one of many writers win each version', async () => {
      for (let version = 0; version < 3; version += 1) {
        const wins = await Promise.all(
          Array.from({ length: 40 }, (_, writer) => law.records.write('contended', version, writer)),
        );
        expect(wins.filter(Boolean)).toHaveLength(1);
        expect((await law.records.read('contended'))?.value).toBe(wins.indexOf(true));
      }
    });

    it('forgets a removed key, which then begins at version 1 again', async () => {
      await law.records.write('removed', 0, 'x');
      await law.records.remove('removed');
      await law.records.remove('removed');
      expect(await law.records.read('removed')).toBeNull();
      expect(await law.records.write('removed', 0, 'y')).toBe(true);
      expect(await law.records.read('removed')).toEqual({ value: 'y', version: 1 });
    });

    it('forgets a key after its expiry, and names it no more', async () => {
      await law.records.write('short:1', 0, 'x', { expireAfterMs: 500 });
      expect(await law.records.read('short:1')).not.toBeNull();
      await law.pass(700);
      expect(await law.records.read('short:1')).toBeNull();
      expect(await law.records.keys('short:')).toEqual([]);
      expect(await law.records.write('short:1', 0, 'y')).toBe(true);
    });

    it('keeps a key for good when a later write names no expiry', async () => {
      await law.records.write('kept', 0, 'x', { expireAfterMs: 500 });
      await law.records.write('kept', 1, 'y');
      await law.pass(700);
      expect(await law.records.read('kept')).toEqual({ value: 'y', version: 2 });
    });

    it.each(['*', '?', '[a-z]', '[^x]', '\\', '\\*', ']', '{a,b}', ' ', ':', 'ü'])(
      'reads %j in a prefix as itself when it lists keys',
      async (special) => {
        const prefix = `list ${special}`;
        await law.records.write(`${prefix}one`, 0, 1);
        await law.records.write(`${prefix}two`, 0, 2);
        await law.records.write('list xone', 0, 3);
        expect([...(await law.records.keys(prefix))].sort()).toEqual([`${prefix}one`, `${prefix}two`]);
      },
    );

    it('lists more keys than one page holds, each once', async () => {
      const all = Array.from({ length: 1_500 }, (_, index) => `page:${index}`);
      await Promise.all(all.map((key) => law.records.write(key, 0, key)));
      expect([...(await law.records.keys('page:'))].sort()).toEqual([...all].sort());
    });
  });
}
