import { describe, expect, test } from 'vitest';
import type { PullRequestSnapshot, Snapshot } from '../../src/commands/command.ts';
import { addressedTo, decideComment } from '../../src/commands/decide.ts';
import { noFlags } from '../../src/commands/flags.ts';
import { commands } from '../../src/commands/list.ts';
import { readCommands } from '../../src/commands/read-commands.ts';
import { parseFleetConfig } from '../../src/config/parse-fleet-config.ts';
import { parseCommitSha } from '../../src/core/names.ts';

const sha = (digit: string) => {
  const parsed = parseCommitSha(digit.repeat(40));
  if (parsed === null) throw new Error('not a sha');
  return parsed;
};

const parsed = parseFleetConfig(`
hosts:
  griffin: {address: a, host_key: "SHA256:${'A'.repeat(43)}", tags: [dns, consul]}
  wolfhound: {address: b, host_key: "SHA256:${'B'.repeat(43)}", tags: [dns]}
  blackjack: {address: c, host_key: "SHA256:${'C'.repeat(43)}"}
limits: {max_hosts: 2}
`);
if (parsed.kind !== 'config') throw new Error('the test fleet is wrong');

const open: PullRequestSnapshot = {
  number: 7,
  state: 'open',
  fromFork: false,
  recordedHead: sha('a'),
  shownHead: sha('a'),
  mergeCommit: null,
  ownBranch: 'fleetwright/issue-3-add-a',
};
const snapshot: Snapshot = { author: 'ann', mayWrite: true, config: parsed.config, pullRequest: open };

function decide(body: string, change: Partial<Snapshot> = {}, pullRequest: Partial<PullRequestSnapshot> = {}) {
  const whole: Snapshot = { ...snapshot, pullRequest: { ...open, ...pullRequest }, ...change };
  return decideComment(addressedTo(readCommands(body)), whole).map(({ decision }) => decision);
}

describe('/deploy', () => {
  test.each([
    ['one host', '/deploy wolfhound', ['wolfhound']],
    ['a tag, in the order of the fleet', '/deploy #dns', ['griffin', 'wolfhound']],
    ['a host twice as once', '/deploy wolfhound wolfhound #dns', ['griffin', 'wolfhound']],
    ['the head by name', `/deploy wolfhound @${'a'.repeat(12)}`, ['wolfhound']],
    ['the head in full', `/deploy @${'a'.repeat(40)} wolfhound`, ['wolfhound']],
  ])('takes %s', (_name, body, hosts) => {
    expect(decide(body)).toEqual([
      {
        kind: 'deploy',
        pullRequest: 7,
        sha: sha('a'),
        hosts,
        named: body.includes('#dns') && !body.includes('wolfhound') ? [] : ['wolfhound'],
        flags: noFlags,
      },
    ]);
  });

  test('on a merged pull request takes the merge commit', () => {
    expect(decide('/deploy wolfhound', {}, { state: 'merged', mergeCommit: sha('b') })).toMatchObject([
      { kind: 'deploy', sha: sha('b') },
    ]);
  });

  test.each([
    ['no host', '/deploy', {}, { code: 'bad-arguments', next: '/deploy griffin' }],
    [
      'an unknown host, with the one that was meant',
      '/deploy wolfhuond',
      {},
      { code: 'unknown-host', facts: { host: 'wolfhuond', meant: 'wolfhound' } },
    ],
    ['an unknown tag', '/deploy #dnss', {}, { code: 'unknown-tag', facts: { meant: 'dns' } }],
    ['an option in the place of a host', '/deploy -oProxyCommand=x', {}, { code: 'unknown-host' }],
    [
      'a tag that is adopted as a whole',
      '/deploy #dns --adopt',
      {},
      { code: 'bad-arguments', next: '/deploy griffin wolfhound --adopt' },
    ],
    ['a short commit', '/deploy wolfhound @abc1234', {}, { code: 'bad-arguments' }],
    ['two commits', `/deploy wolfhound @${'a'.repeat(12)} @${'b'.repeat(12)}`, {}, { code: 'bad-arguments' }],
    [
      'another commit than the head',
      `/deploy wolfhound @${'b'.repeat(12)}`,
      {},
      { code: 'sha-mismatch', next: `/deploy wolfhound @${'a'.repeat(12)}` },
    ],
    ['more hosts than the limit', '/deploy all', {}, { code: 'bad-arguments' }],
    ['a fork', '/deploy wolfhound', { fromFork: true }, { code: 'fork-pull-request' }],
    ['a closed pull request', '/deploy wolfhound', { state: 'closed' as const }, { code: 'pull-request-closed' }],
    [
      'a head that no signed event named',
      '/deploy wolfhound',
      { recordedHead: null },
      { code: 'head-unknown', next: '/plan' },
    ],
    [
      'a head that nobody was shown',
      '/deploy wolfhound',
      { shownHead: null },
      { code: 'head-moved', next: `/deploy wolfhound @${'a'.repeat(12)}` },
    ],
    [
      'a push after the plan',
      '/deploy wolfhound',
      { recordedHead: sha('c') },
      { code: 'head-moved', next: `/deploy wolfhound @${'c'.repeat(12)}` },
    ],
    [
      'a merge commit that no signed event named',
      '/deploy wolfhound',
      { state: 'merged' as const },
      { code: 'head-unknown' },
    ],
  ])('refuses %s', (_name, body, pullRequest, expected) => {
    expect(decide(body, {}, pullRequest)).toMatchObject([{ kind: 'refused', ...expected }]);
  });

  test('refuses an issue', () => {
    expect(decide('/deploy wolfhound', { pullRequest: null })).toMatchObject([{ code: 'bad-arguments' }]);
  });
});

describe('/approve', () => {
  test('is a yes to the head that was shown', () => {
    expect(decide('/approve')).toEqual([{ kind: 'approve', pullRequest: 7, sha: sha('a') }]);
  });
  test('on a merged pull request is a yes to what was merged, whose plan was read', () => {
    const merged = { state: 'merged' as const, mergeCommit: sha('b') };
    expect(decide('/approve', {}, merged)).toMatchObject([{ kind: 'approve', sha: sha('a') }]);
  });
  test.each([
    ['words', '/approve everything', {}, { code: 'bad-arguments', next: '/approve' }],
    ['a push after the plan', '/approve', { recordedHead: sha('c') }, { code: 'head-moved' }],
    ['another commit', `/approve @${'b'.repeat(12)}`, {}, { code: 'sha-mismatch' }],
    ['a fork', '/approve', { fromFork: true }, { code: 'fork-pull-request' }],
    ['a closed pull request', '/approve', { state: 'closed' as const }, { code: 'pull-request-closed' }],
  ])('refuses %s', (_name, body, pullRequest, expected) => {
    expect(decide(body, {}, pullRequest)).toMatchObject([{ kind: 'refused', ...expected }]);
  });
});

describe('a comment', () => {
  test('by someone without write permission is refused once, whatever it asks', () => {
    expect(decide('/deploy wolfhound\n/rollback griffin\n/help', { mayWrite: false })).toMatchObject([
      { code: 'no-write-permission' },
    ]);
  });

  test('that says one line twice commands it once', () => {
    expect(decide('/status\n/status')).toHaveLength(1);
  });

  test('with a mistyped verb is told the right line', () => {
    expect(decide('thank you!\n/depoly wolfhound')).toMatchObject([
      { code: 'unknown-command', facts: { meant: 'deploy' }, next: '/deploy wolfhound' },
    ]);
  });

  test('of nothing but an unknown verb is told what there is', () => {
    expect(decide('/frobnicate')).toMatchObject([{ code: 'unknown-command', next: '/help' }]);
  });

  test('that talks to another bot in passing is left alone', () => {
    expect(decide('The tests flake, once more please.\n/retest')).toEqual([]);
  });
});

describe('/plan', () => {
  test('takes a head that nobody was shown yet', () => {
    expect(decide('/plan', {}, { shownHead: null })).toEqual([{ kind: 'plan', pullRequest: 7, sha: sha('a') }]);
  });
  test('is refused on a fork', () => {
    expect(decide('/plan', {}, { fromFork: true })).toMatchObject([{ code: 'fork-pull-request' }]);
  });
  test('is refused with words', () => {
    expect(decide('/plan wolfhound')).toMatchObject([{ code: 'bad-arguments', next: '/plan' }]);
  });
});

describe('/status, /verify and /rollback', () => {
  test('/status without words takes every host', () => {
    expect(decide('/status wolfhound')).toEqual([{ kind: 'status', hosts: ['wolfhound'] }]);
  });
  test('/verify needs a host', () => {
    expect(decide('/verify')).toMatchObject([{ code: 'bad-arguments', next: '/verify all' }]);
  });
  test('/rollback takes exactly one host', () => {
    expect(decide('/rollback wolfhound')).toEqual([{ kind: 'rollback', host: 'wolfhound', flags: noFlags }]);
    expect(decide('/rollback #dns')).toMatchObject([{ code: 'bad-arguments' }]);
    expect(decide('/rollback')).toMatchObject([{ code: 'bad-arguments' }]);
  });
  test('/reboot takes exactly one host by its name, and the commit that waits there', () => {
    const commit = '0123456789ab';
    expect(decide(`/reboot wolfhound @${commit}`)).toEqual([
      { kind: 'reboot', host: 'wolfhound', commit, flags: noFlags },
    ]);
    for (const line of ['/reboot', '/reboot wolfhound', `/reboot @${commit}`, `/reboot all @${commit}`])
      expect(decide(line)).toMatchObject([{ code: 'bad-arguments' }]);
    expect(decide(`/reboot #dns @${commit}`)).toMatchObject([{ code: 'bad-arguments' }]);
    expect(decide(`/reboot wolfhound griffin @${commit}`)).toMatchObject([{ code: 'bad-arguments' }]);
    expect(decide(`/reboot wolfhund @${commit}`)).toMatchObject([{ code: 'unknown-host' }]);
    expect(decide('/reboot wolfhound @01234')).toMatchObject([{ code: 'bad-arguments' }]);
  });
});

describe('/logs', () => {
  test.each([
    ['/logs wolfhound', { kind: 'logs', host: 'wolfhound', unit: null }],
    ['/logs wolfhound nginx', { kind: 'logs', host: 'wolfhound', unit: 'nginx' }],
    ['/logs wolfhound container@web.service', { kind: 'logs', host: 'wolfhound', unit: 'container@web.service' }],
    ['/logs', { code: 'bad-arguments' }],
    ['/logs all', { code: 'bad-arguments' }],
    ['/logs wolfhuond nginx', { code: 'unknown-host', facts: { meant: 'wolfhound' } }],
    ['/logs wolfhound nginx php', { code: 'bad-arguments', next: '/logs wolfhound nginx' }],
    ['/logs wolfhound --file=/etc/shadow', { code: 'bad-arguments', next: '/logs wolfhound' }],
    ['/logs wolfhound ../x', { code: 'bad-arguments' }],
    ['/logs wolfhound "a b"', { code: 'bad-arguments' }],
  ])('%s', (line, decision) => expect(decide(line)).toMatchObject([decision]));

  test('is for people who may write', () => {
    expect(decide('/logs wolfhound', { mayWrite: false })).toMatchObject([{ code: 'no-write-permission' }]);
  });
});

describe('every command', () => {
  test.each(commands.flatMap((command) => command.examples.map((example) => [example, command.name])))(
    'example %s is accepted',
    (example, name) => {
      const head = sha('0');
      const shown = {
        recordedHead: example.includes('@') ? parseCommitSha(`0123456789ab${'0'.repeat(28)}`) : head,
        shownHead: head,
      };
      const [decision] = decide(
        example,
        { config: { ...snapshot.config, limits: { ...snapshot.config.limits, max_hosts: 9 } } },
        shown,
      );
      expect(decision?.kind).toBe(name);
    },
  );

  test.each(commands.map((command) => [command.name, command]))(
    '/%s has a usage that begins with its name, and a one-line summary',
    (name, command) => {
      expect(command.usage.startsWith(`/${name}`)).toBe(true);
      expect(command.summary).toMatch(/^[A-Z].*\.$/);
    },
  );
});

describe('/dns', () => {
  const own = { ownBranch: 'fleetwright/issue-7-add-a' };
  test.each([
    ['an issue', '/dns add a.fleet.lan A 10.0.0.1', null, { kind: 'dns', onto: null }],
    ['a pull request of the bot', '/dns remove a.fleet.lan', own, { kind: 'dns', onto: own.ownBranch }],
    ['a pull request of the bot, in capitals', '/DNS Point a wolfhound', own, { kind: 'dns', onto: own.ownBranch }],
    ['a person’s pull request', '/dns remove a.fleet.lan', { ownBranch: null }, { code: 'bad-arguments' }],
    ['a merged one', '/dns remove a.fleet.lan', { ...own, state: 'merged' as const }, { code: 'bad-arguments' }],
    ['no verb', '/dns', own, { code: 'bad-arguments' }],
    ['a verb that is none', '/dns drop a.fleet.lan', own, { code: 'bad-arguments' }],
    ['no name', '/dns add', null, { code: 'bad-arguments' }],
  ])('on %s', (_name, body, pullRequest, expected) => {
    const decided = pullRequest === null ? decide(body, { pullRequest: null }) : decide(body, {}, pullRequest);
    expect(decided).toMatchObject([expected]);
  });
});
