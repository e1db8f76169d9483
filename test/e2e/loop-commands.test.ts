import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fleetConfigPath } from '../../src/config/fleet-config.ts';
import { codesIn, fleet, type Loop, outcomesIn, people, startLoop } from './practice-loop.ts';

let loop: Loop;
/** A pull request that changes wolfhound only, planned and read. */
let pull: number;
let systems: Loop['systems'] extends () => infer Systems ? Systems : never;
let journals: Readonly<Record<string, number>>;

beforeAll(async () => {
  loop = await startLoop();
  pull = await loop.pull('quiet-fans', await loop.touched('wolfhound', 'quiet fans'));
});
afterAll(() => loop.close());
beforeEach(() => {
  systems = loop.systems();
  journals = loop.journals();
});

const short = (sha: string) => sha.slice(0, 12);

/** Nobody was asked anything, and nobody runs anything else. */
function untouched(): void {
  expect(loop.systems()).toEqual(systems);
  expect(loop.journals()).toEqual(journals);
}

describe('a command that cannot be followed gets one answer with its code, and no host is asked', () => {
  const refused: readonly (readonly [typed: string, code: string, says: string])[] = [
    ['/depoly wolfhound', 'unknown-command', '`/deploy wolfhound`'],
    ['/frobnicate', 'unknown-command', '`/help`'],
    ['/deploy wolfhoud', 'unknown-host', 'Did you mean `wolfhound`?'],
    ['/deploy zebra', 'unknown-host', '`griffin`, `wolfhound`'],
    ['/deploy #dsn', 'unknown-tag', '`#dns`'],
    ['/deploy', 'bad-arguments', '`/deploy griffin`'],
    ['/deploy wolfhound @xyz', 'bad-arguments', '12 to 40 digits'],
    ['/deploy wolfhound @0123456789abcdef', 'sha-mismatch', '/deploy wolfhound @'],
    ['/rollback wolfhound anubis', 'bad-arguments', 'takes one host'],
    ['/verify', 'bad-arguments', '`/verify all`'],
    ['/verify --all', 'unknown-host', '`griffin`'],
    ['/plan now please', 'bad-arguments', '`/plan`'],
  ];
  test.each(refused)('%s: %s', async (typed, code, says) => {
    const answers = await loop.say(pull, typed);
    expect(answers).toHaveLength(1);
    expect(codesIn(answers)).toEqual([code]);
    expect(answers[0]).toContain(says);
    expect(loop.conversation(pull).comments.findLast(({ body }) => body === typed)?.reactions).toEqual(['eyes']);
    untouched();
  });

  test('several bad lines in one comment get one answer that quotes each', async () => {
    const answers = await loop.say(pull, '/deploy zebra\n/rollback okapi\n/deploy zebra');
    expect(answers).toHaveLength(1);
    expect(codesIn(answers)).toEqual(['unknown-host', 'unknown-host']);
    expect(answers[0]).toContain('> `/rollback okapi`');
    untouched();
  });

  test('somebody without write permission gets one polite answer for all their lines', async () => {
    const answers = await loop.say(pull, '/deploy all\n/rollback anubis\n/status', people.outsider);
    expect(answers).toHaveLength(1);
    expect(codesIn(answers)).toEqual(['no-write-permission']);
    untouched();
  });

  test('a word that is no command of ours in somebody’s prose gets no answer', async () => {
    expect(await loop.say(pull, 'Look at\n/etc/nixos\nand tell me.')).toEqual([]);
    expect(await loop.say(pull, '> /deploy all\n\n```\n/deploy all\n```\n<!--\n/deploy all\n-->')).toEqual([]);
    untouched();
  });
});

describe('what is answered from memory', () => {
  test('/help lists the commands, hosts and tags', async () => {
    const [answer] = await loop.say(pull, '/help');
    for (const text of ['`/rollback <host> [--force', '`kestrel`', '`#dns`']) expect(answer).toContain(text);
    untouched();
  });

  test('/status on an issue tells of every host, and of one by name', async () => {
    const issue = await loop.ask('How are you?');
    const [all] = await loop.say(issue, '/status');
    for (const { name } of loop.world.hosts.all) expect(all).toContain(`| \`${name}\` | not deployed by this bot yet`);
    const [one] = await loop.say(issue, '/status kestrel');
    expect(one).not.toContain('griffin');
    untouched();
  });

  test('the same words said twice by a person are answered twice', async () => {
    const before = loop.said(pull).length;
    await loop.say(pull, '/status griffin');
    await loop.say(pull, '/status griffin');
    expect(loop.said(pull)).toHaveLength(before + 2);
  });

  test('/deploy on an issue says where it belongs', async () => {
    const issue = await loop.ask('Deploy it, please');
    const answers = await loop.say(issue, '/deploy wolfhound');
    expect(codesIn(answers)).toEqual(['bad-arguments']);
    expect(answers[0]).toContain('pull requests only');
    untouched();
  });
});

describe('which commit is meant', () => {
  test('a push between reading and typing is refused with the exact line, and that line works', async () => {
    const number = await loop.pull('moving', await loop.touched('wolfhound', 'one'));
    const main = (await loop.forge.seen.branchHead(fleet, 'main')) ?? '';
    const mend = loop.forge.inject({ when: { path: /\/compare\// }, trouble: { kind: 'latency', ms: 1000 } });
    const again = await loop.touched('wolfhound', 'two');
    const head = await loop.forge.push(fleet, 'moving', again, { login: people.owner, force: { from: main } });
    await loop.until('the new head is being read', () =>
      (loop.said(number)[0] ?? '').includes('is reading this commit'),
    );
    const answers = await loop.say(number, '/deploy wolfhound');
    mend();
    const line = `/deploy wolfhound @${short(head)}`;
    expect(codesIn(answers)).toEqual(['head-moved']);
    expect(answers.find((text) => text.includes('head-moved'))).toContain(`Type this to go on: \`${line}\``);
    untouched();
    expect(outcomesIn((await loop.say(number, line)).at(-1))).toEqual(['wolfhound deployed']);
  });

  test('a push while the host builds stops the deploy before anything is activated', async () => {
    const number = await loop.pull('overtaken', await loop.touched('kestrel', 'one'));
    const mend = loop.world.hosts.host('kestrel').fail({ kind: 'build-slow', ms: 1500 });
    const begun = loop.builds('kestrel');
    await loop.forge.comment(fleet, number, people.reviewer, '/deploy kestrel');
    await loop.until('kestrel builds', () => loop.builds('kestrel') > begun);
    const main = (await loop.forge.seen.branchHead(fleet, 'main')) ?? '';
    const again = await loop.touched('kestrel', 'two');
    const head = await loop.forge.push(fleet, 'overtaken', again, { login: people.owner, force: { from: main } });
    await loop.quiet();
    mend();
    const report = loop.said(number).find((text) => text.includes('### Deploy of'));
    expect(outcomesIn(report)).toEqual(['kestrel refused']);
    expect(report).toContain(`/deploy kestrel @${short(head)}`);
    expect(loop.systems()).toEqual(systems);
  });

  test('what was never shown is refused with the exact line to type', async () => {
    // The plan cannot be made for a while, so nobody has read one.
    const mend = loop.forge.inject({ when: { path: /\/compare\// }, trouble: { kind: 'latency', ms: 1000 } });
    await loop.forge.push(fleet, 'unread', await loop.touched('kestrel', 'unread'), { login: people.owner });
    const number = await loop.forge.openPullRequest(fleet, { login: people.owner, head: 'unread', title: 'Unread' });
    await loop.until('the head is being read', () => loop.said(number).length > 0);
    const answers = await loop.say(number, '/deploy kestrel');
    mend();
    expect(codesIn(answers)).toEqual(['head-moved']);
    expect(answers.join('\n')).toContain(`\`/deploy kestrel @${short(loop.headOf(number))}\``);
    expect(loop.systems()).toEqual(systems);
  });

  test('@sha that is the head deploys, and every other host stays', async () => {
    const answers = await loop.say(pull, `/deploy wolfhound @${short(loop.headOf(pull))}`);
    expect(outcomesIn(answers.at(-1))).toEqual(['wolfhound deployed']);
    const changed = Object.keys(systems).filter((host) => loop.systems()[host]?.[0] !== systems[host]?.[0]);
    expect(changed).toEqual(['wolfhound']);
  });

  test('a closed pull request deploys nothing', async () => {
    const number = await loop.pull('given-up', await loop.touched('anubis', 'given up'));
    await loop.forge.closePullRequest(fleet, number, people.owner);
    await loop.quiet();
    journals = loop.journals();
    systems = loop.systems();
    const answers = await loop.say(number, '/deploy anubis');
    expect(codesIn(answers)).toEqual(['pull-request-closed']);
    untouched();
  });

  test('a pull request from a fork is neither planned nor deployed', async () => {
    const fork = await loop.forge.fork(fleet, people.outsider);
    await loop.forge.push(
      fork,
      'evil',
      { 'hosts/anubis/evil.nix': 'builtins.abort "x"\n' },
      { login: people.outsider },
    );
    const number = await loop.forge.openPullRequest(fleet, {
      login: people.outsider,
      head: `${people.outsider}:evil`,
      title: 'Nice',
    });
    await loop.quiet();
    expect(loop.said(number)).toEqual([]);
    for (const typed of ['/deploy anubis', '/plan', `/deploy anubis @${short(loop.headOf(number))}`]) {
      expect(codesIn(await loop.say(number, typed))).toEqual(['fork-pull-request']);
    }
    untouched();
  });
});

describe("a pull request that changes the bot's own config", () => {
  test('is told as a finding, and judged by the config of the default branch', async () => {
    const config = await loop.configWith(/tags: \[ ?containers ?\]/, 'tags: [containers, mine]');
    const number = await loop.pull('own-config', { [fleetConfigPath]: config });
    expect(loop.said(number)[0]).toContain('own-config');
    const answers = await loop.say(number, '/deploy #mine');
    expect(codesIn(answers)).toEqual(['unknown-tag']);
    untouched();
  });

  test('into something that cannot be read fails the check with line and key, before anything is merged', async () => {
    const config = await loop.configWith('parallel: 10', 'paralel: 10');
    const number = await loop.pull('bad-config', { [fleetConfigPath]: config });
    const plan = loop.forge.seen.checks(fleet, loop.headOf(number)).find(({ name }) => name === 'fleetwright/plan');
    expect(plan).toMatchObject({ status: 'completed', conclusion: 'failure' });
    expect(plan?.annotations).toBeGreaterThan(0);
    expect(loop.said(number)[0]).toContain('paralel');
    untouched();
  });
});
