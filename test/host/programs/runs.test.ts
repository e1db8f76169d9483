import { spawn, spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommitSha, StorePath } from '../../../src/core/names.ts';
import { argvOf, type RemoteCommand } from '../../../src/host/remote-command.ts';
import type { RepositoryPath, RepositorySlug, SystemAttribute } from '../../../src/host/remote-names.ts';
import { parseRun, type RunReading } from '../../../src/host/run-answer.ts';

/** The programs themselves, run by the shells of this machine in a home of their own, with a played `nixos-rebuild`. */
const shells = ['dash', 'bash'].filter((shell) => spawnSync(shell, ['-c', ':']).error === undefined);
const linux = existsSync('/proc/self/stat') && spawnSync('flock', ['--version']).error === undefined;
const path = '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-nixos-system-wolfhound-1' as StorePath;

describe.skipIf(!linux).each(shells)('A detached run under %s (needs Linux and flock)', (shell) => {
  let home = '';
  const runs = () => join(home, '.fleetwright', 'runs');

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'fleetwright-run-'));
    await mkdir(join(home, 'bin'));
    await plays('echo built >&2; echo the-path');
    await writeFile(join(home, 'bin', 'sudo'), '#!/bin/sh\nshift\nexec "$@"\n');
    await chmod(join(home, 'bin', 'sudo'), 0o755);
  });
  afterEach(async () => {
    // Whatever a test left running is ended by its own group, before its folder goes.
    for (const run of existsSync(runs()) ? await readdir(runs()) : []) {
      const life = await readFile(join(runs(), run, 'life'), 'utf8').catch(() => '');
      const leader = Number(life.split(' ')[0]);
      if (leader > 1) spawnSync('kill', ['-s', 'KILL', '--', `-${leader}`]);
    }
    await rm(home, { recursive: true, force: true });
  });

  async function plays(script: string): Promise<void> {
    await writeFile(join(home, 'bin', 'nixos-rebuild'), `#!/bin/sh\n${script}\n`);
    await chmod(join(home, 'bin', 'nixos-rebuild'), 0o755);
  }

  function send(command: RemoteCommand): string {
    const [, ...words] = argvOf(command);
    const environment = { HOME: home, PATH: `${join(home, 'bin')}:/usr/local/bin:/usr/bin:/bin` };
    const ended = spawnSync(shell, words, { env: environment, encoding: 'utf8' });
    if (ended.status !== 0) throw new Error(`exit code ${ended.status}: ${ended.stderr}`);
    return ended.stdout;
  }

  const start = (run: string, token = 1) =>
    send({
      kind: 'start-build',
      run,
      token,
      repository: 'acme~fleet' as RepositorySlug,
      sha: 'a'.repeat(40) as CommitSha,
      attribute: 'wolfhound' as SystemAttribute,
      flag: '--no-reexec',
    });
  const activate = (run: string, token = 1) => send({ kind: 'start-activation', run, token, action: 'test', path });
  const cancel = (run: string, token = 1) => send({ kind: 'cancel-run', run, token });
  const read = (run: string, offset = 0, limit = 65_536): RunReading => {
    const reading = parseRun(send({ kind: 'read-run', run, offset, limit, seconds: 0 }));
    if (reading === null) throw new Error('not a reading');
    return reading;
  };
  async function over(run: string): Promise<RunReading> {
    for (;;) {
      const reading = read(run);
      if (reading.state.kind !== 'running') return reading;
      await sleep(20);
    }
  }

  it('runs once, keeps both streams apart and its exit code, however often it is started', async () => {
    expect(start('r-1')).toBe('started\n');
    const reading = await over('r-1');
    expect(reading).toMatchObject({ state: { kind: 'ended', exitCode: 0 }, out: 'the-path\n', cancelled: false });
    expect(String(reading.chunk)).toBe('built\n');
    expect(start('r-1')).toBe('attached\n');
    expect(read('r-1')).toMatchObject({ size: 6 });
  });

  it('is told exactly what to build, in a folder of its own', async () => {
    await plays('echo "$PWD" "$@"; exit 7');
    start('r-1');
    const reading = await over('r-1');
    expect(reading.state).toEqual({ kind: 'ended', exitCode: 7 });
    const reference = `git+file://${home}/.fleetwright/repositories/acme~fleet.git?rev=${'a'.repeat(40)}#wolfhound`;
    expect(reading.out).toBe(`${runs()}/r-1 build --no-reexec --flake ${reference}\n`);
  });

  it('builds a file that is no flake from a copy of exactly that commit, whichever flake the host has', async () => {
    await plays('for word; do case $word in nixos-config=*) cat "${word#*=}" >&2 ;; esac; done; echo "$@"');
    const repository = join(home, '.fleetwright', 'repositories', 'acme~fleet.git');
    const git = (...words: string[]) =>
      spawnSync('git', ['-C', repository, ...words], { encoding: 'utf8', input: 'the text\n' }).stdout.trim();
    await mkdir(repository, { recursive: true });
    spawnSync('git', ['init', '--quiet', '--bare', repository]);
    const blob = git('hash-object', '-w', '--stdin');
    spawnSync('git', ['-C', repository, 'update-index', '--add', '--cacheinfo', `100644,${blob},hosts/a.nix`]);
    const tree = git('write-tree');
    const author = ['-c', 'user.name=a', '-c', 'user.email=a@example.org'];
    const sha = spawnSync('git', ['-C', repository, ...author, 'commit-tree', tree, '-m', 'x'], { encoding: 'utf8' });
    const file = (run: string, attribute: string | null) =>
      send({
        kind: 'start-file-build',
        run,
        token: 1,
        repository: 'acme~fleet' as RepositorySlug,
        sha: sha.stdout.trim() as CommitSha,
        file: 'hosts/a.nix' as RepositoryPath,
        attribute: attribute as SystemAttribute | null,
        flag: '--no-reexec',
      });
    expect(file('r-1', null)).toBe('started\n');
    const source = join(home, '.fleetwright', 'sources', 'acme~fleet', sha.stdout.trim(), 'hosts', 'a.nix');
    const reading = await over('r-1');
    expect(String(reading.chunk)).toBe('the text\n');
    expect(reading.out).toBe(`build --no-reexec --no-flake -I nixos-config=${source}\n`);
    file('r-2', 'griffin');
    expect((await over('r-2')).out).toBe(`build --no-reexec --file ${source} --attr griffin\n`);
  });

  it('is told the commit to activate where there are no store paths to name', async () => {
    await plays('echo "$@"');
    const activation = {
      kind: 'start-flake-activation',
      run: 'r-1',
      token: 1,
      action: 'test',
      repository: 'acme~fleet' as RepositorySlug,
      sha: 'a'.repeat(40) as CommitSha,
      attribute: 'wolfhound' as SystemAttribute,
      flag: '--fast',
    } as const;
    expect(send(activation)).toBe('started\n');
    const reference = `git+file://${home}/.fleetwright/repositories/acme~fleet.git?rev=${'a'.repeat(40)}#wolfhound`;
    expect(String((await over('r-1')).chunk)).toBe(`test --fast --flake ${reference}\n`);
    expect(cancel('r-1')).toBe('over\n');
  });

  it('is told exactly what to activate, through sudo, with both streams in one log', async () => {
    await plays('echo "$@"; echo err >&2');
    activate('r-1');
    const reading = await over('r-1');
    expect(String(reading.chunk)).toBe(`test --no-reexec --store-path ${path}\nerr\n`);
    expect(reading.out).toBeNull();
  });

  it('gives any bytes of its log from any offset', async () => {
    await plays(`printf '\\000\\377\\n\\303' >&2`);
    start('r-1');
    await over('r-1');
    expect([...read('r-1', 1, 2).chunk]).toEqual([0xff, 0x0a]);
    expect([...read('r-1', 3).chunk]).toEqual([0xc3]);
    expect(read('r-1', 4)).toMatchObject({ size: 4, chunk: Buffer.alloc(0) });
  });

  it('starts once where many start it at the same moment', async () => {
    await plays('echo x >>"$HOME/count"; sleep 0.3');
    const words = argvOf({ kind: 'start-activation', run: 'r-1', token: 1, action: 'test', path }).slice(1);
    const env = { HOME: home, PATH: `${join(home, 'bin')}:/usr/bin:/bin` };
    const all = Array.from({ length: 8 }, async () => {
      let said = '';
      const child = spawn(shell, words, { env });
      for await (const chunk of child.stdout) said += String(chunk);
      return said;
    });
    expect((await Promise.all(all)).sort()).toEqual([...Array.from({ length: 7 }, () => 'attached\n'), 'started\n']);
    await over('r-1');
    expect(await readFile(join(home, 'count'), 'utf8')).toBe('x\n');
  });

  it('is not started, and changes nothing, where a higher token was seen', async () => {
    start('r-1', 9);
    await over('r-1');
    expect(start('r-2', 8)).toBe('superseded 9\n');
    expect(activate('r-2', 8)).toBe('superseded 9\n');
    expect(cancel('r-1', 8)).toBe('superseded 9\n');
    expect(read('r-2').state).toEqual({ kind: 'absent' });
    expect(start('r-2', 9)).toBe('started\n');
    expect(start('r-3', Number.MAX_SAFE_INTEGER)).toBe('started\n');
    expect(start('r-4', Number.MAX_SAFE_INTEGER - 1)).toBe(`superseded ${Number.MAX_SAFE_INTEGER}\n`);
  });

  it('is over without an exit code once all its processes were killed, and only then', async () => {
    await plays('sleep 30 & sleep 30');
    activate('r-1');
    const [leader] = (await readFile(join(runs(), 'r-1', 'life'), 'utf8')).split(' ');
    spawnSync('kill', ['-s', 'KILL', String(leader)]);
    expect(read('r-1').state).toEqual({ kind: 'running' });
    spawnSync('kill', ['-s', 'KILL', '--', `-${leader}`]);
    expect((await over('r-1')).state).toEqual({ kind: 'gone' });
    expect(activate('r-1')).toBe('attached\n');
  });

  it.each([
    ['another process has its number', (life: string) => life.replace(/^(\d+) \d+/, `${process.pid} 1`)],
    ['the host has rebooted', (life: string) => life.replace(/\S+\n$/, '00000000-0000-0000-0000-000000000000\n')],
  ])('is over where %s', async (_what, change) => {
    await plays('sleep 30');
    activate('r-1');
    const file = join(runs(), 'r-1', 'life');
    const life = await readFile(file, 'utf8');
    await writeFile(file, change(life));
    expect(read('r-1').state).toEqual({ kind: 'gone' });
    await writeFile(file, life);
  });

  it('is started anew where it never began, or where a build vanished', async () => {
    await mkdir(join(runs(), 'r-1'), { recursive: true });
    expect(read('r-1').state).toEqual({ kind: 'unbegun' });
    expect(activate('r-1')).toBe('started\n');
    await plays('sleep 30');
    start('r-2');
    const [leader] = (await readFile(join(runs(), 'r-2', 'life'), 'utf8')).split(' ');
    spawnSync('kill', ['-s', 'KILL', '--', `-${leader}`]);
    await over('r-2');
    expect(start('r-2')).toBe('started\n');
  });

  it('is cancelled with all that it started, says so, and is not begun again', async () => {
    await plays('sleep 30 & sleep 30');
    start('r-1');
    expect(cancel('r-1')).toBe('cancelled\n');
    const reading = await over('r-1');
    expect(reading.cancelled).toBe(true);
    expect(reading.state).toEqual({ kind: 'ended', exitCode: 143 });
    expect(cancel('r-1')).toBe('over\n');
    expect(start('r-1')).toBe('attached\n');
    expect(cancel('r-9')).toBe('absent\n');
  });

  it('is not cancelled where it is an activation', async () => {
    await plays('sleep 0.5; echo done');
    activate('r-1');
    expect(cancel('r-1')).toBe('kept\n');
    expect(await over('r-1')).toMatchObject({ state: { kind: 'ended', exitCode: 0 }, cancelled: false });
  });

  it('is private, while what it runs writes files as every system does', async () => {
    await plays('umask; touch made');
    start('r-1');
    expect((await over('r-1')).out).toBe('0022\n');
    expect((await stat(join(runs(), 'r-1'))).mode & 0o777).toBe(0o700);
    expect((await stat(join(runs(), 'r-1', 'log'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(runs(), 'r-1', 'made'))).mode & 0o777).toBe(0o644);
  });

  it('is removed when twelve newer ones are there, unless it still runs', async () => {
    await plays('touch "$HOME/began"; exec sleep 30');
    start('r-slow');
    while (!existsSync(join(home, 'began'))) await sleep(5);
    await plays('true');
    for (let count = 0; count < 14; count += 1) {
      start(`r-${count}`);
      await over(`r-${count}`);
      // Folders are told apart by their times.
      await sleep(5);
    }
    const left = await readdir(runs());
    expect(left).toContain('r-slow');
    expect(left).toContain('r-13');
    expect(left).not.toContain('r-0');
  });
});
