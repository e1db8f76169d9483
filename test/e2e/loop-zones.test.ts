import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judgeInstalled } from '../dns/judge.ts';
import { fleet, type Loop, people, startLoop } from './practice-loop.ts';

const zoneFile = 'dns/fleet.lan.zone';

let loop: Loop;
beforeAll(async () => {
  loop = await startLoop();
});
afterAll(() => loop.close());

const serialIn = (text: string | null) => Number(/\b(\d{10}) ; serial/.exec(text ?? '')?.[1] ?? Number.NaN);
const zoneAt = (revision: string) => loop.fileAt(revision, zoneFile);

// Several pull requests from the ask to the merge.
const long = { timeout: 120_000 };

describe('two pull requests of the bot on one zone', long, () => {
  test('meet on the serial, and the second follows the first by itself', async () => {
    const first = await loop.change('Add an A record one.fleet.lan 10.0.20.41');
    const second = await loop.change('Point two.fleet.lan at 10.0.20.42');
    const old = loop.headOf(second);
    const said = loop.said(second).length;
    await loop.merge(first);
    const main = await zoneAt('main');
    const merged = await zoneAt(loop.headOf(second));
    expect(loop.headOf(second)).not.toBe(old);
    expect(merged).toContain('10.0.20.41');
    expect(merged).toContain('10.0.20.42');
    expect(serialIn(merged)).toBeGreaterThan(serialIn(main));
    expect(loop.said(second).length).toBe(said + 1);
    await loop.merge(second);
    expect(await zoneAt('main')).toBe(merged);
  });

  test('are left alone where they change the same record, and it is said there', async () => {
    await loop.merge(await loop.change('Add an A record same.fleet.lan 10.0.20.50'));
    const first = await loop.change('Change the A record same.fleet.lan to 10.0.20.51');
    const second = await loop.change('Change the A record same.fleet.lan to 10.0.20.52');
    const old = loop.headOf(second);
    await loop.merge(first);
    expect(loop.headOf(second)).toBe(old);
    expect(loop.said(second).at(-1)).toContain('by hand');
  });
});

test('a person’s pull request whose serial the default branch took meanwhile is planned again, and told the number', async () => {
  const now = (await zoneAt('main')) ?? '';
  const serial = serialIn(now);
  const mine = `${now.replace(String(serial), String(serial + 1))}byhand IN A 10.0.20.60\n`;
  const pull = await loop.pull('by-hand', { [zoneFile]: mine }, people.owner);
  expect(loop.said(pull).at(-1)).not.toContain('zones-serial');
  await loop.merge(await loop.change('Add an A record meanwhile.fleet.lan 10.0.20.61'));
  const number = serialIn(await zoneAt('main')) + 1;
  expect(loop.said(pull).at(-1)).toContain(`write ${number}`);
  expect(loop.conversation(pull, fleet).pull?.headSha).toBe(loop.headOf(pull));
});

describe('/dns', long, () => {
  test('on an issue is a pull request of all lines of the comment', async () => {
    const issue = await loop.ask('What about names?');
    await loop.say(
      issue,
      '/dns add slash.fleet.lan A 10.0.20.80\n/dns add slash.fleet.lan TXT "two words"',
      people.owner,
    );
    const pull = loop.pullFor(issue);
    const zone = await zoneAt(pull?.pull?.headSha ?? '');
    expect(zone).toMatch(/^slash +IN A +10\.0\.20\.80$/m);
    expect(zone).toMatch(/"two words"$/m);
    expect(pull?.body.includes('named-compilezone reads fleet.lan. as before')).toBe(judgeInstalled);
  });

  test('on the bot’s pull request is one more commit with the same serial, planned again', async () => {
    const pull = await loop.change('Add an A record more.fleet.lan 10.0.20.81');
    const before = loop.headOf(pull);
    const serial = serialIn(await zoneAt(before));
    await loop.say(pull, '/dns set more.fleet.lan A 10.0.20.82', people.owner);
    const zone = await zoneAt(loop.headOf(pull));
    expect(zone).toContain('10.0.20.82');
    expect(zone).not.toContain('10.0.20.81');
    expect(serialIn(zone)).toBe(serial);
    expect(loop.said(pull).join('\n')).toContain(`Plan for \`${loop.headOf(pull).slice(0, 12)}\``);
  });

  test('on the bot’s pull request is told in its own table, with all that it changes by now and one serial', async () => {
    const pull = await loop.change('Add an A record table.fleet.lan 10.0.20.91');
    const body = () => loop.conversation(pull).body;
    const serial = serialIn(await zoneAt('main'));
    expect(body()).toContain('| create | `table.fleet.lan` | A | `10.0.20.91` | 3600 | `fleet.lan` |');
    expect(body()).toContain(`serial \`${serial}\` → `);
    expect(body()).toMatch(/served by `griffin:\d+` and `anubis:\d+`/);
    expect(body()).not.toContain('NS records');
    await loop.say(
      pull,
      '/dns set table.fleet.lan A 10.0.20.92\n/dns add more.table.fleet.lan AAAA fd42:fee1:20::92\n/dns remove nas.fleet.lan',
      people.owner,
    );
    expect(body()).toContain('| create | `table.fleet.lan` | A | `10.0.20.92` |');
    expect(body()).toContain('| create | `more.table.fleet.lan` | AAAA | `fd42:fee1:20::92` |');
    expect(body()).toContain('| delete | `nas.fleet.lan` | CNAME | `anubis.fleet.lan.` | 300 |');
    expect(body()).not.toContain('10.0.20.91');
    expect(body()).toContain(`serial \`${serial}\` → \`${serialIn(await zoneAt(loop.headOf(pull)))}\``);
    await loop.merge(await loop.change('Add an A record between.fleet.lan 10.0.20.93'));
    const [old, fresh] = [serialIn(await zoneAt('main')), serialIn(await zoneAt(loop.headOf(pull)))];
    expect(fresh).toBeGreaterThan(old);
    expect(body()).toContain(`serial \`${old}\` → \`${fresh}\``);
    expect(body()).not.toContain('between.fleet.lan');
    expect(body().match(/begin dns changes/g)).toHaveLength(1);
  });

  test.each([
    ['cannot be done', '/dns remove nothing.fleet.lan', 'record-not-found'],
    ['cannot be read', '/dns add more.fleet.lan', 'ask-not-understood'],
    ['begins wrongly', '/dns drop more.fleet.lan', 'bad-arguments'],
  ])('that %s is answered with why, and the branch stays', async (_name, line, code) => {
    const pull = await loop.change(`Add an A record w${code.length}.fleet.lan 10.0.20.83`);
    const head = loop.headOf(pull);
    await loop.say(pull, line, people.owner);
    expect(loop.codes(pull)).toContain(code);
    expect(loop.headOf(pull)).toBe(head);
  });

  test('on a person’s pull request is refused', async () => {
    const pull = await loop.pull('theirs', { 'notes.md': 'x\n' });
    await loop.say(pull, '/dns add x.fleet.lan A 10.0.20.84', people.owner);
    expect(loop.codes(pull)).toContain('bad-arguments');
  });
});
