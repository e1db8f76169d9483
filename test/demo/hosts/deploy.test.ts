import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseStorePath, type StorePath } from '../../../src/core/names.ts';
import { parseLook } from '../../../src/host/look-answer.ts';
import {
  activate,
  follow,
  logOf,
  type Practice,
  type RawConnection,
  attribute,
  shipAndBuild,
  slug,
  startPractice,
} from './raw-host.ts';

let practice: Practice;
let connection: RawConnection;

beforeEach(async () => {
  practice = await startPractice(['wolfhound']);
  connection = await practice.connect('wolfhound');
});
afterEach(async () => {
  const violations = practice.hosts.violations();
  await practice.close();
  if (violations.length > 0) throw new Error(`outside the closed set: ${violations.join('; ')}`);
});

async function look() {
  const seen = parseLook((await connection.send({ kind: 'look' })).stdout);
  if (seen === null) throw new Error('not a look');
  return seen;
}

async function built(changes: Record<string, string | null>): Promise<StorePath> {
  const reading = await shipAndBuild(practice, connection, 'wolfhound', practice.repository.commit(changes));
  const path = parseStorePath(reading.result ?? '');
  if (path === null) throw new Error(`not built: ${logOf(reading)}`);
  return path;
}

/** A change that matters to wolfhound. */
const changed = (): Record<string, string> => ({
  'hosts/wolfhound/default.nix': practice.repository
    .textAt('hosts/wolfhound/default.nix')
    .replace('../../modules/monitors.nix', '../../modules/monitors.nix\n    ../../modules/wiki.nix'),
});

describe('shipping', () => {
  it('finds nothing in a new home, takes a full bundle, then one that builds on it', async () => {
    const { repository, first } = practice;
    const find = (sha: typeof first) => connection.send({ kind: 'find-commit', repository: slug, sha });
    expect((await find(first)).stdout).toBe('empty\n');
    const receive = { kind: 'receive-bundle', token: 1, repository: slug } as const;
    expect((await connection.send({ ...receive, sha: first }, repository.bundle(first))).stdout).toBe('received\n');
    expect((await find(first)).stdout).toBe('present\n');
    const second = repository.commit({ 'README.md': 'new\n' });
    expect((await find(second)).stdout).toBe(`base ${first}\n`);
    const incremental = repository.bundle(second, first);
    expect((await connection.send({ ...receive, sha: second }, incremental)).stdout).toBe('received\n');
    expect((await find(second)).stdout).toBe('present\n');
  });

  it('refuses a bundle whose base it does not have, and one that is cut short', async () => {
    const { repository, first } = practice;
    const second = repository.commit({ 'README.md': 'new\n' });
    const receive = { kind: 'receive-bundle', token: 1, repository: slug, sha: second } as const;
    const onMissingBase = await connection.send(receive, repository.bundle(second, first));
    expect(onMissingBase.stdout).toBe('refused\n');
    expect(onMissingBase.stderr).toContain('lacks these prerequisite commits');
    expect((await connection.send(receive, repository.bundle(second).subarray(0, 300))).stdout).toBe('refused\n');
    expect((await connection.send({ kind: 'find-commit', repository: slug, sha: second })).stdout).toBe('empty\n');
  });

  it('refuses a fencing token below the highest it has seen, whoever raised it', async () => {
    practice.hosts.host('wolfhound').raiseFence(7);
    const { first } = practice;
    const receive = { kind: 'receive-bundle', token: 6, repository: slug, sha: first } as const;
    expect((await connection.send(receive, practice.repository.bundle(first))).stdout).toBe('superseded 7\n');
    expect((await connection.send({ kind: 'cancel-run', run: 'x', token: 8 })).stdout).toBe('absent\n');
    expect((await connection.send({ kind: 'cancel-run', run: 'x', token: 7 })).stdout).toBe('superseded 8\n');
  });
});

describe('building', () => {
  it('puts the store path alone on standard output, and leaves the host as it was', async () => {
    const before = await look();
    const reading = await shipAndBuild(practice, connection, 'wolfhound', practice.repository.commit(changed()));
    expect(reading.state).toEqual({ kind: 'ended', exitCode: 0 });
    expect(reading.out).toBe(`${reading.result}\n`);
    expect(parseStorePath(reading.result ?? '')).not.toBe(before.running);
    expect(logOf(reading)).toMatch(/^building the system configuration\.\.\.\nDone\. The new configuration is \/nix/);
    expect(await look()).toEqual(before);
  });

  it.each([
    ['the read-me', { 'README.md': 'other words\n' }],
    ['another host', { 'hosts/anubis/hardware.nix': '{ }\n' }],
    ['a module of other hosts', { 'modules/grafana.nix': '{ }\n' }],
    ['a zone that another host serves', { 'dns/30.0.10.in-addr.arpa.zone': '; nothing\n' }],
  ])('gives the path that already runs when only %s changed', async (_, changes) => {
    expect(await built(changes)).toBe((await look()).running);
  });

  it.each([
    ['its own file', { 'hosts/wolfhound/hardware.nix': '{ }\n' }],
    ['a module that it imports', { 'modules/forge.nix': '{ }\n' }],
    ['what all hosts share', { 'modules/netdata.nix': '{ }\n' }],
  ])('gives another path when %s changed', async (_, changes) => {
    expect(await built(changes)).not.toBe((await look()).running);
  });

  it.each([
    ['a name that the flake does not have', 'nosuch', {}, 'does not provide attribute'],
    ['a syntax error in the flake', 'wolfhound', { 'flake.nix': '{ outputs = }\n' }, 'flake.nix:1:'],
    ['a syntax error', 'wolfhound', { 'modules/forge.nix': '{ services.x = ; }\n' }, 'modules/forge.nix:1:'],
    ['an import that is not there', 'wolfhound', { 'modules/forge.nix': null }, "modules/forge.nix' does not exist"],
  ])('fails with exit code 1 and an empty standard output on %s', async (_, host, changes, words) => {
    const reading = await shipAndBuild(practice, connection, host, practice.repository.commit(changes));
    expect(reading).toMatchObject({ state: { kind: 'ended', exitCode: 1 }, out: '', result: null });
    expect(logOf(reading)).toContain(words);
    expect(logOf(reading)).toMatch(/returned non-zero exit status 1\.\n$/);
  });

  it('fails on a commit that was never shipped', async () => {
    const sha = practice.repository.commit({ 'README.md': 'x\n' });
    const command = {
      kind: 'start-build',
      flag: '--no-reexec',
      run: 'b',
      token: 1,
      repository: slug,
      sha,
      attribute: attribute('wolfhound'),
    };
    expect((await connection.send(command as never)).stdout).toBe('started\n');
    expect(logOf(await follow(connection, 'b'))).toContain('Cannot find Git revision');
  });

  it('fails in the builder only for the system that was chosen', async () => {
    practice.hosts.host('wolfhound').fail({ kind: 'build-fails', when: { path: 'modules/wiki.nix' } });
    expect(await built({ 'README.md': 'x\n' })).toBeTruthy();
    const reading = await shipAndBuild(practice, connection, 'wolfhound', practice.repository.commit(changed()));
    expect(reading.state).toEqual({ kind: 'ended', exitCode: 1 });
    expect(logOf(reading)).toMatch(/error: builder for '\/nix\/store\/\S+\.drv' failed with exit code 1/);
  });

  it('is cancelled by its group: the shell around it writes 143 down', async () => {
    practice.hosts.host('wolfhound').fail({ kind: 'build-slow', ms: 60_000 });
    const sha = practice.repository.commit({});
    const building = shipAndBuild(practice, connection, 'wolfhound', sha);
    const run = `build-${sha.slice(0, 12)}`;
    const second = await practice.connect('wolfhound');
    await expect.poll(() => practice.hosts.host('wolfhound').truth().runs).toEqual([run]);
    expect((await second.send({ kind: 'cancel-run', run, token: 1 })).stdout).toBe('cancelled\n');
    expect(await building).toMatchObject({ state: { kind: 'ended', exitCode: 143 }, cancelled: true, result: null });
    expect((await second.send({ kind: 'cancel-run', run, token: 1 })).stdout).toBe('over\n');
  });
});

describe('activating', () => {
  it('changes what runs by test, and profile and boot default only by boot', async () => {
    const old = (await look()).running;
    const path = await built(changed());
    const tested = await activate(connection, 'test', path);
    expect(tested.state).toEqual({ kind: 'ended', exitCode: 0 });
    expect(logOf(tested)).toMatch(new RegExp(`Done\\. The new configuration is ${path}\n$`));
    expect(await look()).toMatchObject({ running: path, booted: old, profile: old });
    expect(practice.hosts.host('wolfhound').truth().bootDefault).toBe(old);
    expect((await activate(connection, 'boot', path)).state).toEqual({ kind: 'ended', exitCode: 0 });
    expect(await look()).toMatchObject({ running: path, booted: old, profile: path });
    expect(practice.hosts.host('wolfhound').truth()).toMatchObject({ bootDefault: path, generations: [old, path] });
  });

  it('comes back with the old system after a reboot that follows test, and with the new one after boot', async () => {
    const before = await look();
    const path = await built(changed());
    await activate(connection, 'test', path);
    await practice.hosts.host('wolfhound').reboot();
    await connection.closed;
    connection = await practice.connect('wolfhound');
    const after = await look();
    expect(after).toMatchObject({ running: before.running, booted: before.running, profile: before.running });
    expect(after.bootId).not.toBe(before.bootId);
    await activate(connection, 'boot', path);
    await practice.hosts.host('wolfhound').reboot();
    connection = await practice.connect('wolfhound');
    expect(await look()).toMatchObject({ running: path, booted: path, profile: path });
  });

  it('ends with 4 when a unit fails, and a revert leaves nothing failed', async () => {
    const { running: old } = await look();
    practice.hosts.host('wolfhound').fail({
      kind: 'unit-fails',
      unit: 'wiki-js.service',
      when: { path: 'modules/wiki.nix' },
      message: 'no database',
    });
    const path = await built(changed());
    const tested = await activate(connection, 'test', path);
    expect(tested.state).toEqual({ kind: 'ended', exitCode: 4 });
    expect(logOf(tested)).toContain('the following units failed: wiki-js.service');
    expect(logOf(tested)).toMatch(/returned non-zero exit status 4\.\n$/);
    expect((await look()).failedUnits).toEqual(['wiki-js.service']);
    const unit = { kind: 'read-unit-journal', unit: 'wiki-js.service', lines: 9, form: 'cat' } as never;
    expect((await connection.send(unit)).stdout).toContain('no database');
    if (old === null) throw new Error('nothing ran before');
    expect((await activate(connection, 'test', old)).state).toEqual({ kind: 'ended', exitCode: 0 });
    expect(await look()).toMatchObject({ running: old, failedUnits: [] });
  });

  it('ends with 4 for a unit that had failed before, although nothing was changed', async () => {
    practice.hosts.host('wolfhound').fail({ kind: 'unit-fails', unit: 'gatus.service' });
    expect((await look()).failedUnits).toEqual(['gatus.service']);
    expect((await activate(connection, 'test', await built(changed()))).state).toEqual({ kind: 'ended', exitCode: 4 });
  });

  it('does not see a flapping unit as failed: only its restarts tell', async () => {
    practice.hosts.host('wolfhound').fail({ kind: 'unit-flaps', unit: 'wiki-js.service', everyMs: 40 });
    expect((await activate(connection, 'test', await built(changed()))).state).toEqual({ kind: 'ended', exitCode: 0 });
    expect((await look()).failedUnits).toEqual([]);
    const countOf = async () => (await look()).restartingUnits['wiki-js.service'] ?? 0;
    const early = await countOf();
    await expect.poll(countOf).toBeGreaterThan(early + 1);
    await expect.poll(async () => (await look()).waitingUnits).toEqual(['wiki-js.service']);
  });

  it('moves the running link early in a slow switch, and says that it switches', async () => {
    practice.hosts.host('wolfhound').fail({ kind: 'activation-slow', ms: 300 });
    const path = await built(changed());
    await connection.send({ kind: 'start-activation', run: 'slow', token: 1, action: 'test', path });
    expect(await look()).toMatchObject({ running: path, switching: true });
    expect(await follow(connection, 'slow')).toMatchObject({ state: { kind: 'ended', exitCode: 0 } });
    expect((await look()).switching).toBe(false);
  });

  it('refuses a second switch at once, and a boot then leaves profile and boot default apart', async () => {
    const host = practice.hosts.host('wolfhound');
    host.fail({ kind: 'activation-slow', ms: 400 });
    const old = host.truth().running;
    const path = await built(changed());
    await connection.send({ kind: 'start-activation', run: 'slow', token: 1, action: 'test', path });
    const clash = await activate(connection, 'boot', path);
    expect(clash.state).toEqual({ kind: 'ended', exitCode: 1 });
    expect(logOf(clash)).toContain('was already loaded or has a fragment file');
    expect(host.truth()).toMatchObject({ profile: path, bootDefault: old });
    await follow(connection, 'slow');
  });

  it('refuses a path that is not in its store, and touches neither profile nor what runs', async () => {
    const before = await look();
    const path = parseStorePath('/nix/store/00000000000000000000000000000000-nixos-system-wolfhound-1') as StorePath;
    for (const [action, words] of [
      ['test', 'Failed to find executable'],
      ['boot', 'missing essential files'],
    ] as const) {
      const reading = await activate(connection, action, path);
      expect(reading.state).toEqual({ kind: 'ended', exitCode: 1 });
      expect(logOf(reading)).toContain(words);
    }
    expect(await look()).toEqual(before);
  });

  it('stops before anything changes where the pre-switch checks say no, and boot still works', async () => {
    practice.hosts.host('wolfhound').fail({ kind: 'activation-inhibited', when: { path: 'modules/wiki.nix' } });
    const before = await look();
    const path = await built(changed());
    const tested = await activate(connection, 'test', path);
    expect(tested.state).toEqual({ kind: 'ended', exitCode: 1 });
    expect(logOf(tested)).toContain('Pre-switch checks failed');
    expect(await look()).toEqual(before);
    expect((await activate(connection, 'boot', path)).state).toEqual({ kind: 'ended', exitCode: 0 });
  });

  it('attaches a second start of the same run to the first', async () => {
    const path = await built(changed());
    const start = { kind: 'start-activation', run: 'once', token: 1, action: 'test', path } as const;
    expect((await connection.send(start)).stdout).toBe('started\n');
    expect((await connection.send(start)).stdout).toBe('attached\n');
    await follow(connection, 'once');
    expect((await connection.send(start)).stdout).toBe('attached\n');
    expect((await connection.send({ kind: 'cancel-run', run: 'once', token: 1 })).stdout).toBe('over\n');
  });
});

describe('what the host says of itself', () => {
  it('shows units and containers as systemd does', async () => {
    const units = { kind: 'show-units', units: ['gatus.service', 'nosuch.service', 'container@forge'] } as never;
    const blocks = (await connection.send(units)).stdout.split('\n\n');
    expect(blocks[0]).toContain('Id=gatus.service\nLoadState=loaded\nActiveState=active\nSubState=running');
    expect(blocks[1]).toContain('LoadState=not-found\nActiveState=inactive');
    expect(blocks[2]).toContain('Id=container@forge.service\nLoadState=loaded\nActiveState=active');
    expect((await connection.send({ kind: 'list-machines' })).stdout).toMatch(/^forge container /);
  });

  it('keeps what a switch told the journal, from a moment on', async () => {
    const since = Math.floor(Date.now() / 1000);
    const path = await built(changed());
    await activate(connection, 'test', path);
    expect((await connection.send({ kind: 'read-switch-journal', since })).stdout).toBe(
      `switching to system configuration ${path}\nfinished switching to system configuration ${path}\n`,
    );
    expect((await connection.send({ kind: 'read-switch-journal', since: since + 900 })).stdout).toBe(
      '-- No entries --\n',
    );
  });
});
