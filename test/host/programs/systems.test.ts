import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StorePath } from '../../../src/core/names.ts';
import { parseCompare } from '../../../src/host/compare-answer.ts';
import { argvOf } from '../../../src/host/remote-command.ts';

/** Keeping and comparing systems, by the shells of this machine, on systems made of plain folders. */
const shells = ['dash', 'bash'].filter((shell) => spawnSync(shell, ['-c', ':']).error === undefined);
const linux = existsSync('/proc/self/stat') && spawnSync('flock', ['--version']).error === undefined;

describe.skipIf(!linux).each(shells)('Two systems under %s (needs Linux and flock)', (shell) => {
  let home = '';
  const roots = () => join(home, '.fleetwright', 'roots');
  const systems = () => ({ old: join(home, 'old') as StorePath, fresh: join(home, 'fresh') as StorePath });

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'fleetwright-systems-'));
    await mkdir(join(home, 'bin'));
    await plays('nix-store', 'ln -s "$2" "$4"');
    await plays('nix', 'printf "consul: 1.19 → 1.20, +1.0 KiB\\n"');
    for (const name of ['old', 'fresh']) await mkdir(join(home, name, 'etc', 'systemd', 'system'), { recursive: true });
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  async function plays(program: string, script: string): Promise<void> {
    await writeFile(join(home, 'bin', program), `#!/bin/sh\n${script}\n`);
    await chmod(join(home, 'bin', program), 0o755);
  }
  function send(command: Parameters<typeof argvOf>[0]): string {
    const [, ...words] = argvOf(command);
    const ended = spawnSync(shell, words, {
      env: { HOME: home, PATH: `${join(home, 'bin')}:/usr/bin:/bin` },
      encoding: 'utf8',
    });
    if (ended.status !== 0) throw new Error(`exit code ${ended.status}: ${ended.stderr}`);
    return ended.stdout;
  }
  const keep = (name: string, token = 1, paths: readonly StorePath[] = [systems().old, systems().fresh]) =>
    send({ kind: 'keep-systems', token, name, paths });
  const compared = () => {
    const difference = parseCompare(send({ kind: 'compare-systems', from: systems().old, to: systems().fresh }));
    if (difference === null) throw new Error('not a comparison');
    return difference;
  };
  /** A unit as NixOS has it: a link to a file in a store path of its own, which is named by what it holds. */
  async function unit(system: string, name: string, text: string): Promise<void> {
    const file = join(home, `unit-${name}-${Buffer.from(text).toString('hex').slice(0, 40)}`);
    await writeFile(file, text);
    await symlink(file, join(home, system, 'etc', 'systemd', 'system', name));
  }

  it('are kept by links of their own, however often that is asked, until they are let go', async () => {
    expect(keep('r1-a')).toBe('kept\n');
    expect(keep('r1-a')).toBe('kept\n');
    expect((await readdir(join(roots(), 'r1-a'))).sort()).toEqual(['fresh', 'old']);
    expect(send({ kind: 'release-systems', token: 1, name: 'r1-a' })).toBe('released\n');
    expect(send({ kind: 'release-systems', token: 1, name: 'r1-a' })).toBe('released\n');
    expect(await readdir(roots())).toEqual([]);
  });

  it('are let go when another deploy keeps its own', async () => {
    keep('r1-a');
    keep('r2-a');
    expect(await readdir(roots())).toEqual(['r2-a']);
  });

  it('are named where one of them is gone, and not kept or let go by a worker that lost the host', async () => {
    expect(keep('r1-a', 5, [systems().old, join(home, 'gone') as StorePath])).toBe(`missing ${home}/gone\n`);
    expect(keep('r2-a', 4)).toBe('superseded 5\n');
    expect(send({ kind: 'release-systems', token: 4, name: 'r1-a' })).toBe('superseded 5\n');
    expect(await readdir(roots())).toEqual(['r1-a']);
  });

  it('differ in nothing where they are the same', async () => {
    await plays('nix', 'exit 1');
    await unit('old', 'sshd.service', 'a');
    await unit('fresh', 'sshd.service', 'a');
    expect(compared()).toMatchObject({
      packages: { changed: { names: [] } },
      units: { restarted: { names: [] }, added: { names: [] } },
      rebootFor: [],
      initInterface: false,
      inhibitors: [],
    });
  });

  it('differ in units, each with what a switch does to it', async () => {
    const rows: readonly (readonly [string, string | null, string | null])[] = [
      ['new.service', null, 'a'],
      ['gone.service', 'a', null],
      ['same.service', 'a', 'a'],
      ['web.service', 'a', 'b'],
      ['keeps.service', 'a', 'X-RestartIfChanged=false\n'],
      ['reloads.service', 'a', 'X-ReloadIfChanged=true\n'],
      ['tick.timer', 'a', 'b'],
      ['multi-user.target', 'a', 'b'],
      ['data.mount', 'a', 'b'],
    ];
    for (const [name, before, after] of rows) {
      if (before !== null) await unit('old', name, before);
      if (after !== null) await unit('fresh', name, after);
    }
    const { units, packages } = compared();
    expect({ ...units, changed: packages.changed }).toMatchObject({
      added: { names: ['new.service'] },
      removed: { names: ['gone.service'] },
      restarted: { names: ['tick.timer', 'web.service'] },
      reloaded: { names: ['data.mount', 'reloads.service'] },
      kept: { names: ['keeps.service', 'multi-user.target'] },
      changed: { names: ['consul 1.19 → 1.20'] },
    });
  });

  it('differ in a unit whose drop-in does, and not in what only wants it', async () => {
    for (const [system, text] of [
      ['old', 'a'],
      ['fresh', 'b'],
    ] as const) {
      await unit(system, 'web.service', 'the same');
      for (const folder of ['web.service.d', 'multi-user.target.wants'])
        await mkdir(join(home, system, 'etc', 'systemd', 'system', folder));
      await writeFile(join(home, `drop-${text}`), text);
      await symlink(join(home, `drop-${text}`), join(home, system, 'etc/systemd/system/web.service.d/overrides.conf'));
      await symlink(`../x-${text}.service`, join(home, system, 'etc/systemd/system/multi-user.target.wants/x.service'));
    }
    expect(compared().units.restarted.names).toContain('web.service');
    expect(JSON.stringify(compared().units)).not.toContain('x.service');
  });

  it('differ in what waits for a reboot, in their init and in what forbids a live switch', async () => {
    for (const name of ['kernel', 'initrd', 'systemd', 'init'])
      for (const side of ['old', 'fresh']) await writeFile(join(home, `${name}-${side}`), side);
    for (const side of ['old', 'fresh']) {
      await symlink(join(home, `kernel-${side}`), join(home, side, 'kernel'));
      await symlink(join(home, 'initrd-old'), join(home, side, 'initrd'));
      await writeFile(join(home, side, 'init-interface-version'), `systemd ${side}`);
      await writeFile(join(home, side, 'switch-inhibitors'), JSON.stringify({ dbus: side, init: 'systemd' }));
    }
    expect(compared()).toMatchObject({ rebootFor: ['kernel'], initInterface: true, inhibitors: ['dbus'] });
  });
});
