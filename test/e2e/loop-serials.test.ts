import { afterAll, beforeAll, expect, test } from 'vitest';
import { fleet, type Loop, people, startLoop } from './practice-loop.ts';

const zoneFile = 'dns/fleet.lan.zone';
const reverseFile = 'dns/30.0.10.in-addr.arpa.zone';

let loop: Loop;
beforeAll(async () => {
  loop = await startLoop();
});
afterAll(() => loop.close());

const serialIn = (text: string | null) => Number(/\b(\d{10}) ; serial/.exec(text ?? '')?.[1] ?? Number.NaN);
const branchOf = (pull: number) => loop.conversation(pull).pull?.headBranch ?? '';
const bodyOf = (pull: number) => loop.conversation(pull).body;

// Several pull requests from the ask to the merge.
const long = { timeout: 120_000 };

test(
  'the bot, a comment and a person on one pull request raise a serial once, and its table tells them all',
  long,
  async () => {
    const before = serialIn(await loop.fileAt('main', zoneFile));
    const pull = await loop.change('Add an A record bot.fleet.lan 10.0.30.41');
    const serial = serialIn(await loop.fileAt(loop.headOf(pull), zoneFile));
    expect(serial).not.toBe(before);
    await loop.say(pull, '/dns add comment.fleet.lan A 10.0.30.42', people.owner);
    const text = (await loop.fileAt(loop.headOf(pull), zoneFile)) ?? '';
    await loop.forge.push(
      fleet,
      branchOf(pull),
      { [zoneFile]: `${text}person IN A 10.0.30.43\n` },
      { login: people.owner },
    );
    await loop.quiet();
    await loop.say(pull, '/dns add again.fleet.lan A 10.0.30.44', people.owner);
    expect(serialIn(await loop.fileAt(loop.headOf(pull), zoneFile))).toBe(serial);
    expect(bodyOf(pull)).toContain(`serial \`${before}\` → \`${serial}\``);
    for (const name of ['bot', 'comment', 'person', 'again']) expect(bodyOf(pull)).toContain(`\`${name}.fleet.lan\``);
    expect(loop.said(pull).join('\n')).not.toContain('zones-serial');
    await loop.merge(pull);
  },
);

test(
  'two pull requests meet on a serial that both zones take from one file, and the second follows',
  long,
  async () => {
    const included = `$TTL 1h\n$ORIGIN 30.0.10.in-addr.arpa.\n$INCLUDE soa.inc\n@ IN NS ns1.fleet.lan.\n15 IN PTR kestrel.fleet.lan.\n`;
    const soa = '@ IN SOA ns1.fleet.lan. hostmaster.fleet.lan. 17 2h 15m 2w 5m\n';
    await loop.forge.push(fleet, 'main', { [reverseFile]: included, 'dns/soa.inc': soa }, { login: people.owner });
    await loop.quiet();
    const first = await loop.change('Add a PTR record 10.0.30.91 one.fleet.lan');
    const second = await loop.change('Add a PTR record 10.0.30.92 two.fleet.lan');
    expect(bodyOf(second)).toContain('serial `17` → `18`');
    await loop.merge(first);
    expect(await loop.fileAt('main', 'dns/soa.inc')).toContain(' 18 ');
    expect(await loop.fileAt(loop.headOf(second), 'dns/soa.inc')).toContain(' 19 ');
    expect(await loop.fileAt(loop.headOf(second), reverseFile)).toContain('one.fleet.lan.');
    expect(bodyOf(second)).toContain('serial `18` → `19`');
    expect(bodyOf(second)).not.toContain('one.fleet.lan');
  },
);

test('a person’s pull request that forgets the serial is told the number to write', async () => {
  const now = (await loop.fileAt('main', zoneFile)) ?? '';
  const pull = await loop.pull('forgets', { [zoneFile]: `${now}forgotten IN A 10.0.30.95\n` });
  expect(loop.said(pull).join('\n')).toContain(`write ${serialIn(now) + 1}`);
});
