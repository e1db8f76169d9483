import { describe, expect, it } from 'vitest';
import { fleetConfigShape } from '../../src/config/fleet-config.ts';
import { Fault } from '../../src/core/fault.ts';
import { type CommitSha, parseHostName, parseRepositoryName, type StorePath } from '../../src/core/names.ts';
import type { BundleSource } from '../../src/host/bundle-source.ts';
import type { Machine } from '../../src/host/machine.ts';
import { machinesOverSsh } from '../../src/host/machine-over-ssh.ts';
import type { RemoteCommand } from '../../src/host/remote-command.ts';
import { printRun, type RunReading } from '../../src/host/run-answer.ts';
import { printCompare } from '../../src/host/compare-answer.ts';
import { fakeClock, type FakeHost, fakeLinks, healthy, lookText, lost, type Reply } from './fake-link.ts';

const sha = 'a'.repeat(40) as CommitSha;
const base = 'b'.repeat(40) as CommitSha;
const path = '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-nixos-system-wolfhound-2' as StorePath;
const follow = { deadlineMs: 60_000 };

/** A run whose log grows by one piece with each reading, and that then is over. */
function playedRun(pieces: readonly string[], end: Partial<RunReading>) {
  let shown = 0;
  return ({ offset, limit }: { readonly offset: number; readonly limit: number }): string => {
    shown = Math.min(pieces.length, shown + 1);
    const log = Buffer.from(pieces.slice(0, shown).join(''), 'utf8');
    const over = shown === pieces.length;
    return printRun({
      state: { kind: 'running' },
      cancelled: false,
      started: 1_763_830_000,
      out: null,
      result: null,
      ...(over ? end : {}),
      size: log.length,
      chunk: log.subarray(offset, offset + limit),
    });
  };
}

const bundles = (asked: (CommitSha | null)[]): BundleSource => ({
  async bundle(_sha, from) {
    asked.push(from);
    return {
      incremental: from !== null,
      bytes: (async function* () {
        yield Buffer.from(from === null ? 'all of it' : 'some');
      })(),
    };
  },
});

async function opened(host: FakeHost, source: BundleSource = bundles([])) {
  const links = fakeLinks(host);
  const clock = fakeClock();
  const name = parseHostName('wolfhound');
  const repository = parseRepositoryName('acme/fleet');
  if (name === null || repository === null) throw new Error('names');
  const fleet = fleetConfigShape.parse({
    hosts: { wolfhound: { address: '10.0.20.11', host_key: `SHA256:${'A'.repeat(43)}` } },
    deploy: { settle_seconds: 0, flap_seconds: 0, probe_seconds: 3 },
  });
  const dns = { query: () => new Uint8Array(12), answer: () => null };
  const asker = { ask: async () => ({ kind: 'none' as const, detail: 'nobody is there' }), dns };
  const machines = machinesOverSsh({ repository, fleet, links, bundles: source, asker, clock });
  const machine: Machine = await machines.open(name, 7);
  return { machine, links, clock };
}

describe('Opening a host', () => {
  it('fails at once where its key is another one, and with the last word of a host that stays away', async () => {
    const wrong = new Fault('host-key-mismatch', 'opening', 'never');
    await expect(opened({ openings: [wrong], answer: () => '' })).rejects.toBe(wrong);
    const away = Array.from({ length: 20 }, () => new Fault('connection-refused', 'opening', 'later'));
    await expect(opened({ openings: away, answer: () => '' })).rejects.toMatchObject({ code: 'connection-refused' });
    const refused = new Fault('login-refused', 'opening', 'never');
    await expect(opened({ openings: [refused], answer: () => '' })).rejects.toBe(refused);
  });
});

describe('Looking at a host', () => {
  it('takes a new connection when the old one is gone', async () => {
    const replies: Reply[] = [lost(), lookText()];
    const { machine, links } = await opened({ answer: () => replies.shift() ?? '' });
    expect(await machine.look()).toEqual(healthy);
    expect(links.journal).toEqual(['open', 'look', 'open', 'look']);
  });

  it.each([
    ['is no report', 'hello\n', 'unexpected-answer', 'never'],
    [
      'says that systemd does not answer',
      { exitCode: 71, stderr: 'Failed to connect to bus' },
      'remote-command-failed',
      'later',
    ],
    ['says that there is no shell', { exitCode: 127, stderr: 'sh: not found' }, 'remote-command-failed', 'never'],
  ])('is a fault where the answer %s', async (_what, reply, code, retry) => {
    const { machine } = await opened({ answer: () => reply });
    await expect(machine.look()).rejects.toMatchObject({ code, retry });
  });
});

describe('Shipping a commit', () => {
  it.each([
    ['nothing where it is there', ['present\n'], { kind: 'shipped', how: 'present', bytes: 0 }, []],
    ['the difference', [`base ${base}\n`, 'received\n'], { kind: 'shipped', how: 'incremental', bytes: 4 }, [base]],
    ['everything to an empty host', ['empty\n', 'received\n'], { kind: 'shipped', how: 'full', bytes: 9 }, [null]],
    [
      'everything where the difference is not taken',
      [`base ${base}\n`, 'refused\n', 'received\n'],
      { kind: 'shipped', how: 'full', bytes: 9 },
      [base, null],
    ],
  ])('sends %s', async (_what, replies, shipped, from) => {
    const asked: (CommitSha | null)[] = [];
    const { machine } = await opened({ answer: () => replies.shift() ?? '' }, bundles(asked));
    expect(await machine.ship(sha)).toEqual(shipped);
    expect(asked).toEqual(from);
  });

  it('says what git said where even everything is not taken', async () => {
    const replies: Reply[] = ['empty\n', { exitCode: 0, stdout: 'refused\n', stderr: 'error: disk full\n' }];
    const { machine } = await opened({ answer: () => replies.shift() ?? '' });
    expect(await machine.ship(sha)).toEqual({ kind: 'not-accepted', log: 'error: disk full\n' });
  });

  it('asks again what is there when the connection broke in the middle of the bundle', async () => {
    const replies: Reply[] = ['empty\n', lost(), 'present\n'];
    const { machine, links } = await opened({ answer: () => replies.shift() ?? '' });
    expect(await machine.ship(sha)).toMatchObject({ how: 'present' });
    expect(links.journal).toEqual(['open', 'find-commit', 'receive-bundle', 'open', 'find-commit']);
  });

  it('does not take a mirror that cannot be read for a broken connection', async () => {
    const broken: BundleSource = {
      bundle: async () => Promise.reject(new Fault('git-failed', 'fetching', 'later')),
    };
    const { machine, links } = await opened({ answer: () => 'empty\n' }, broken);
    await expect(machine.ship(sha)).rejects.toMatchObject({ code: 'git-failed' });
    expect(links.journal).toEqual(['open', 'find-commit']);
  });
});

describe('Following a run', () => {
  const replies = (reading: (command: RemoteCommand & { kind: 'read-run' }) => Reply) => (command: RemoteCommand) =>
    command.kind === 'read-run' ? reading(command) : 'started\n';

  it('gives the log without gaps and repeats over broken connections, also where a letter is cut in two', async () => {
    const log = 'building…\n';
    const play = playedRun([log.slice(0, 4), log.slice(4), 'fertig ✓\n'], {
      state: { kind: 'ended', exitCode: 0 },
      out: `${path}\n`,
    });
    let readings = 0;
    const { machine, links } = await opened({
      answer: replies((command) => {
        readings += 1;
        // Three bytes at a time cut every letter of more than one byte somewhere.
        return readings % 3 === 0 ? lost() : play({ offset: command.offset, limit: 3 });
      }),
    });
    let seen = '';
    const answer = await machine.build('r-1', sha, 'wolfhound', { ...follow, onOutput: (text) => (seen += text) });
    expect(answer).toEqual({ kind: 'built', path });
    expect(seen).toBe(`${log}fertig ✓\n`);
    expect(seen).not.toContain('\uFFFD');
    expect(links.journal.filter((line) => line === 'start-build')).toHaveLength(1);
    expect(links.journal.filter((line) => line === 'open').length).toBeGreaterThan(2);
  });

  it('reads on after the end until it has the whole log', async () => {
    const play = playedRun(['x'.repeat(1000)], { state: { kind: 'ended', exitCode: 1 } });
    const { machine } = await opened({ answer: replies(({ offset }) => play({ offset, limit: 300 })) });
    const answer = await machine.build('r-1', sha, 'wolfhound', follow);
    expect(answer).toMatchObject({ kind: 'build-failed', log: 'x'.repeat(1000) });
  });

  it('gives up at its deadline and leaves the run alone', async () => {
    const { machine, links, clock } = await opened({
      answer: replies(() => {
        void clock.sleep(5000);
        return playedRun(['a', 'b'], {})({ offset: 0, limit: 0 });
      }),
    });
    await expect(machine.build('r-1', sha, 'wolfhound', follow)).rejects.toMatchObject({
      code: 'timed-out',
      retry: 'later',
    });
    expect(links.journal).not.toContain('cancel-run');
  });

  it('stops when it is told to, with the reason that it was given', async () => {
    const stop = new AbortController();
    const { machine, links } = await opened({
      answer: replies(() => {
        stop.abort('gone');
        return playedRun(['a', 'b'], {})({ offset: 0, limit: 9 });
      }),
    });
    await expect(machine.build('r-1', sha, 'wolfhound', { ...follow, signal: stop.signal })).rejects.toBe('gone');
    expect(links.journal).not.toContain('cancel-run');
  });

  it('opens no connection any more once the machine was closed', async () => {
    const { machine, links } = await opened({
      answer: replies(() => {
        void machine.close();
        return lost();
      }),
    });
    await expect(machine.build('r-1', sha, 'wolfhound', follow)).rejects.toMatchObject({ code: 'connection-lost' });
    expect(links.journal.filter((line) => line === 'open')).toHaveLength(1);
  });

  it('is fenced off where the host has seen a newer token', async () => {
    const { machine } = await opened({ answer: () => 'superseded 8\n' });
    const fenced = { code: 'fenced-off', retry: 'never' };
    await expect(machine.build('r-1', sha, 'wolfhound', follow)).rejects.toMatchObject(fenced);
    await expect(machine.activate('r-2', 'test', path, follow)).rejects.toMatchObject(fenced);
    await expect(machine.cancelBuild('r-1')).rejects.toMatchObject(fenced);
  });

  it('is never asked of the host for a name that cannot be one', async () => {
    const { machine, links } = await opened({ answer: () => '' });
    expect(await machine.build('r-1', sha, 'a b; reboot', follow)).toMatchObject({ why: 'no-such-host' });
    await expect(machine.build('../x', sha, 'wolfhound', follow)).rejects.toThrow('bug');
    expect(links.journal).toEqual(['open']);
  });
});

describe('An activation without a believable exit code', () => {
  const activating = (
    reading: Partial<RunReading> & { log?: string },
    more: { looks?: Reply[]; journal?: Reply } = {},
  ): FakeHost => ({
    answer(command) {
      switch (command.kind) {
        case 'read-run':
          return playedRun([reading.log ?? ''], { state: { kind: 'gone' }, ...reading })(command);
        case 'look':
          return more.looks?.shift() ?? lookText();
        case 'read-switch-journal':
          return more.journal ?? '-- No entries --\n';
        default:
          return 'started\n';
      }
    },
  });
  const done = `Done. The new configuration is ${path}\n`;
  const finished = `finished switching to system configuration ${path}\n`;

  it.each([
    ['by the last line of its log', { log: done }, {}, { kind: 'ended', exitCode: 0, proof: 'log', log: done }],
    ['by the journal', {}, { journal: finished }, { kind: 'ended', exitCode: 0, proof: 'journal', log: '' }],
    ['with 120 by the log', { state: { kind: 'ended' as const, exitCode: 120 }, log: done }, {}, { proof: 'log' }],
    ['not at all where nothing proves it', {}, {}, { kind: 'no-answer', log: '' }],
    [
      'not by a journal that may not be read',
      {},
      { journal: { exitCode: 1, stdout: finished } },
      { kind: 'no-answer' },
    ],
    ['not by another system', { log: done.replace('wolfhound', 'griffin') }, {}, { kind: 'no-answer' }],
  ])('is proven %s', async (_how, reading, more, expected) => {
    const { machine } = await opened(activating(reading, more));
    expect(await machine.activate('r-1', 'test', path, follow)).toMatchObject(expected);
  });

  it('is not judged while the switch still runs, whatever system the host shows', async () => {
    const looks = [lookText({ switching: true, running: path }), lost(), lookText({ switching: true }), lookText()];
    const { machine, links } = await opened(activating({ log: done }, { looks }));
    expect(await machine.activate('r-1', 'test', path, follow)).toMatchObject({ proof: 'log' });
    expect(links.journal.filter((line) => line === 'look')).toHaveLength(4);
  });

  it('stays unjudged where the switch outlasts the deadline', async () => {
    const looks = Array.from({ length: 100 }, () => lookText({ switching: true }));
    const { machine } = await opened(activating({}, { looks }));
    await expect(machine.activate('r-1', 'test', path, follow)).rejects.toMatchObject({ code: 'timed-out' });
  });
});

describe('Comparing two systems', () => {
  const unit = (id: string, active: string) => `Id=${id}\nLoadState=loaded\nActiveState=${active}\nSubState=x\n`;
  const changed = [
    'unit added new.service',
    'unit restarted web.service',
    'unit restarted idle.service',
    'unit reloaded data.mount',
    'unit restarted job@.service',
  ];

  it('names as restarted only what runs, and asks for no template', async () => {
    let asked: readonly string[] = [];
    const { machine } = await opened({
      answer(command) {
        if (command.kind !== 'show-units') return printCompare(changed);
        asked = command.units;
        return [unit('web.service', 'active'), unit('idle.service', 'inactive'), unit('data.mount', 'failed')].join(
          '\n',
        );
      },
    });
    const { units } = await machine.compare(path, path);
    expect(asked).toEqual(['web.service', 'idle.service', 'data.mount']);
    expect(units).toMatchObject({
      added: { names: ['new.service'] },
      restarted: { names: ['web.service', 'job@.service'] },
      reloaded: { names: [] },
    });
  });

  it('tells the difference all the same where the units cannot be asked for', async () => {
    const { machine } = await opened({
      answer: ({ kind }) => (kind === 'show-units' ? { exitCode: 1 } : printCompare(changed)),
    });
    expect((await machine.compare(path, path)).units.restarted.names).toContain('idle.service');
  });
});

describe('Probing a host', () => {
  const expected = { running: healthy.running ?? path, baseline: healthy, records: [], after: 'activation' } as const;

  it('opens a connection of its own, and closes it', async () => {
    const { machine, links } = await opened({ answer: () => lookText() });
    expect(await machine.probe(expected, follow)).toEqual([]);
    expect(links.journal).toEqual(['open', 'open', 'look', 'close']);
  });

  it('asks again until it is true', async () => {
    const looks = [lookText({ failedUnits: ['a.service'] }), lookText({ failedUnits: ['a.service'] }), lookText()];
    const { machine } = await opened({ answer: () => looks.shift() ?? lookText() });
    expect(await machine.probe(expected, follow)).toEqual([]);
  });

  it('says what is wrong when the time is up, with the last words of the units', async () => {
    const { machine } = await opened({
      answer: (command) =>
        command.kind === 'read-unit-journal' ? 'panic!\n' : lookText({ failedUnits: ['a.service', 'weird name'] }),
    });
    let told = '';
    const findings = await machine.probe(expected, { ...follow, onOutput: (text) => (told += text) });
    expect(findings.map(({ message }) => message)).toEqual(['a.service has failed', 'weird name has failed']);
    expect(told).toBe('--- a.service\npanic!\n');
  });

  it('takes a host that cannot be reached any more for a finding, not for a fault', async () => {
    const gone = Array.from({ length: 30 }, () => new Fault('timed-out', 'opening', 'later'));
    const { machine } = await opened({ openings: [null, ...gone], answer: () => lookText() });
    const findings = await machine.probe(expected, follow);
    expect(findings.map(({ check, level }) => [check, level])).toEqual([
      ['running-system', 'error'],
      ['failed-units', 'error'],
    ]);
  });

  it('is a fault where somebody else answers in the place of the host', async () => {
    const wrong = new Fault('host-key-mismatch', 'opening', 'never');
    const { machine } = await opened({ openings: [null, wrong], answer: () => lookText() });
    await expect(machine.probe(expected, follow)).rejects.toBe(wrong);
  });
});
