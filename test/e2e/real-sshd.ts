import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { sudoersText } from '../../src/host/sudo-rules.ts';

/**
 * A host with OpenSSH's sshd and real sudo, alive only inside a mount and a process namespace of its own. The machine's
 * root is its read-only lower layer; users, services and the store exist inside and nowhere else.
 */
export interface SshdHost {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly hostKey: string;
  readonly privateKey: string;
  /** Runs a script inside, as root, and returns what it prints. */
  inside(script: string): Promise<string>;
  /** Cuts every connection by killing the processes that serve them; what runs detached lives on. */
  cut(): Promise<void>;
  /** Kills everything inside at once, as a power cut does, and comes up again with another boot id. */
  reboot(): Promise<void>;
  /** The ids of everything that runs for it, inside and out, as this machine counts them. */
  processes(): Promise<readonly number[]>;
  stop(): Promise<void>;
}

/** The name of the system that its sudo rules let through. */
export const systemName = 'wolfhound';

/** Why there can be no such host on this machine, or null. */
export function whyNoSshd(): string | null {
  if (process.getuid?.() !== 0) return 'needs root';
  for (const program of ['sshd', 'sudo', 'ssh-keygen', 'unshare', 'nsenter', 'setsid', 'flock', 'git']) {
    if (programPath(program) === null) return `needs ${program}`;
  }
  return spawnSync('unshare', ['--mount', '--pid', '--fork', 'true']).status === 0 ? null : 'needs namespaces';
}

function programPath(name: string): string | null {
  const folders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/bin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

export async function startSshdHost(): Promise<SshdHost> {
  const scratch = await mkdtemp(join(tmpdir(), 'fleetwright-sshd-'));
  const seed = join(scratch, 'seed');
  const mountPoint = join(scratch, 'host');
  const port = await freePort();
  await mkdir(mountPoint);
  await cp(new URL('./scripted-nixos', import.meta.url).pathname, join(seed, 'bin'), { recursive: true });
  for (const name of ['host_key', 'client_key']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(seed, name)]);
  }
  const privateKey = await readFile(join(seed, 'client_key'), 'utf8');
  const publicKey = await readFile(join(seed, 'client_key.pub'), 'utf8');
  const hostKey = await readFile(join(seed, 'host_key.pub'), 'utf8');
  await rm(join(seed, 'client_key'));
  await writeFile(join(seed, 'authorized_keys'), `restrict ${publicKey}`);
  await writeFile(
    join(seed, 'sudoers'),
    `root ALL=(ALL:ALL) ALL\n${sudoersText('fleetwright', systemName, { parts: ['deploy', 'reboot'] })}`,
  );
  await writeFile(join(seed, 'sshd_config'), sshdConfig(port));

  const house = spawn(
    'unshare',
    ['--mount', '--propagation', 'private', 'sh', join(seed, 'bin', 'house.sh'), mountPoint, seed],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  let said = '';
  house.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const lines = createInterface({ input: house.stdout })[Symbol.asyncIterator]();
  const ask = async (line: string): Promise<string> => {
    house.stdin.write(`${line}\n`);
    const answer = await lines.next();
    if (answer.done === true) throw new Error(`the host ended: ${said}`);
    return answer.value;
  };
  let holder = 0;
  const up = async (): Promise<void> => {
    holder = Number((await ask(`up ${randomUUID()}`)).split(' ')[1]);
    await answers(port, () => said);
  };
  let stopped: Promise<void> | null = null;
  const stop = (): Promise<void> => (stopped ??= stopOnce());
  const stopOnce = async (): Promise<void> => {
    await ended(house);
    await rm(scratch, { recursive: true, force: true });
  };
  try {
    await up();
  } catch (error) {
    await stop();
    throw error;
  }
  const initOf = async (): Promise<string> =>
    (await readFile(`/proc/${holder}/task/${holder}/children`, 'utf8')).trim();
  const inside = async (script: string): Promise<string> => {
    const init = await initOf();
    return output('nsenter', [`--target=${init}`, '--mount', '--pid', '--root', '--wd=/', 'sh', '-c', script]);
  };
  return {
    address: '127.0.0.1',
    port,
    user: 'fleetwright',
    hostKey: hostKey.trim(),
    privateKey,
    inside,
    async cut() {
      await inside(`for process in /proc/[0-9]*; do
        case $(tr '\\0' ' ' <"$process/cmdline" 2>/dev/null) in
          sshd:*) case $(cat "$process/cmdline" | tr '\\0' ' ') in *listener*) ;; *) kill -KILL "\${process#/proc/}" ;; esac ;;
        esac
      done; true`);
    },
    async processes() {
      const namespace = await readlink(`/proc/${await initOf()}/ns/pid`);
      const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
      const spaces = await Promise.all(all.map((id) => readlink(`/proc/${id}/ns/pid`).catch(() => '')));
      return [house.pid ?? 0, holder, ...all.filter((_, index) => spaces[index] === namespace).map(Number)];
    },
    async reboot() {
      await ask('down');
      await up();
    },
    stop,
  };
}

function sshdConfig(port: number): string {
  return [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    'HostKey /fleetwright/host_key',
    'PidFile none',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin no',
    // NixOS sets this path for every session by pam_env.
    'SetEnv PATH=/run/wrappers/bin:/run/current-system/sw/bin:/usr/bin:/bin',
    '',
  ].join('\n');
}

async function ended(house: ChildProcess): Promise<void> {
  const closed = once(house, 'close');
  house.stdin?.end();
  await closed;
}

async function output(program: string, words: readonly string[]): Promise<string> {
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${stderr}`);
  return stdout;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('a port without a number');
  return address.port;
}

/** Waits until sshd greets whoever connects. */
async function answers(port: number, said: () => string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const greeted = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port });
      socket.on('data', () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
      socket.on('close', () => resolve(false));
    });
    if (greeted) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`sshd does not answer: ${said()}`);
}
