import { afterAll, beforeAll, expect, test } from 'vitest';
import { findRedisProgram } from '../../src/adapters/queue/find-redis-program.ts';
import { type Loop, outcomesIn, startLoop } from './practice-loop.ts';

const program = await findRedisProgram((process.env['PATH'] ?? '').split(':'), false);

/** The same loop on a private server: what is stored there goes over a socket and to the disk. */
test.skipIf(program === null)(
  `an ask, a deploy and a merge on a child Redis${program === null ? ' (no Redis program is on this machine)' : ''}`,
  async () => {
    const number = await loop?.change('Add an A record child.fleet.lan 10.0.20.90');
    if (loop === null || number === undefined) throw new Error('the loop did not start');
    const tried = await loop.say(number, '/deploy griffin');
    expect(outcomesIn(tried.at(-1))).toEqual(['griffin deployed']);
    const merged = await loop.merge(number);
    expect(outcomesIn(merged.at(-1))).toContain('griffin unchanged');
    const twice = loop.systems();
    expect(outcomesIn((await loop.say(number, '/deploy griffin')).at(-1))).toEqual(['griffin unchanged']);
    expect(loop.systems()).toEqual(twice);
  },
);

let loop: Loop | null = null;
beforeAll(async () => {
  if (program !== null) loop = await startLoop({ redis: 'child' });
});
afterAll(async () => loop?.close());
