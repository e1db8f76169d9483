import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fleetConfigPath } from '../../src/config/fleet-config.ts';
import { codesIn, fleet, type Loop, outcomesIn, people, startLoop } from './practice-loop.ts';

let loop: Loop;
beforeAll(async () => {
  loop = await startLoop();
});
afterAll(() => loop.close());

const report = (answers: readonly string[]) => answers.findLast((text) => text.includes('<sub>Rollout '));
const runs = (host: string) => loop.truth(host).running;

describe('a lock of a person', () => {
  test('keeps deploys away and says who, why, until when, and what to type', async () => {
    const pull = await loop.pull('locked', await loop.touched('kestrel', 'locked'));
    const [locked] = await loop.say(pull, '/lock kestrel --for 2h --reason "the disk is being replaced"', people.owner);
    expect(locked).toMatch(/`kestrel` is locked by `ann` until \d{4}-.* UTC: the disk is being replaced/);
    const before = loop.systems();
    const refused = (await loop.say(pull, '/deploy kestrel')).join('\n');
    expect(codesIn([refused])).toEqual(['host-locked']);
    for (const word of ['ann', 'the disk is being replaced', 'UTC', '/deploy kestrel --force --reason "why"'])
      expect(refused).toContain(word);
    expect(codesIn(await loop.say(pull, '/rollback kestrel'))).toEqual(['host-locked']);
    expect(loop.systems()).toEqual(before);
    expect((await loop.say(pull, '/locks'))[0]).toMatch(/\| `kestrel` \| `ann` \| the disk is being replaced \|/);
  });

  test('gives way to a reason, which the report repeats', async () => {
    const pull = await loop.pull('forced', await loop.touched('kestrel', 'forced'));
    const said = report(await loop.say(pull, '/deploy kestrel --force --reason "the mail is down"'));
    expect(outcomesIn(said)).toEqual(['kestrel deployed']);
    expect(said).toContain('the mail is down');
  });

  test('is taken off by its owner, or by another with a reason', async () => {
    const pull = await loop.pull('unlock', await loop.touched('kestrel', 'unlock'));
    expect(codesIn(await loop.say(pull, '/lock kestrel --reason mine'))).toEqual(['host-locked']);
    expect(codesIn(await loop.say(pull, '/unlock kestrel'))).toEqual(['host-locked']);
    const [taken] = await loop.say(pull, '/unlock kestrel --force --reason "Ann is away"');
    expect(taken).toContain('locked by `ann` (the disk is being replaced); taken off because: Ann is away');
    expect(codesIn(await loop.say(pull, '/unlock kestrel'))).toEqual(['not-locked']);
    expect((await loop.say(pull, '/locks'))[0]).toContain('No host is locked');
  });

  test('makes a merge skip the host and say so, and bring the others', async () => {
    const files = { ...(await loop.touched('griffin', 'skip')), ...(await loop.touched('anubis', 'skip')) };
    const pull = await loop.pull('skip', files);
    await loop.say(pull, '/lock griffin --reason "not now"', people.owner);
    const [griffin, anubis] = [runs('griffin'), runs('anubis')];
    const said = await loop.merge(pull);
    expect(codesIn(said)).toContain('host-locked');
    expect(outcomesIn(report(said))).toEqual(['anubis deployed']);
    expect(runs('griffin')).toBe(griffin);
    expect(runs('anubis')).not.toBe(anubis);
    await loop.say(pull, '/unlock griffin', people.owner);
  });
});

describe('what is under way', () => {
  test('is stopped: a host that builds is taken back before it activates, and the report says by whom', async () => {
    const mend = loop.world.hosts.host('kestrel').fail({ kind: 'build-slow', ms: 1500 });
    const pull = await loop.pull('stopped', await loop.touched('kestrel', 'stopped'));
    const before = runs('kestrel');
    const begun = loop.builds('kestrel');
    await loop.forge.comment(fleet, pull, people.reviewer, '/deploy kestrel');
    await loop.until('kestrel builds', () => loop.builds('kestrel') > begun);
    const said = await loop.say(pull, '/stop', people.owner);
    mend();
    expect(said.join('\n')).toContain('`ann` stopped the rollout');
    expect(outcomesIn(report(loop.said(pull)))).toEqual(['kestrel cancelled']);
    expect(report(loop.said(pull))).toMatch(/`ann` stopped it[^]*taken back by `ann`/);
    expect(runs('kestrel')).toBe(before);
    expect(codesIn(await loop.say(pull, '/stop'))).toEqual(['nothing-running']);
  });

  test('is cancelled for one host, and the others go on', async () => {
    const mend = loop.world.hosts.host('kestrel').fail({ kind: 'build-slow', ms: 1500 });
    const files = { ...(await loop.touched('kestrel', 'cancel')), ...(await loop.touched('anubis', 'cancel')) };
    const pull = await loop.pull('cancel', files);
    const begun = loop.builds('kestrel');
    await loop.forge.comment(fleet, pull, people.reviewer, '/deploy kestrel anubis');
    await loop.until('kestrel builds', () => loop.builds('kestrel') > begun);
    const said = await loop.say(pull, '/cancel kestrel');
    mend();
    expect(said.join('\n')).toContain('`kestrel` is taken back by `ben`');
    expect([...outcomesIn(report(loop.said(pull)))].sort()).toEqual(['anubis deployed', 'kestrel cancelled']);
  });
});

test('a held host is freed by its name, and nothing is deployed by that', async () => {
  const pull = await loop.pull('held', await loop.touched('kestrel', 'held'));
  expect(codesIn(await loop.say(pull, '/free kestrel'))).toEqual(['not-held']);
  await loop.say(pull, '/deploy kestrel');
  await loop.say(pull, '/rollback kestrel');
  expect((await loop.say(pull, '/status kestrel'))[0]).toContain('held');
  expect(codesIn(await loop.say(pull, '/free all'))).toEqual(['bad-arguments']);
  const before = loop.systems();
  expect((await loop.say(pull, '/free kestrel'))[0]).toContain('`kestrel` is freed by `ben`');
  expect((await loop.say(pull, '/status kestrel'))[0]).not.toContain('held');
  expect(loop.systems()).toEqual(before);
});

test('in a freeze nothing is deployed, and a person goes past it with a reason', async () => {
  const pushed = async (text: string) => {
    await loop.forge.push(fleet, 'main', { [fleetConfigPath]: text }, { login: people.owner });
    await loop.quiet();
  };
  const again = await loop.pull('frozen-again', await loop.touched('blackjack', 'frozen'));
  await pushed(
    await loop.configWith(
      /^deploy:\n/m,
      'deploy:\n  freeze: [{from: 2020-01-01, until: 2999-01-02, reason: holidays}]\n',
    ),
  );
  const before = loop.systems();
  const refused = (await loop.say(again, '/deploy blackjack')).join('\n');
  expect(codesIn([refused])).toEqual(['outside-window']);
  expect(refused).toContain('/deploy blackjack --force --reason "why"');
  expect(loop.systems()).toEqual(before);
  const said = report(await loop.say(again, '/deploy blackjack --force --reason "mail is down"'));
  expect(outcomesIn(said)).toEqual(['blackjack deployed']);
});
