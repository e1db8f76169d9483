import { setTimeout as sleep } from 'node:timers/promises';
import ssh2 from 'ssh2';
import { afterEach, describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../../src/adapters/ssh/host-key.ts';
import { sshLinks } from '../../../src/adapters/ssh/ssh-links.ts';
import type { Clock } from '../../../src/core/clock.ts';
import type { Link } from '../../../src/host/link.ts';
import { readCommand } from '../../../src/host/read-command.ts';
import { end, type PlayedSshd, playedSshd, type PlayedSshdOptions } from './played-sshd.ts';

const clock: Clock = { now: () => Date.now(), sleep: (ms, signal) => sleep(ms, undefined, { signal }) };
const { generateKeyPairSync, parseKey } = ssh2.utils;
const client = generateKeyPairSync('ed25519');
const ed25519 = generateKeyPairSync('ed25519');
const rsa = generateKeyPairSync('rsa', { bits: 2048 });
const ecdsa = generateKeyPairSync('ecdsa', { bits: 256 });
const stranger = generateKeyPairSync('ed25519');
const all = [ed25519.private, rsa.private, ecdsa.private];

function fingerprint(pair: { readonly public: string }): string {
  const key = parseKey(pair.public);
  if (key instanceof Error) throw key;
  return fingerprintOf(key.getPublicSSH());
}

const servers: PlayedSshd[] = [];
const links: Link[] = [];
afterEach(async () => {
  for (const link of links.splice(0)) await link.close();
  for (const server of servers.splice(0)) await server.close();
});

async function serve(options: Partial<PlayedSshdOptions> = {}): Promise<PlayedSshd> {
  const server = await playedSshd({ hostKeys: all, ...options });
  servers.push(server);
  return server;
}

interface Opening {
  readonly hostKey?: string;
  readonly deadlineMs?: number;
  readonly loginMs?: number;
  readonly privateKey?: string;
}
const targetOf = (port: number, hostKey = fingerprint(ed25519)) => ({
  host: 'wolfhound',
  address: '127.0.0.1',
  port,
  user: 'fleetwright',
  hostKey,
});

async function open(server: { readonly port: number }, more: Opening = {}): Promise<Link> {
  const { hostKey, deadlineMs = 5000, ...settings } = more;
  const link = await sshLinks({ privateKey: client.private, clock, ...settings }).open(targetOf(server.port, hostKey), {
    deadlineMs,
  });
  links.push(link);
  return link;
}

describe('A connection', () => {
  it.each([
    ['the fingerprint of its Ed25519 key', fingerprint(ed25519)],
    ['the fingerprint of its RSA key', fingerprint(rsa)],
    ['the fingerprint of its ECDSA key', fingerprint(ecdsa)],
    ['its Ed25519 key line', ed25519.public],
    ['its RSA key line', rsa.public],
    ['a known_hosts line', `wolfhound.fleet.lan ${ecdsa.public}`],
  ])('is opened to a host that is pinned by %s', async (_what, hostKey) => {
    expect((await open(await serve(), { hostKey })).alive).toBe(true);
  });

  it.each([
    ['by another fingerprint', fingerprint(stranger)],
    ['by another key line', stranger.public],
    ['by nothing that is a key', 'trust me'],
    ['by a key line that contradicts itself', ed25519.public.replace('ssh-ed25519', 'ssh-rsa')],
  ])('is not opened to a host that is pinned %s', async (_what, hostKey) => {
    await expect(open(await serve(), { hostKey })).rejects.toMatchObject({ code: 'host-key-mismatch', retry: 'never' });
  });

  it('names every key that a wrong host showed, and never signs in there', async () => {
    let asked = 0;
    const server = await serve({ authenticate: () => (asked += 1) });
    const refused = open(server, { hostKey: fingerprint(stranger) });
    for (const pair of [ed25519, rsa, ecdsa]) await expect(refused).rejects.toThrow(fingerprint(pair));
    expect(asked).toBe(0);
  });

  it('is refused with the right word where the host has no key of the pinned kind', async () => {
    const server = await serve({ hostKeys: [rsa.private] });
    await expect(open(server, { hostKey: ed25519.public })).rejects.toMatchObject({ code: 'host-key-mismatch' });
  });

  it('fails where the host does not accept our key, and no retry mends that', async () => {
    const server = await serve({ authenticate: (context) => context.reject(['publickey']) });
    await expect(open(server)).rejects.toMatchObject({ code: 'login-refused', retry: 'never' });
  });

  it('settles where the host lets us in and closes without an error, and repeats what it said', async () => {
    const banner = 'System is going down.\nUnprivileged users are not permitted to log in anymore.';
    const server = await serve({ banner, authenticate: (_context, connection) => connection.end() });
    const refused = open(server);
    await expect(refused).rejects.toMatchObject({ code: 'login-refused', retry: 'later', retryAfterMs: 15_000 });
    await expect(refused).rejects.toThrow('System is going down.');
  });

  it('settles where the host takes the connection and never says a word', async () => {
    const server = await serve({ silent: true });
    await expect(open(server, { loginMs: 100 })).rejects.toMatchObject({ code: 'timed-out', retry: 'later' });
  });

  it('settles where the login hangs after the handshake', async () => {
    const server = await serve({ authenticate: () => undefined });
    await expect(open(server, { loginMs: 300 })).rejects.toMatchObject({ code: 'timed-out', retry: 'later' });
  });

  it('fails where nobody listens, and where the connection is dropped at once', async () => {
    const server = await playedSshd({ hostKeys: all });
    await server.close();
    await expect(open(server)).rejects.toMatchObject({ code: 'connection-refused', retry: 'later' });
    const rude = await serve({ silent: true });
    const dropped = open(rude);
    while (rude.connections() === 0) await sleep(5);
    rude.cut();
    await expect(dropped).rejects.toMatchObject({ code: 'connection-lost', retry: 'later' });
  });

  it('waits after a refused login, because asking again at once earns a lock-out', async () => {
    const server = await serve({ authenticate: (context) => context.reject(['publickey']) });
    const one = sshLinks({ privateKey: client.private, clock });
    const target = targetOf(server.port);
    await expect(one.open(target, { deadlineMs: 5000 })).rejects.toMatchObject({ code: 'login-refused' });
    await expect(one.open(target, { deadlineMs: 5000 })).rejects.toMatchObject({
      code: 'login-refused',
      retry: 'later',
    });
    expect(server.connections()).toBe(1);
  });

  it('is not tried with a private key that is none', () => {
    expect(() => sshLinks({ privateKey: 'not a key', clock })).toThrow(
      expect.objectContaining({ code: 'login-refused', retry: 'never' }),
    );
  });

  it('stops being opened when it is told to', async () => {
    const server = await serve({ silent: true });
    const stop = new AbortController();
    const opening = sshLinks({ privateKey: client.private, clock }).open(targetOf(server.port), {
      deadlineMs: 5000,
      signal: stop.signal,
    });
    setTimeout(() => stop.abort(new Error('enough')), 20);
    await expect(opening).rejects.toThrow('enough');
  });
});

describe('A command', () => {
  const look = { kind: 'look' } as const;

  it('is sent as a line that is read back as the same command, and answered with both streams', async () => {
    const seen: unknown[] = [];
    const server = await serve({
      exec(line, channel) {
        seen.push(readCommand(line));
        end(channel, 3, 'out', 'err');
      },
    });
    const ended = await (await open(server)).run(look);
    expect(seen).toEqual([look]);
    expect({ ...ended, stdout: String(ended.stdout), stderr: String(ended.stderr) }).toEqual({
      exitCode: 3,
      stdout: 'out',
      stderr: 'err',
    });
  });

  it('waits for the one before it', async () => {
    let running = 0;
    let most = 0;
    const server = await serve({
      exec(_line, channel) {
        running += 1;
        most = Math.max(most, running);
        setTimeout(() => {
          running -= 1;
          end(channel, 0);
        }, 5);
      },
    });
    const link = await open(server);
    await Promise.all(Array.from({ length: 12 }, () => link.run(look)));
    expect(most).toBe(1);
  });

  it('is told as ended by a signal with no exit code', async () => {
    const server = await serve({
      exec(_line, channel) {
        channel.exit('TERM');
        channel.end();
      },
    });
    expect(await (await open(server)).run(look)).toMatchObject({ exitCode: null });
  });

  it.each<[string, NonNullable<PlayedSshdOptions['exec']>]>([
    ['its channel closes without an exit code', (_line, channel) => channel.end()],
    ['the connection breaks before it answers', () => servers.at(-1)?.cut()],
    [
      'the connection breaks between its exit code and the end of its output',
      (_line, channel) => {
        channel.write('half of it');
        channel.exit(0);
        setTimeout(() => servers.at(-1)?.cut(), 20);
      },
    ],
  ])('is lost where %s', async (_what, exec) => {
    const link = await open(await serve({ exec }));
    await expect(link.run(look)).rejects.toMatchObject({ code: 'connection-lost', retry: 'later' });
  });

  it('is not sent over a connection that has ended', async () => {
    const server = await serve();
    const link = await open(server);
    server.cut();
    await expect(link.run(look)).rejects.toMatchObject({ code: 'connection-lost' });
    expect(link.alive).toBe(false);
    await expect(link.run(look)).rejects.toMatchObject({ code: 'connection-lost' });
  });

  it('has a deadline of its own, and takes its connection along', async () => {
    const link = await open(await serve({ exec: () => undefined }));
    await expect(link.run(look, { deadlineMs: 50 })).rejects.toMatchObject({ code: 'timed-out', retry: 'later' });
    await expect(link.run(look)).rejects.toMatchObject({ code: 'connection-lost' });
  });

  it('may not flood us', async () => {
    const link = await open(await serve({ exec: (_line, channel) => end(channel, 0, 'x'.repeat(5000)) }));
    await expect(link.run(look, { maxOutput: 1000 })).rejects.toMatchObject({
      code: 'unexpected-answer',
      retry: 'never',
    });
  });

  it('stops when it is told to', async () => {
    const link = await open(await serve({ exec: () => undefined }));
    const stop = new AbortController();
    const running = link.run(look, { signal: stop.signal });
    setTimeout(() => stop.abort(new Error('enough')), 20);
    await expect(running).rejects.toThrow('enough');
    await expect(link.run(look, { signal: stop.signal })).rejects.toThrow('enough');
  });

  it('gets its input no faster than the host takes it, and all of it', async () => {
    let produced = 0;
    let producedUnread = 0;
    const server = await serve({
      exec(_line, channel) {
        let received = 0;
        channel.on('end', () => end(channel, 0, String(received)));
        // The host takes nothing at first: what it does not take must not pile up here.
        setTimeout(() => {
          producedUnread = produced;
          channel.on('data', (chunk: Buffer) => (received += chunk.length));
        }, 300);
      },
    });
    const input = (async function* () {
      for (let count = 0; count < 160; count += 1) {
        produced += 65_536;
        yield Buffer.alloc(65_536, count);
      }
    })();
    const ended = await (await open(server)).run(look, { input });
    expect(String(ended.stdout)).toBe(String(160 * 65_536));
    // The window of a channel is 2 MiB, and the other side asks for one more before anybody reads.
    expect(producedUnread).toBeLessThan(6 * 1024 * 1024);
  });

  it('fails with the fault of its input, and the host sees the input end early', async () => {
    let closed = false;
    const server = await serve({
      exec(_line, channel) {
        channel.resume();
        channel.on('close', () => (closed = true));
      },
    });
    const input = (async function* () {
      yield Buffer.from('some');
      await sleep(10);
      throw new Error('git failed');
    })();
    const link = await open(server);
    await expect(link.run(look, { input })).rejects.toThrow('git failed');
    while (!closed) await sleep(5);
  });

  it('that ends before it has read everything is answered all the same', async () => {
    const server = await serve({ exec: (_line, channel) => end(channel, 73) });
    const input = (async function* () {
      for (let count = 0; count < 100; count += 1) {
        yield Buffer.alloc(65_536);
        await sleep(1);
      }
    })();
    expect(await (await open(server)).run(look, { input })).toMatchObject({ exitCode: 73 });
  });
});
