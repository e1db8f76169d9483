import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { gitMirror } from '../../src/adapters/git/mirror.ts';
import { networkAsker } from '../../src/adapters/net/network-asker.ts';
import { sshLinks } from '../../src/adapters/ssh/ssh-links.ts';
import { fleetConfigShape } from '../../src/config/fleet-config.ts';
import type { Clock } from '../../src/core/clock.ts';
import {
  type CommitSha,
  parseHostName,
  parseRepositoryName,
  parseStorePath,
  type StorePath,
} from '../../src/core/names.ts';
import type { Expected, Machine } from '../../src/host/machine.ts';
import { machinesOverSsh } from '../../src/host/machine-over-ssh.ts';
import { sudoRules } from '../../src/host/sudo-rules.ts';
import { fleetRepository, type FleetRepository } from './fleet-repository.ts';
import { startSshdHost, systemName, whyNoSshd, type SshdHost } from './real-sshd.ts';
import { cuttableProxy, type CuttableProxy } from './cuttable-proxy.ts';

const clock: Clock = { now: () => Date.now(), sleep: (ms, signal) => sleep(ms, undefined, { signal }) };
const why = whyNoSshd();
const follow = { deadlineMs: 20_000 };

function known<Value>(value: Value | null | undefined): Value {
  if (value === null || value === undefined) throw new Error('expected a value');
  return value;
}

const wolfhound = known(parseHostName('wolfhound'));
const repositoryName = known(parseRepositoryName('acme/fleet'));

/** Does something when it is first told to, and not again; `done` waits for it and fails where it never was told. */
function once(act: () => Promise<unknown>): { readonly now: () => void; readonly done: () => Promise<void> } {
  let doing: Promise<unknown> | undefined;
  return {
    now() {
      doing ??= act();
    },
    async done() {
      if (doing === undefined) throw new Error('it never came to that');
      await doing;
    },
  };
}

describe.skipIf(why !== null)(
  `A host with real sshd and sudo${why === null ? '' : ` (not run here: it ${why})`}`,
  { timeout: 60_000 },
  () => {
    let host: SshdHost;
    let proxy: CuttableProxy;
    let repository: FleetRepository;
    let before: string;
    let count = 0;
    let token = 1;
    const machines: Machine[] = [];

    beforeAll(async () => {
      before = theMachine();
      host = await startSshdHost();
      proxy = await cuttableProxy(host.port);
    });
    afterAll(async () => {
      await proxy.close();
      await host.stop();
    });
    beforeEach(async () => {
      repository = await fleetRepository();
      count += 1;
      await host.inside('rm -rf /var/lib/fleetwright/.fleetwright /run/switch-unit');
    });
    afterEach(async () => {
      for (const machine of machines.splice(0)) await machine.close();
      await repository.remove();
      await rm(`${repository.folder}.mirror`, { recursive: true, force: true });
    });

    const fleetOf = (hostKey: string, port: number) =>
      fleetConfigShape.parse({
        hosts: { wolfhound: { address: host.address, port, user: host.user, host_key: hostKey } },
        deploy: { settle_seconds: 0, flap_seconds: 1, probe_seconds: 1 },
      });

    async function open(more: { token?: number; hostKey?: string } = {}): Promise<Machine> {
      const opened = await machinesOverSsh({
        repository: repositoryName,
        fleet: fleetOf(more.hostKey ?? host.hostKey, proxy.port),
        links: sshLinks({ privateKey: host.privateKey, clock }),
        bundles: gitMirror({
          folder: `${repository.folder}.mirror`,
          url: `file://${repository.folder}`,
          credentials: async () => null,
          programFolders: ['/usr/bin', '/bin'],
        }),
        asker: networkAsker(),
        clock,
      }).open(wolfhound, more.token ?? token);
      machines.push(opened);
      return opened;
    }

    async function built(machine: Machine, settings: string): Promise<StorePath> {
      const sha = await repository.commit('wolfhound', settings);
      expect(await machine.ship(sha)).toMatchObject({ kind: 'shipped' });
      const answer = await machine.build(runId('build'), sha, 'wolfhound', follow);
      expect(answer).toMatchObject({ kind: 'built' });
      if (answer.kind !== 'built') throw new Error('expected a build');
      return answer.path;
    }

    const runId = (what: string): string => `run-${count}-${what}`;

    async function expectedOf(machine: Machine, running: StorePath, more: Partial<Expected> = {}): Promise<Expected> {
      return { running, baseline: await machine.look(), records: [], after: 'activation', ...more };
    }

    it('is deployed: shipped, built, tried, probed, made the boot default', async () => {
      const machine = await open();
      const baseline = await machine.look();
      expect(baseline).toMatchObject({
        switching: false,
        dialect: 'store-path',
        failedUnits: [],
        killsDetachedRuns: false,
      });
      expect(baseline.running).not.toBeNull();
      const path = await built(machine, 'unit consul.service active\n');
      const test = await machine.activate(runId('test'), 'test', path, follow);
      expect(test).toMatchObject({ kind: 'ended', exitCode: 0, proof: 'exit-code' });
      expect(await host.inside('stat -c %a /run/units/consul.service')).toBe('644\n');
      expect(await machine.look()).toMatchObject({ running: path, profile: baseline.profile });
      expect(await machine.probe({ running: path, baseline, records: [], after: 'activation' }, follow)).toEqual([]);
      expect(await machine.activate(runId('boot'), 'boot', path, follow)).toMatchObject({ kind: 'ended', exitCode: 0 });
      expect(await machine.look()).toMatchObject({ running: path, profile: path, bootId: baseline.bootId });
      await host.reboot();
      const after = await machine.look();
      expect(after).toMatchObject({ running: path, booted: path, profile: path });
      expect(after.bootId).not.toBe(baseline.bootId);
    });

    it('gets the first commit as a whole, the next as a difference, and one that it has not at all', async () => {
      const machine = await open();
      const first = await repository.commit('wolfhound', 'unit a.service active\n');
      expect(await machine.ship(first)).toMatchObject({ kind: 'shipped', how: 'full' });
      const second = await repository.commit('wolfhound', 'unit b.service active\n');
      expect(await machine.ship(second)).toMatchObject({ kind: 'shipped', how: 'incremental' });
      expect(await machine.ship(second)).toEqual({ kind: 'shipped', how: 'present', bytes: 0 });
      expect(await machine.ship(first)).toEqual({ kind: 'shipped', how: 'present', bytes: 0 });
      await host.inside('rm -rf /var/lib/fleetwright/.fleetwright/repositories/*/objects/pack/*');
      const third = await repository.commit('wolfhound', 'unit c.service active\n');
      expect(await machine.ship(third)).toMatchObject({ kind: 'shipped', how: 'full' });
    });

    it.each([
      ['evaluation', 'wolfhound', 'eval-error\n'],
      ['build', 'wolfhound', 'build-error\n'],
      ['no-such-host', 'griffin', ''],
    ])('says that a build failed: %s', async (reason, attribute, settings) => {
      const machine = await open();
      const sha = await repository.commit('wolfhound', settings);
      await machine.ship(sha);
      const before = await machine.look();
      expect(await machine.build(runId('build'), sha, attribute, follow)).toMatchObject({
        kind: 'build-failed',
        why: reason,
      });
      expect(await machine.look()).toEqual(before);
    });

    it('says that a commit was never shipped', async () => {
      const machine = await open();
      await machine.ship(await repository.commit('wolfhound', ''));
      const missing = '0123456789012345678901234567890123456789' as CommitSha;
      const answer = await machine.build(runId('build'), missing, 'wolfhound', follow);
      expect(answer).toMatchObject({ kind: 'build-failed', why: 'no-such-commit' });
    });

    it.each([
      ['the processes that serve the connection are killed', () => host.cut()],
      ['the network drops the connection', async () => proxy.cut()],
    ])('is activated to the end when %s in the middle of the switch', async (_how, cut) => {
      const machine = await open();
      const path = await built(machine, `switch-seconds 3\nunit cut-${count}.service active\n`);
      let seen = '';
      const severed = once(cut);
      const answer = await machine.activate(runId('test'), 'test', path, {
        ...follow,
        onOutput(text) {
          seen += text;
          if (seen.includes('2 to go')) severed.now();
        },
      });
      await severed.done();
      expect(answer).toMatchObject({ kind: 'ended', exitCode: 0 });
      expect(seen).toBe(
        [
          'activating the configuration...',
          'restarting units, 2 to go',
          'restarting units, 1 to go',
          'restarting units, 0 to go',
          `Done. The new configuration is ${path}`,
          '',
        ].join('\n'),
      );
      expect(await machine.look()).toMatchObject({ running: path, switching: false });
    });

    it('is activated once when the worker goes away and another one takes over', async () => {
      const machine = await open();
      const path = await built(machine, 'switch-seconds 2\n');
      const gone = new AbortController();
      const first = machine.activate(runId('test'), 'test', path, {
        ...follow,
        signal: gone.signal,
        onOutput: () => gone.abort(new Error('killed')),
      });
      await expect(first).rejects.toThrow('killed');
      proxy.cut();
      const other = await open({ token: (token += 1) });
      const answer = await other.activate(runId('test'), 'test', path, follow);
      expect(answer).toMatchObject({ kind: 'ended', exitCode: 0 });
      const journal = await host.inside(`grep -c 'switching to system configuration ${path}' /run/journal/switch`);
      // `switching to` and `finished switching to`: one switch.
      expect(Number(journal)).toBe(2);
    });

    it('lets go of a worker whose token was surpassed', async () => {
      const older = await open({ token: (token += 1) });
      const path = await built(older, '');
      const newer = await open({ token: token + 1 });
      await built(newer, 'unit newer.service active\n');
      await expect(older.activate(runId('test'), 'test', path, follow)).rejects.toMatchObject({ code: 'fenced-off' });
      await expect(older.cancelBuild(runId('build'))).rejects.toMatchObject({ code: 'fenced-off' });
      await expect(older.ship(await repository.commit('wolfhound', 'x'))).rejects.toMatchObject({ code: 'fenced-off' });
      expect((await newer.look()).running).not.toBe(path);
      token += 2;
    });

    it('ends a build that is cancelled, with everything it had started', async () => {
      const machine = await open();
      const sha = await repository.commit('wolfhound', 'build-seconds 60\n');
      await machine.ship(sha);
      const cancel = once(() => machine.cancelBuild(runId('build')));
      const answer = await machine.build(runId('build'), sha, 'wolfhound', {
        ...follow,
        onOutput(text) {
          if (text.includes('building...')) cancel.now();
        },
      });
      await cancel.done();
      expect(answer).toEqual({ kind: 'cancelled' });
      expect(await host.inside('cat /proc/[0-9]*/cmdline | tr "\\0" " "')).not.toContain('nixos-rebuild build');
      await machine.cancelBuild(runId('build'));
    });

    it('never cancels an activation', async () => {
      const machine = await open();
      const path = await built(machine, 'switch-seconds 2\n');
      const answer = machine.activate(runId('test'), 'test', path, follow);
      await sleep(500);
      await machine.cancelBuild(runId('test'));
      expect(await answer).toMatchObject({ kind: 'ended', exitCode: 0 });
    });

    it('builds again when the host went down during the build', async () => {
      const machine = await open();
      const sha = await repository.commit('wolfhound', 'build-seconds 2\n');
      await machine.ship(sha);
      const reboot = once(() => host.reboot());
      await expect(
        machine.build(runId('build'), sha, 'wolfhound', { ...follow, onOutput: reboot.now }),
      ).rejects.toMatchObject({ code: 'remote-command-failed', retry: 'later' });
      await reboot.done();
      expect(await machine.build(runId('build'), sha, 'wolfhound', follow)).toMatchObject({ kind: 'built' });
    });

    it('comes back with the old system when it goes down during the switch, and nobody calls that a success', async () => {
      const machine = await open();
      const baseline = await machine.look();
      const path = await built(machine, `switch-seconds 30\nunit down-${count}.service active\n`);
      const reboot = once(() => host.reboot());
      const answer = await machine.activate(runId('test'), 'test', path, {
        ...follow,
        onOutput: reboot.now,
      });
      await reboot.done();
      expect(answer).toMatchObject({ kind: 'no-answer' });
      const after = await machine.look();
      expect(after.running).toBe(baseline.profile);
      expect(after.bootId).not.toBe(baseline.bootId);
    });

    it.each([
      ['exit code 120 with the last line in the log', 'lose-stdout\n', { kind: 'ended', exitCode: 0, proof: 'log' }],
      ['a killed switch', 'exit 137\n', { kind: 'no-answer' }],
      ['a failed activation script', 'exit 2\n', { kind: 'ended', exitCode: 2, proof: 'exit-code' }],
      ['a failed unit', 'unit consul.service failed\n', { kind: 'ended', exitCode: 4 }],
      ['an inhibitor', 'inhibited\n', { kind: 'not-begun', why: 'inhibited' }],
    ])('tells %s for what it is', async (_what, settings, expected) => {
      const machine = await open();
      const path = await built(machine, `${settings}unit case-${count}.service active\n`);
      expect(await machine.activate(runId('test'), 'test', path, follow)).toMatchObject(expected);
    });

    it('finds the proof in the journal when the shell around the switch was killed', async () => {
      const machine = await open();
      const path = await built(machine, `switch-seconds 3\nunit killed-${count}.service active\n`);
      const life = `/var/lib/fleetwright/.fleetwright/runs/${runId('test')}/life`;
      const killed = once(() => host.inside(`read -r leader rest <${life}; kill -s KILL -- "-$leader"`));
      const answer = await machine.activate(runId('test'), 'test', path, { ...follow, onOutput: killed.now });
      await killed.done();
      expect(answer).toMatchObject({ kind: 'ended', exitCode: 0, proof: 'journal' });
    });

    it("does not begin while somebody else's switch runs, and shows how the profile was left", async () => {
      const machine = await open();
      const path = await built(machine, `unit clash-${count}.service active\n`);
      await host.inside('mkdir /run/switch-unit');
      expect((await machine.look()).switching).toBe(true);
      const test = await machine.activate(runId('test'), 'test', path, follow);
      expect(test).toMatchObject({ kind: 'not-begun', why: 'another-switch' });
      const boot = await machine.activate(runId('boot'), 'boot', path, follow);
      expect(boot).toMatchObject({ kind: 'not-begun', why: 'another-switch' });
      expect((await machine.look()).profile).toBe(path);
      await host.inside('rmdir /run/switch-unit');
      expect(await machine.activate(runId('again'), 'boot', path, follow)).toMatchObject({
        kind: 'ended',
        exitCode: 0,
      });
    });

    it('is told apart from a healthy one by its units: failed, and restarting again and again', async () => {
      const machine = await open();
      const baseline = await machine.look();
      const path = await built(machine, 'unit consul.service failed\nunit web.service flapping\n');
      await machine.activate(runId('test'), 'test', path, follow);
      let told = '';
      const findings = await machine.probe(
        { running: path, baseline, records: [], after: 'activation' },
        { ...follow, onOutput: (text) => (told += text) },
      );
      expect(findings.map(({ check, message }) => [check, message.replace(/\d+ times/, 'N times')])).toEqual([
        ['failed-units', 'consul.service has failed'],
        ['failed-units', 'web.service keeps restarting (N times so far)'],
      ]);
      expect(told).toContain('consul.service: the last words');
      const held = await expectedOf(machine, path);
      expect(await machine.probe(held, follow)).toEqual([]);
    });

    it('refuses a system of another host by its sudo rules', async () => {
      const machine = await open();
      const other = known(parseStorePath('/nix/store/00000000000000000000000000000001-nixos-system-griffin-1'));
      await expect(machine.activate(runId('test'), 'test', other, follow)).rejects.toMatchObject({
        code: 'remote-command-failed',
        retry: 'never',
      });
    });

    const system = '/nix/store/00000000000000000000000000000001-nixos-system-wolfhound-1';
    it.each([
      'sh -c id',
      `nixos-rebuild switch --no-reexec --store-path ${system}`,
      `nixos-rebuild test --store-path ${system}`,
      `nixos-rebuild test --no-reexec --store-path ${system} --flake .`,
      `nixos-rebuild test --no-reexec --store-path ${system}/../../../tmp/x`,
      `nixos-rebuild test --no-reexec --store-path "${system} --flake ."`,
      'nixos-rebuild test --no-reexec --rollback',
      'systemctl reboot',
      'journalctl --no-pager',
      'journalctl --no-pager --output=cat --lines=1 --unit=sshd --vacuum-size=1',
      'journalctl --no-pager --output=cat --since=@1 --unit=nixos-rebuild-switch-to-configurationX',
    ])('has a real sudo that refuses: %s', async (words) => {
      const asAccount = 'setpriv --reuid=64321 --regid=64321 --clear-groups';
      const path = 'PATH=/run/wrappers/bin:/run/current-system/sw/bin:/usr/bin:/bin';
      const said = await host.inside(`${asAccount} env ${path} sudo -n ${words} 2>&1; echo "code $?"`);
      expect(said).toMatch(/^sudo: .*password is required[\s\S]*code 1\n$|^Sorry, [\s\S]*code 1\n$/);
    });

    it('has a real sudo that lists exactly our rules', async () => {
      const listed = await host.inside('sudo -l -U fleetwright');
      const granted = sudoRules(systemName).filter(({ part }) => part === 'deploy' || part === 'reboot');
      expect(listed.match(/NOPASSWD/g)).toHaveLength(granted.length);
    });

    it('is not spoken to when it shows another key', async () => {
      const fingerprint = `SHA256:${'A'.repeat(43)}`;
      const refused = open({ hostKey: fingerprint });
      await expect(refused).rejects.toMatchObject({ code: 'host-key-mismatch', retry: 'never' });
      await expect(refused).rejects.toThrow(/the host key is SHA256:[A-Za-z0-9+/]{43}/);
    });

    it('leaves nothing behind in its home but what the next deploy needs', async () => {
      const machine = await open();
      for (let run = 0; run < 14; run += 1) {
        const sha = await repository.commit('wolfhound', `unit n${run}.service active\n`);
        await machine.ship(sha);
        await machine.build(`${runId('many')}-${run}`, sha, 'wolfhound', follow);
      }
      const runs = await host.inside('ls /var/lib/fleetwright/.fleetwright/runs | wc -l');
      expect(Number(runs)).toBe(12);
      const modes = await host.inside(
        'stat -c %a /var/lib/fleetwright/.fleetwright /var/lib/fleetwright/.fleetwright/runs/*',
      );
      expect(new Set(modes.trim().split('\n'))).toEqual(new Set(['700']));
      expect(await host.inside('ls /var/lib/fleetwright/.fleetwright/repositories/incoming.* 2>/dev/null; true')).toBe(
        '',
      );
    });

    it('has left the accounts, the files and the processes of this machine as they were', async () => {
      const processes = await host.processes();
      expect(processes.length).toBeGreaterThan(3);
      await host.stop();
      expect(theMachine()).toBe(before);
      expect(processes.filter((id) => existsSync(`/proc/${id}`))).toEqual([]);
    });
  },
);

/** What must be the same afterwards: accounts, sudo rules, mounts. */
function theMachine(): string {
  const files = ['/etc/passwd', '/etc/group', '/etc/shadow', '/etc/sudoers'].map((file) => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return `${file} is not there`;
    }
  });
  const mounts = readFileSync('/proc/self/mounts', 'utf8');
  return JSON.stringify([files, mounts, readdirSync('/etc').sort(), readdirSync('/home').sort()]);
}
