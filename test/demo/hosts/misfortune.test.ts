import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseStorePath, type StorePath } from '../../../src/core/names.ts';
import { parseLook } from '../../../src/host/look-answer.ts';
import { parseRun } from '../../../src/host/run-answer.ts';
import { argvOf } from '../../../src/host/remote-command.ts';
import { shellLine } from '../../../src/host/shell-words.ts';
import { createKeyPair } from '../../../src/demo/hosts/host-key.ts';
import { activate, connect, follow, logOf, type Practice, shipAndBuild, slug, startPractice } from './raw-host.ts';

let practice: Practice;
beforeEach(async () => {
  practice = await startPractice(['wolfhound']);
});
afterEach(() => practice.close());

const host = () => practice.hosts.host('wolfhound');

async function newSystem(): Promise<StorePath> {
  const connection = await practice.connect('wolfhound');
  const sha = practice.repository.commit({ 'modules/forge.nix': '{ services.x.enable = true; }\n' });
  const path = parseStorePath((await shipAndBuild(practice, connection, 'wolfhound', sha)).result ?? '');
  connection.end();
  if (path === null) throw new Error('not built');
  return path;
}

describe('what is outside the closed set', () => {
  const look = argvOf({ kind: 'look' });
  const [program = '', , text = '', name = ''] = look;
  it.each([
    ['a shell command', 'id'],
    ['root', 'sudo -n reboot'],
    ['a program whose text was changed', shellLine([program, '-c', `${text}id\n`, name])],
    ['a program under another name', shellLine([program, '-c', text, 'fleetwright-other'])],
    ['a second command behind a good one', `${shellLine(look)}; id`],
    ['a path outside the store', 'sh -c x fleetwright-start-activation r 1 test /etc'],
    ['nothing', ''],
  ])('is refused with 127 and recorded: %s', async (_, line) => {
    const connection = await practice.connect('wolfhound');
    const before = host().truth();
    expect(await connection.exec(line)).toEqual({
      code: 127,
      stdout: '',
      stderr: 'sh: command refused by the practice host\n',
    });
    expect(host().violations()).toEqual([line]);
    expect(practice.hosts.violations()).toEqual([`wolfhound: ${line}`]);
    expect(host().truth()).toEqual(before);
  });

  it('includes terminals, shells and forwarding', async () => {
    const { client } = await practice.connect('wolfhound');
    await expect(
      new Promise((resolve, reject) => client.shell((error) => (error ? reject(error) : resolve(null)))),
    ).rejects.toThrow(/Unable to|request/);
    await expect(
      new Promise((resolve, reject) => {
        client.forwardOut('127.0.0.1', 1, '127.0.0.1', 2, (error) => (error ? reject(error) : resolve(null)));
      }),
    ).rejects.toThrow(/open failure/);
    expect(host().violations()).toContain('asked for a forwarded connection');
    expect(host().violations()).toContain('asked for a terminal');
  });
});

describe('logging in', () => {
  it('shows the host key that was told, another one on each host', async () => {
    const other = await startPractice(['griffin']);
    const seen: string[] = [];
    const record = { hostVerifier: (hash: string) => seen.push(hash) > 0 };
    await practice.connect('wolfhound', record);
    await other.connect('griffin', record);
    await other.close();
    const base64 = seen.map((hex) => `SHA256:${Buffer.from(hex, 'hex').toString('base64').replace(/=+$/, '')}`);
    expect(base64).toEqual([host().hostKey, other.hosts.host('griffin').hostKey]);
    expect(new Set(base64).size).toBe(2);
  });

  it('takes no other key, no other account and no password', async () => {
    const stranger = createKeyPair('stranger');
    await expect(connect(host(), stranger.private)).rejects.toThrow(/authentication/);
    await expect(practice.connect('wolfhound', { username: 'root' })).rejects.toThrow(/authentication/);
    await expect(connect(host(), '', { password: 'secret' } as never)).rejects.toThrow(/authentication/);
    expect(host().journal.filter((entry) => entry.kind === 'login')).toEqual([]);
  });

  it('can be refused a number of times', async () => {
    host().fail({ kind: 'login-refused', times: 1 });
    await expect(practice.connect('wolfhound')).rejects.toThrow(/authentication/);
    await practice.connect('wolfhound');
  });

  it('ends without an error and with a banner when the system is going down', async () => {
    host().fail({ kind: 'nologin', times: 1 });
    const banners: string[] = [];
    const attempt = connect(host(), practice.hosts.clientKey?.private ?? '', {
      debug: (line) => {
        if (line.includes('USERAUTH_BANNER')) banners.push(line);
      },
    });
    await expect(attempt).rejects.toThrow('closed without an error');
    expect(banners).toHaveLength(1);
  });

  it('finds nobody when the host is off, and nobody who speaks when it hangs', async () => {
    const mend = host().fail({ kind: 'offline' });
    await expect.poll(() => practice.connect('wolfhound').then(() => 'in', String)).toContain('ECONNREFUSED');
    mend();
    await expect.poll(() => practice.connect('wolfhound').then(() => 'in', String)).toBe('in');
    host().fail({ kind: 'silent' });
    await expect(practice.connect('wolfhound', { readyTimeout: 200 })).rejects.toThrow(/Timed out/);
  });

  it('opens ten sessions on one connection and no eleventh', async () => {
    host().fail({ kind: 'build-slow', ms: 60_000 });
    const connection = await practice.connect('wolfhound');
    const sha = practice.repository.commit({});
    const building = shipAndBuild(practice, connection, 'wolfhound', sha).catch(() => null);
    await expect.poll(() => host().truth().runs.length).toBe(1);
    const wait = {
      kind: 'read-run',
      run: host().truth().runs[0] ?? '',
      offset: 100_000,
      limit: 1,
      seconds: 60,
    } as const;
    const second = await practice.connect('wolfhound');
    const answers = Array.from({ length: 11 }, () => second.send(wait).then(() => 'answered', String));
    expect(await Promise.race(answers)).toContain('Channel open failure');
    host().cutConnections();
    await building;
  });
});

describe('connections', () => {
  it('die after so many bytes of an answer', async () => {
    host().fail({ kind: 'connection-cut', command: 'look', afterBytes: 100, times: 1 });
    const connection = await practice.connect('wolfhound');
    const answer = await connection.send({ kind: 'look' });
    expect(answer.code).toBeNull();
    expect(answer.stdout).toHaveLength(100);
    await connection.closed;
    const again = await practice.connect('wolfhound');
    expect(parseLook((await again.send({ kind: 'look' })).stdout)).not.toBeNull();
  });

  it('may die in the middle of a switch, which goes on to its end', async () => {
    const path = await newSystem();
    host().fail({ kind: 'activation-slow', ms: 150 });
    const connection = await practice.connect('wolfhound');
    await connection.send({ kind: 'start-activation', run: 'far', token: 1, action: 'test', path });
    host().cutConnections();
    await connection.closed;
    const reading = await follow(await practice.connect('wolfhound'), 'far');
    expect(reading.state).toEqual({ kind: 'ended', exitCode: 0 });
    expect(logOf(reading)).toMatch(new RegExp(`^activating[^]*Done\\. The new configuration is ${path}\n$`));
  });

  it('may close a channel without an exit status', async () => {
    host().fail({ kind: 'exit-status-lost', command: 'look', times: 1 });
    const connection = await practice.connect('wolfhound');
    expect((await connection.send({ kind: 'look' })).code).toBeNull();
    expect((await connection.send({ kind: 'look' })).code).toBe(0);
  });

  it('drop a bundle that was not sent to its end', async () => {
    const sha = practice.repository.commit({});
    const connection = await practice.connect('wolfhound');
    host().fail({ kind: 'connection-cut', command: 'receive-bundle', afterMs: 0, times: 1 });
    await connection.send(
      { kind: 'receive-bundle', token: 1, repository: slug, sha },
      practice.repository.bundle(sha).subarray(0, 200),
    );
    const again = await practice.connect('wolfhound');
    expect((await again.send({ kind: 'find-commit', repository: slug, sha })).stdout).toBe('empty\n');
  });
});

describe('runs that end badly', () => {
  it('end with 120 although the switch went well', async () => {
    const path = await newSystem();
    host().fail({ kind: 'run-ends-120', run: 'activation', times: 1 });
    const connection = await practice.connect('wolfhound');
    expect((await activate(connection, 'test', path)).state).toEqual({ kind: 'ended', exitCode: 120 });
    expect(host().truth().running).toBe(path);
  });

  it('leave no exit code when their shell is killed, while the log proves the end', async () => {
    const path = await newSystem();
    host().fail({ kind: 'run-killed', what: 'runner', times: 1 });
    const reading = await activate(await practice.connect('wolfhound'), 'test', path);
    expect(reading.state).toEqual({ kind: 'gone' });
    expect(logOf(reading)).toContain(`Done. The new configuration is ${path}`);
  });

  it('leave the running link moved and no proof when the switch itself is killed', async () => {
    const path = await newSystem();
    const units = [...host().truth().units.keys()];
    host().fail({ kind: 'run-killed', what: 'switch', times: 1 });
    const reading = await activate(await practice.connect('wolfhound'), 'test', path);
    expect(reading.state).toEqual({ kind: 'gone' });
    expect(logOf(reading)).not.toContain('Done.');
    expect(host().truth()).toMatchObject({ running: path, switching: false });
    expect([...host().truth().units.keys()]).toEqual(units);
    const since = Math.floor(Date.now() / 1000) - 5;
    const journal = await (await practice.connect('wolfhound')).send({ kind: 'read-switch-journal', since });
    expect(journal.stdout).toBe(`switching to system configuration ${path}\n`);
  });

  it('are gone after a reboot in their middle, and the old system runs', async () => {
    const path = await newSystem();
    const old = host().truth().running;
    host().fail({ kind: 'activation-slow', ms: 200 });
    const connection = await practice.connect('wolfhound');
    await connection.send({ kind: 'start-activation', run: 'lost', token: 1, action: 'test', path });
    expect(host().truth()).toMatchObject({ running: path, switching: true });
    await host().reboot();
    expect(host().truth()).toMatchObject({ running: old, switching: false });
    // Longer than the switch would have taken: nothing of it may come back.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await follow(await practice.connect('wolfhound'), 'lost')).state).toEqual({ kind: 'gone' });
    expect(host().truth()).toMatchObject({ running: old, booted: old });
  });

  it('are killed at the last logout where logind is set to it', async () => {
    host().fail({ kind: 'kills-detached-runs' });
    host().fail({ kind: 'build-slow', ms: 60_000 });
    const connection = await practice.connect('wolfhound');
    expect(parseLook((await connection.send({ kind: 'look' })).stdout)?.killsDetachedRuns).toBe(true);
    const building = shipAndBuild(practice, connection, 'wolfhound', practice.repository.commit({})).catch(() => null);
    await expect.poll(() => host().truth().runs.length).toBe(1);
    connection.end();
    await building;
    const run = host().truth().runs[0] ?? '';
    // The host sees the end of a connection a moment later than whoever ended it, and a new one may come first.
    const state = async () => {
      const again = await practice.connect('wolfhound');
      const answer = await again.send({ kind: 'read-run', run, offset: 0, limit: 1, seconds: 0 });
      again.end();
      return parseRun(answer.stdout)?.state;
    };
    await expect.poll(state, { timeout: 10_000 }).toEqual({ kind: 'gone' });
  });
});

describe('what a look tells of a host that is not ready', () => {
  it.each([
    [
      'another switch',
      { kind: 'another-switch' },
      {
        switching: true,
        foreignRebuilds: [{ what: 'nixos-rebuild-switch-to-configuration.service', pid: null, user: null }],
      },
    ],
    [
      'a rebuild that still builds',
      { kind: 'foreign-rebuild', what: 'nixos-rebuild switch', pid: 4711, user: 'ada' },
      { foreignRebuilds: [{ what: 'nixos-rebuild switch', pid: 4711, user: 'ada' }] },
    ],
    [
      'a disk that is nearly full',
      { kind: 'disk-low', place: 'boot', freeMiB: 3 },
      { freeMiB: { nix: 40_000, boot: 3 } },
    ],
    [
      'a scheduled shutdown',
      { kind: 'shutdown-scheduled', content: 'USEC=1\nMODE=reboot\n' },
      { scheduledShutdown: 'USEC=1\nMODE=reboot\n' },
    ],
    ['an old nixos-rebuild', { kind: 'old-nixos-rebuild', dialect: 'flake-only' }, { dialect: 'flake-only' }],
  ] as const)('%s', async (_, failure, expected) => {
    const connection = await practice.connect('wolfhound');
    const look = async () => parseLook((await connection.send({ kind: 'look' })).stdout);
    const usual = await look();
    const mend = host().fail(failure);
    expect(await look()).toEqual({ ...usual, ...expected });
    mend();
    expect(await look()).toEqual(usual);
  });

  it('waits as long as it is told before each answer', async () => {
    await practice.close();
    practice = await startPractice(['wolfhound'], { latencyMs: 60 });
    const connection = await practice.connect('wolfhound');
    const from = performance.now();
    await connection.send({ kind: 'look' });
    // The lower bound is the promise; how much longer it takes is the machine's business.
    expect(performance.now() - from).toBeGreaterThanOrEqual(59);
  });
});
