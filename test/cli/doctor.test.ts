import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRedis } from '../../src/adapters/queue/open-redis.ts';
import { redisPrefix } from '../../src/adapters/queue/redis-prefix.ts';
import { redisRecords } from '../../src/adapters/queue/redis-records.ts';
import { doctorCommand } from '../../src/cli/doctor.ts';
import type { Io } from '../../src/cli/io.ts';
import { createKeyPair } from '../../src/demo/hosts/host-key.ts';
import { practiceConfig } from '../../src/demo/hosts/practice-config.ts';
import { fingerprintOf } from '../../src/config/host-target.ts';
import { hostKey, newHostRecord } from '../../src/rollout/host-record.ts';
import { putPersonLock } from '../../src/rollout/person-lock.ts';
import { type PracticeHosts, startPracticeHosts } from '../../src/demo/hosts/start-practice-hosts.ts';

let folder: string;
let hosts: PracticeHosts;
let config: string;
let key: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fleetwright-doctor-'));
  hosts = await startPracticeHosts({
    hosts: [{ name: 'griffin' }, { name: 'wolfhound' }, { name: 'blackjack' }],
    stateFolder: path.join(folder, 'hosts'),
  });
  config = path.join(folder, 'fleetwright.yml');
  key = path.join(folder, 'key');
  await writeFile(config, await practiceConfig(hosts.all, 'hosts: {}\n'));
  await writeFile(key, hosts.clientKey?.private ?? '', { mode: 0o600 });
});
afterAll(async () => {
  await hosts.close();
  await rm(folder, { recursive: true, force: true });
});

const silent = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };

interface Said {
  readonly text: string;
  readonly aside: string;
  readonly code: number;
}

async function doctor(...words: string[]): Promise<Said> {
  let text = '';
  let aside = '';
  let code = -1;
  const io: Io = {
    print: (line) => (text += `${line}\n`),
    aside: (line) => (aside += `${line}\n`),
    exitWith: (to) => (code = to),
    misused: (sentence) => {
      aside += sentence;
      code = 2;
    },
  };
  await doctorCommand(io)
    .exitOverride()
    .parseAsync(['--config', config, '--key', key, ...words], { from: 'user' });
  return { text, aside, code };
}

interface Answer {
  readonly hosts: readonly {
    readonly host: string;
    readonly findings: readonly { check: string; level: string; host: string; message: string; mend: string | null }[];
    readonly facts: Readonly<Record<string, unknown>>;
  }[];
}

const json = async (...words: string[]): Promise<Answer> =>
  JSON.parse((await doctor('--json', ...words)).text) as Answer;

describe('fleetwright doctor over practice hosts', () => {
  test('says that hosts are ready, in the order of the config file, and ends with 0', async () => {
    const { text, code } = await doctor();
    expect(text).toContain('3 hosts, all ready.\n');
    expect(code).toBe(0);
    expect((await json()).hosts.map(({ host }) => host)).toEqual(['griffin', 'wolfhound', 'blackjack']);
    expect(hosts.violations()).toEqual([]);
  });

  test('looks only at the hosts that were named, and knows a mistyped name', async () => {
    expect((await json('wolfhound')).hosts.map(({ host }) => host)).toEqual(['wolfhound']);
    expect(await doctor('wolfhund')).toMatchObject({
      code: 2,
      aside: expect.stringContaining('did you mean wolfhound?'),
    });
  });

  test('goes on with the others when one host is off, and ends with 1', async () => {
    const mend = hosts.host('griffin').fail({ kind: 'offline' });
    await expect.poll(async () => (await doctor('griffin')).code).toBe(1);
    const { text, code } = await doctor();
    expect(code).toBe(1);
    expect(text).toContain('3 hosts, 1 not ready: griffin.');
    expect(text).toContain(`nothing listens at port ${hosts.host('griffin').port}`);
    mend();
    await expect.poll(async () => (await doctor('griffin')).code).toBe(0);
  });

  test('shows the key of a host that has another, and the line to write once it was compared', async () => {
    const other = createKeyPair('other').fingerprint;
    const changed = path.join(folder, 'changed.yml');
    const right = await practiceConfig(hosts.all, 'hosts: {}\n');
    await writeFile(changed, right.replace(hosts.host('griffin').hostKey, other));
    const { text, code } = await doctor('--config', changed, 'griffin');
    expect(code).toBe(1);
    expect(text).toContain(
      `the host shows ${hosts.host('griffin').hostKey} (ssh-ed25519), and the config says ${other}`,
    );
    expect(text).toContain(`host_key: ${hosts.host('griffin').hostKey}`);
  });

  test('without a key it says so, and still compares host keys', async () => {
    const { text, code } = await doctor('--key', path.join(folder, 'absent'), 'griffin');
    expect(code).toBe(1);
    expect(text).toContain('there is no key to log in with');
    expect(text).toContain(`shows ${hosts.host('griffin').hostKey}`);
  });

  test('a port where something else listens is told from a host that is down', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end('220 mail.example.org ESMTP\r\n');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const text = (await practiceConfig(hosts.all, 'hosts: {}\n')).replace(
      `port: ${hosts.host('griffin').port}`,
      `port: ${port}`,
    );
    await writeFile(path.join(folder, 'mail.yml'), text);
    expect((await doctor('--config', path.join(folder, 'mail.yml'), 'griffin')).text).toContain('does not speak ssh');
    server.close();
  });

  test.each([
    ['clock', { kind: 'clock-off', seconds: 4000 }, 'error', /its clock is (3999|4000|4001) s ahead of ours/],
    ['clock', { kind: 'clock-off', seconds: -60 }, 'warning', /its clock is (59|60|61) s behind ours/],
    ['disk', { kind: 'disk-low', place: 'nix', freeMiB: 12 }, 'error', /12 MiB are free on \/nix/],
    ['versions', { kind: 'old-nixos-rebuild', dialect: 'missing' }, 'error', /there is no nixos-rebuild/],
    ['detached-runs', { kind: 'kills-detached-runs' }, 'error', /logind ends the processes/],
    ['shutdown', { kind: 'shutdown-scheduled', content: 'USEC=1\nMODE=reboot\n' }, 'error', /USEC=1 MODE=reboot/],
    ['units', { kind: 'unit-fails', unit: 'sshd.service' }, 'warning', /a unit is failed: sshd.service/],
    [
      'rebuild',
      { kind: 'foreign-rebuild', what: 'nixos-rebuild switch', pid: 7, user: 'ann' },
      'warning',
      /process 7 of ann/,
    ],
    ['login', { kind: 'login-refused' }, 'error', /does not accept our key/],
    ['login', { kind: 'nologin' }, 'error', /going down/],
  ] as const)('names %s: %j', async (check, failure, level, message) => {
    const mend = hosts.host('blackjack').fail(failure);
    const [answer] = (await json('blackjack')).hosts;
    mend();
    const found = answer?.findings.find((one) => one.check === check);
    expect(found).toMatchObject({ check, level, host: 'blackjack', message: expect.stringMatching(message) });
    expect(found?.mend).toMatch(/\S/);
  });

  test('a right too much is a warning that names it; a right that is missing is an error with the line to write', async () => {
    const right = (command: string) => ({ command, negated: false, runAs: ['root'], password: false });
    const rights = [right('/run/current-system/sw/bin/journalctl'), right('/run/current-system/sw/bin/vim')];
    const mend = hosts.host('blackjack').fail({ kind: 'sudo-rules', rights });
    const { text, code } = await doctor('blackjack');
    mend();
    expect(code).toBe(1);
    expect(text).toMatch(/error +sudo +sudo does not allow nixos-rebuild test --no-reexec --store-path/);
    expect(text).toContain('NOPASSWD: /run/current-system/sw/bin/nixos-rebuild ^(test|boot) ');
    expect(text).toMatch(/warning +sudo +it may run more than deploys need: \/run\/current-system\/sw\/bin\/vim/);
    expect(text).toMatch(/note +sudo +it may run journalctl with any arguments/);
    expect(text).toContain('cannot activate one built system of this very host');
  });

  test.each([
    [['--parallel', '0'], 'a whole number'],
    [['--seconds', 'many'], 'a whole number'],
  ])('%j is refused', async (words, sentence) => {
    await expect(doctor(...words)).rejects.toThrow(sentence);
  });

  test('which hosts are held or locked is told where the Redis of the bot is given, and else nothing of it', async () => {
    const redis = await openRedis({ kind: 'embedded', stateFolder: folder, programFolders: [] }, silent);
    if (redis.address.kind !== 'socket') throw new Error('an embedded store listens on a socket');
    const records = redisRecords(redis.connect('commands'), redisPrefix);
    const fingerprint = fingerprintOf({ host_key: hosts.host('griffin').hostKey });
    if (fingerprint === null) throw new Error('a key');
    await putPersonLock(records, fingerprint, { by: 'ann', reason: 'disk swap', since: 1, until: null });
    const record = newHostRecord(fingerprint);
    const held = { rollout: 'm1', outcome: 'reverted', reason: null, sha: null, bad: null, since: 0 } as const;
    await records.write(hostKey(fingerprint), 0, { ...record, held });
    try {
      process.env['REDIS_URL'] = `unix://${redis.address.path}`;
      const { text, code } = await doctor('griffin', 'wolfhound');
      expect(code).toBe(0);
      expect(text).toMatch(/warning +standing +ann keeps it as it is: disk swap/);
      expect(text).toMatch(/warning +standing +it is held since 1970-01-01 00:00 UTC: reverted/);
      expect(text.match(/standing/g)).toHaveLength(2);
      process.env['REDIS_URL'] = `unix://${folder}/nobody`;
      const without = await doctor('griffin');
      expect(without).toMatchObject({ code: 0, aside: expect.stringContaining('held or locked is not known') });
      expect(without.text).not.toContain('standing');
    } finally {
      delete process.env['REDIS_URL'];
      await redis.close();
    }
  });

  test('a config file that is wrong or absent is no finding of a host', async () => {
    await writeFile(path.join(folder, 'wrong.yml'), 'hosts: 3\n');
    expect(await doctor('--config', path.join(folder, 'wrong.yml'))).toMatchObject({ code: 2, text: '' });
    await expect(doctor('--config', path.join(folder, 'absent.yml'))).rejects.toThrow('ENOENT');
  });
});
