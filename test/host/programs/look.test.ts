import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseLook } from '../../../src/host/look-answer.ts';
import { argvOf } from '../../../src/host/remote-command.ts';
import { printInhibitors } from '../../../src/host/shutdown-inhibitors.ts';

/** The look itself, run by the shells of this machine with a played systemd, among real processes. */
const shells = ['dash', 'bash'].filter((shell) => spawnSync(shell, ['-c', ':']).error === undefined);
const linux = existsSync('/proc/self/stat');

describe.skipIf(!linux).each(shells)('A look under %s (needs Linux)', (shell) => {
  let home = '';
  let children: ChildProcess[] = [];

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'fleetwright-look-'));
    await mkdir(join(home, 'bin'));
    await plays('systemctl', 'case $1 in --version) echo "systemd 257 (257.13-1)" ;; esac');
    await plays('busctl', 'exit 1');
    await plays('nix', 'echo "nix (Nix) 2.31.2"');
  });
  afterEach(async () => {
    for (const child of children) if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    children = [];
    await rm(home, { recursive: true, force: true });
  });

  async function plays(program: string, script: string): Promise<string> {
    const file = join(home, 'bin', program);
    await writeFile(file, `#!/bin/sh\n${script}\n`);
    await chmod(file, 0o755);
    return file;
  }
  async function running(file: string, ...words: string[]): Promise<number> {
    const child = spawn(file, words, { detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    return child.pid ?? 0;
  }
  function look() {
    const [, ...words] = argvOf({ kind: 'look' });
    const environment = { HOME: home, PATH: `${join(home, 'bin')}:/usr/local/bin:/usr/bin:/bin` };
    const ended = spawnSync(shell, words, { env: environment, encoding: 'utf8' });
    expect(ended.stderr).toBe('');
    const seen = parseLook(ended.stdout);
    if (seen === null) throw new Error(`not a look: ${ended.stdout}`);
    return seen;
  }
  const rebuilds = (pid: number) => look().foreignRebuilds.filter((one) => one.pid === pid);

  it('tells versions and the space that is left', () => {
    const seen = look();
    expect(seen).toMatchObject({ systemd: 257, nix: '2.31.2' });
    expect(seen.freeMiB.boot).toBeGreaterThan(0);
  });

  it('tells no version and no space of what is not there', async () => {
    await plays('nix', 'exit 127');
    await plays('df', 'exit 1');
    expect(look()).toMatchObject({ nix: null, freeMiB: { nix: null, boot: null } });
  });

  it('names a rebuild of somebody else by its action, its process and its user', async () => {
    const file = await plays('nixos-rebuild', 'case $2 in --store-path) exit 2 ;; esac; echo here; read -r line');
    const pid = await running(file, 'switch', '--flake', '.');
    const user = spawnSync('id', ['-un'], { encoding: 'utf8' }).stdout.trim();
    expect(rebuilds(pid)).toEqual([{ what: 'nixos-rebuild switch', pid, user }]);
  });

  it('names a wrapped one, and a switch without an action that it knows', async () => {
    const wrapped = await plays('.nixos-rebuild-wrapped', 'echo here; read -r line');
    expect(rebuilds(await running(wrapped, '--sudo', 'boot'))).toMatchObject([{ what: 'nixos-rebuild boot' }]);
    const direct = await plays('switch-to-configuration', 'echo here; read -r line');
    expect(rebuilds(await running(direct))).toMatchObject([{ what: 'switch-to-configuration' }]);
  });

  it.each([
    ['man', 'nixos-rebuild'],
    ['tail', '/var/log/nixos-rebuild'],
    ['sh', join('x', 'script'), 'nixos-rebuild'],
  ])('takes %s %s for no rebuild', async (program, ...words) => {
    const file = await plays(program, 'echo here; read -r line');
    expect(rebuilds(await running(file, ...words))).toEqual([]);
  });

  it('does not take a run of ours for somebody else’s', async () => {
    const file = await plays('nixos-rebuild', 'case $2 in --store-path) exit 2 ;; esac; echo here; read -r line');
    const pid = await running(file, 'build');
    expect(rebuilds(pid)).toHaveLength(1);
    await mkdir(join(home, '.fleetwright', 'runs', 'r-1'), { recursive: true });
    await writeFile(join(home, '.fleetwright', 'runs', 'r-1', 'life'), `${pid} 1 boot\n`);
    expect(rebuilds(pid)).toEqual([]);
  });

  it('names who keeps the host from going down', async () => {
    const answer = printInhibitors([{ who: 'restic', why: 'a backup\nruns', pid: 7 }]);
    await plays('busctl', `cat <<'END'\n${answer}\nEND`);
    expect(look().shutdownInhibitors).toEqual([{ who: 'restic', why: 'a backup\nruns', pid: 7 }]);
    const delayed = answer.replace('"block"', '"delay"');
    await plays('busctl', `cat <<'END'\n${delayed}\nEND`);
    expect(look().shutdownInhibitors).toEqual([]);
  });
});
