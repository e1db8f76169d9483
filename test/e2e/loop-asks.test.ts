import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fleet, type Loop, people, startLoop } from './practice-loop.ts';

const zoneFile = 'dns/fleet.lan.zone';

let loop: Loop;
beforeAll(async () => {
  loop = await startLoop();
});
afterAll(() => loop.close());

describe('an ask that can be done', () => {
  test('becomes a verified one-commit pull request in under 15 calls to GitHub, and the issue names it', async () => {
    const before = loop.forge.requests.length;
    const issue = await loop.ask('Add an A record consul.fleet.lan 10.0.20.30');
    const calls = loop.forge.requests.slice(before);
    const made = calls.findIndex(({ method, route }) => method === 'POST' && route === '/repos/{owner}/{repo}/pulls');
    expect(made).toBeGreaterThan(0);
    expect(made + 1).toBeLessThan(15);
    const pull = loop.pullFor(issue);
    expect(pull).toMatchObject({ author: 'fleetwright[bot]', title: expect.stringContaining('fleet.lan') });
    expect(await isVerified(pull?.pull?.headSha ?? '')).toBe(true);
    const old = (await loop.fileAt('main', zoneFile))?.split('\n') ?? [];
    const fresh = (await loop.fileAt(pull?.pull?.headSha ?? '', zoneFile))?.split('\n') ?? [];
    const added = fresh.filter((line) => !old.includes(line));
    expect(added).toHaveLength(2);
    expect(added[0]).toMatch(/^ +\d{10} ; serial, YYYYMMDDnn$/);
    expect(added[1]).toMatch(/^consul +IN A +10\.0\.20\.30$/);
    expect(loop.said(issue)).toEqual([expect.stringContaining(`The change is in #${pull?.number}.`)]);
    expect(loop.conversation(issue).reactions).toEqual(['eyes']);
  });

  test('opened with its label arriving beside it is one change', async () => {
    const pulls = loop.pulls().length;
    const issue = await loop.ask('Add a TXT record labelled.fleet.lan "one"', { labels: ['fleet'] });
    expect(loop.pulls()).toHaveLength(pulls + 1);
    expect(loop.said(issue)).toHaveLength(1);
  });

  test('in the same words in a second issue is a second change', async () => {
    const pulls = loop.pulls().length;
    const first = await loop.ask('Add an A record twice.fleet.lan 10.0.20.71');
    const second = await loop.ask('Add an A record twice.fleet.lan 10.0.20.71');
    expect(loop.pulls()).toHaveLength(pulls + 2);
    expect(loop.pullFor(first)?.number).not.toBe(loop.pullFor(second)?.number);
  });

  test('is taken from a comment that mentions the bot, and not from its quotes', async () => {
    const issue = await loop.ask('Something for the evening');
    expect(loop.codes(issue)).toEqual(['no-model']);
    await loop.say(issue, '> @fleetwright Add an A record quoted.fleet.lan 10.0.20.72', people.owner);
    expect(loop.pullFor(issue)).toBeNull();
    await loop.say(issue, '@fleetwright Add an A record mentioned.fleet.lan 10.0.20.72', people.owner);
    expect(loop.pullFor(issue)?.body).toContain('mentioned.fleet.lan');
  });
});

describe('somebody without write permission', () => {
  test('is answered once, politely, and nothing runs, however often they write', async () => {
    const pulls = loop.pulls().length;
    const issue = await loop.ask('Add an A record evil.fleet.lan 10.0.20.66', { login: people.outsider });
    await loop.say(issue, '@fleetwright now, please', people.outsider);
    await loop.say(issue, '@fleetwright hello?', people.outsider);
    expect(loop.said(issue)).toHaveLength(1);
    expect(loop.said(issue)[0]).toContain('Thank you');
    expect(loop.codes(issue)).toEqual(['no-write-permission']);
    expect(loop.conversation(issue).reactions).toEqual([]);
    expect(loop.pulls()).toHaveLength(pulls);
  });

  test('cannot start anything by the label, but a writer who sets it on their issue can', async () => {
    const issue = await loop.ask('Add an A record guest.fleet.lan 10.0.20.67', { login: people.outsider, labels: [] });
    expect(loop.pullFor(issue)).toBeNull();
    await loop.forge.label(fleet, issue, people.reviewer, 'someday');
    await loop.quiet();
    expect(loop.pullFor(issue)).toBeNull();
    await loop.forge.label(fleet, issue, people.reviewer, 'fleet');
    await loop.quiet();
    expect(loop.pullFor(issue)?.body).toContain('guest.fleet.lan');
    expect(loop.pullFor(issue)?.body).toContain(`Asked for by \`${people.reviewer}\``);
  });
});

describe('an ask that cannot be done gets one answer with its code, and no branch', () => {
  const refused: readonly (readonly [ask: string, code: string, says: string])[] = [
    ['Set up a Consul cluster across griffin, wolfhound and blackjack', 'no-model', 'Point grafana at anubis'],
    ['Please make the fans quieter', 'no-model', 'Remove the CNAME old-wiki'],
    ['Add an A record printer.fleet.lan 10.0.20.40', 'record-exists', 'printer.fleet.lan'],
    ['Remove the CNAME olde-wiki', 'record-not-found', 'old-wiki'],
    ['Add a CNAME griffin.fleet.lan blackjack', 'record-conflict', 'griffin.fleet.lan'],
    ['Add an A record nas.example.org 10.0.20.9', 'zone-not-found', 'nas.example.org'],
    ['Point grafana at anubiss', 'unknown-host', 'anubis'],
  ];
  test.each(refused)('%s: %s', async (ask, code, says) => {
    const heads = await loop.forge.seen.branchHead(fleet, 'main');
    const pulls = loop.pulls().length;
    const issue = await loop.ask(ask);
    expect(loop.said(issue)).toHaveLength(1);
    expect(loop.codes(issue)).toEqual([code]);
    expect(loop.said(issue)[0]).toContain(says);
    expect(loop.pulls()).toHaveLength(pulls);
    expect(await branches(issue)).toEqual([]);
    expect(await loop.forge.seen.branchHead(fleet, 'main')).toBe(heads);
  });
});

describe('what starts nothing', () => {
  test('a comment that was edited into a command', async () => {
    const issue = await loop.ask('A plain note', { login: people.owner });
    const id = await loop.forge.comment(fleet, issue, people.owner, 'Reads well.');
    await loop.forge.editComment(fleet, id, people.owner, '/status');
    await loop.forge.editComment(fleet, id, people.owner, '@fleetwright Add an A record edited.fleet.lan 10.0.20.73');
    await loop.quiet();
    expect(loop.said(issue)).toHaveLength(1);
    expect(loop.pullFor(issue)).toBeNull();
  });

  test("the bot's own words and those of another bot", async () => {
    loop.forge.setPermission(fleet, 'renovate[bot]', 'write');
    const pulls = loop.pulls().length;
    const issue = await loop.ask('Add an A record robot.fleet.lan 10.0.20.74', { login: 'renovate[bot]' });
    await loop.say(issue, '/status', 'renovate[bot]');
    expect(loop.said(issue)).toEqual([]);
    expect(loop.pulls()).toHaveLength(pulls);
  });
});

async function isVerified(sha: string): Promise<boolean> {
  const page = await fetch(`${loop.forge.url}/${fleet}/commit/${sha}`);
  return (await page.text()).includes('>verified<');
}

async function branches(issue: number): Promise<readonly string[]> {
  const names = loop.pulls().map(({ pull }) => pull?.headBranch ?? '');
  return names.filter((name) => name.startsWith(`fleetwright/issue-${issue}-`));
}
