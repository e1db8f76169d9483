import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fleetConfigPath } from '../../src/config/fleet-config.ts';
import { codesIn, fleet, type Loop, outcomesIn, people, startLoop } from './practice-loop.ts';

/** Hosts that are off for a while, and hours in which nothing is begun. */

let loop: Loop;
beforeAll(async () => {
  loop = await startLoop();
});
afterAll(() => loop.close());

const runs = (host: string) => loop.truth(host).running;
const reportIn = (pull: number) => loop.said(pull).find((text) => text.includes('<sub>Rollout '));

test('a host that is offline at a merge is brought there when it answers, and the report says both', {
  timeout: 90_000,
}, async () => {
  const before = runs('kestrel');
  const mend = loop.world.hosts.host('kestrel').fail({ kind: 'offline' });
  const pull = await loop.pull('absent', await loop.touched('kestrel', 'absent'));
  await loop.merge(pull);
  expect(outcomesIn(reportIn(pull))).toEqual(['kestrel offline']);
  expect(reportIn(pull)).toContain('is asked again until it answers');
  expect((await loop.say(pull, '/status kestrel')).join('\n')).toContain('asked again until it is brought to');
  mend();
  for (const end = Date.now() + 70_000; reportIn(pull)?.includes('was caught up') !== true; ) {
    if (Date.now() > end) throw new Error(loop.said(pull).join('\n'));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await loop.quiet();
  expect(runs('kestrel')).not.toBe(before);
  const last = loop.said(pull).findLast((text) => text.includes('<sub>Rollout '));
  expect(outcomesIn(last)).toEqual(['kestrel deployed']);
  expect(last).toContain('answers again that was offline at the merge');
  expect((await loop.say(pull, '/status kestrel')).join('\n')).not.toContain('asked again');
});

describe('a freeze', () => {
  test('keeps rollbacks and reboots too, and says what to type; with a reason something bad can be taken back', async () => {
    const pull = await loop.pull('frozen', await loop.touched('griffin', 'frozen'));
    await loop.merge(pull);
    const bad = runs('griffin');
    const config = await loop.configWith(
      'deploy:',
      'deploy:\n  freeze: [{ from: 2020-01-01, until: 2099-12-31, reason: the holidays }]',
    );
    await loop.forge.push(fleet, 'main', { [fleetConfigPath]: config }, { login: people.owner });
    const refused = (await loop.say(pull, '/rollback griffin')).join('\n');
    expect(codesIn([refused])).toEqual(['outside-window']);
    expect(refused).toContain('the holidays');
    expect(refused).toContain('/rollback griffin --force --reason "why"');
    expect(runs('griffin')).toBe(bad);
    expect(codesIn(await loop.say(pull, '/reboot griffin @0123456789ab'))).toEqual(['outside-window']);
    expect(codesIn(await loop.say(pull, '/verify griffin'))).toEqual([]);
    const said = (await loop.say(pull, '/rollback griffin --force --reason "the mail is down"')).join('\n');
    expect(outcomesIn(said)).toEqual(['griffin deployed']);
    expect(said).toContain('the mail is down');
    expect(runs('griffin')).not.toBe(bad);
  });
});
