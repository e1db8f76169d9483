import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync } from 'node:fs';
import { cp, mkdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cursorScript, type HostSnapshot, readSnapshot, snapshotScript } from './host-snapshot.ts';
import type { Lan, Place } from './lan.ts';
import { type Disks, nspawn } from './layers.ts';
import { type Ran, ran } from './run-program.ts';

/** systemd-nspawn's exit code for a machine that asked for a reboot. */
const rebooting = 133;
const path_ = '/run/wrappers/bin:/run/current-system/sw/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** One machine with its own systemd, sshd and Nix, in namespaces. Every door but ssh is the harness's own. */
export class FleetHost {
  readonly name: string;
  readonly address: string;
  readonly vlan: number;
  readonly hostKey: string;
  readonly disks: Disks;
  readonly #lan: Lan;
  readonly #furnish: () => Promise<void>;
  readonly #folder: string;
  readonly #group: string;
  #process: ChildProcess | null = null;
  #wanted = false;
  #leader = 0;
  #cursor = '';
  #up: Promise<void> = Promise.resolve();

  constructor(parts: {
    readonly place: Place;
    readonly hostKey: string;
    readonly disks: Disks;
    readonly lan: Lan;
    readonly furnish: () => Promise<void>;
    readonly folder: string;
    readonly group: string;
  }) {
    this.name = parts.place.name;
    this.address = parts.place.address;
    this.vlan = parts.place.vlan;
    this.hostKey = parts.hostKey;
    this.disks = parts.disks;
    this.#lan = parts.lan;
    this.#furnish = parts.furnish;
    this.#folder = parts.folder;
    this.#group = parts.group;
  }

  /** Runs a script as root, beside the network and sshd, and gives back how it ended. */
  async run(script: string): Promise<Ran> {
    const door = [`--target=${this.#leader}`, '--all', '--root', '--wd'];
    return ran('nsenter', [...door, 'env', '-i', `PATH=${path_}`, 'HOME=/root', 'LC_ALL=C.UTF-8', 'sh', '-c', script]);
  }

  /** Runs a script as root and returns what it prints; throws where it does not end well. */
  async inside(script: string): Promise<string> {
    const { code, stdout, stderr } = await this.run(script);
    if (code !== 0) throw new Error(`on ${this.name}, \`${script}\` ended with ${code}: ${stderr}${stdout}`);
    return stdout;
  }

  /** Runs a script as the service account, with the words and the environment that ssh gives it. */
  async asAccount(script: string): Promise<Ran> {
    const quoted = script.replaceAll("'", `'"'"'`);
    return this.run(
      `cd /var/lib/fleetwright && exec setpriv --reuid=fleetwright --regid=fleetwright --init-groups env HOME=/var/lib/fleetwright USER=fleetwright sh -c '${quoted}'`,
    );
  }

  /** Copies a file or a folder of this machine onto it. */
  async put(from: string, to: string): Promise<void> {
    await cp(from, path.join(this.disks.root, to), { recursive: true });
  }

  /** What it is now, read as root and not by the bot. */
  async snapshot(): Promise<HostSnapshot> {
    return readSnapshot(await this.inside(snapshotScript(this.#cursor)));
  }

  /** From here on its switches are counted. */
  async countSwitches(): Promise<void> {
    this.#cursor = (await this.inside(cursorScript)).trim();
  }

  /** Resolves when a script on it ends well. */
  async until(script: string, patienceMs = 120_000): Promise<void> {
    const end = Date.now() + patienceMs;
    for (;;) {
      const { code } = await this.run(script).catch(() => ({ code: 1 }));
      if (code === 0) return;
      if (Date.now() > end) throw new Error(`on ${this.name} this did not come: ${script}`);
      await sleep(50);
    }
  }

  /** Frames to and from it vanish (`silent`), or its cable is out (`link`). */
  cutNetwork(how: 'silent' | 'link' = 'silent'): Promise<void> {
    return this.#lan.cut(this.name, how);
  }

  mendNetwork(): Promise<void> {
    return this.#lan.mend(this.name);
  }

  /** Switches it on and waits until sshd greets and systemd has started all it wants. */
  async powerOn(): Promise<void> {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#up = this.#boot();
    await this.#up;
  }

  /** A clean reboot, as somebody types it. Resolves when it is up again. */
  async reboot(): Promise<void> {
    const before = this.#process;
    await this.run('systemctl reboot');
    await this.rebooted(before);
  }

  /** Resolves when it has rebooted by itself and is up again. */
  async rebooted(since: ChildProcess | null = this.#process): Promise<void> {
    while (this.#process === since || this.#process === null) await sleep(20);
    await this.#up;
  }

  /** The power goes away in the middle of whatever it does, and comes back. */
  async crash(): Promise<void> {
    await this.powerOff();
    await this.powerOn();
  }

  /** The power goes away and stays away. */
  async powerOff(): Promise<void> {
    this.#wanted = false;
    const child = this.#process;
    if (child === null) return;
    const closed = once(child, 'close');
    this.#kill(child);
    await closed;
  }

  /** Empties its disks, down to its first system. It must be off. */
  async wipe(): Promise<void> {
    await this.disks.wipe();
    this.#cursor = '';
    await this.#furnish();
  }

  /** What it printed on its console since it was made: for a failed test. */
  console(): Promise<string> {
    return readFile(this.#consoleFile, 'utf8').catch(() => '');
  }

  get #consoleFile(): string {
    return path.join(this.#folder, 'console');
  }

  /**
   * All of it dies with its first process. Not by `cgroup.kill`: kernels of 2025 remember that of a group, and kill
   * whatever is later cloned into its children too.
   */
  #kill(child: ChildProcess): void {
    if (this.#leader === 0) child.kill('SIGKILL');
    else process.kill(this.#leader, 'SIGKILL');
  }

  async #boot(): Promise<void> {
    await mkdir(this.#group, { recursive: true });
    const [program = '', ...words] = nspawn;
    const command = [
      ...words,
      '--capability=CAP_NET_ADMIN',
      `--network-namespace-path=/run/netns/${this.name}`,
      `--machine=${this.name}`,
      '-D',
      this.disks.root,
      '/sbin/boot-loader',
    ];
    const log = openSync(this.#consoleFile, 'a');
    const child = spawn('sh', ['-c', 'echo $$ >"$0/cgroup.procs" && exec "$@"', this.#group, program, ...command], {
      stdio: ['ignore', log, log],
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    });
    closeSync(log);
    this.#process = child;
    child.once('close', (code) => {
      this.#process = null;
      this.#leader = 0;
      if (!this.#wanted) return;
      if (code !== rebooting) this.#wanted = false;
      else this.#up = this.#boot();
    });
    await this.#ready(child);
  }

  async #ready(child: ChildProcess): Promise<void> {
    const end = Date.now() + 120_000;
    const alive = async () => {
      if (child.exitCode !== null || child.signalCode !== null || Date.now() > end) {
        throw new Error(`${this.name} did not come up: ${(await this.console()).slice(-2000)}`);
      }
      await sleep(50);
    };
    while (!(await this.#findLeader(child))) await alive();
    for (;;) {
      const { stdout } = await this.run('systemctl is-system-running').catch(() => ({ stdout: '' }));
      if (/^(running|degraded)/.test(stdout)) break;
      await alive();
    }
    // Asked from inside, since its network may be cut. One whose sshd listens elsewhere, or nowhere, is up all the same.
    await this.run('for i in $(seq 100); do bash -c "</dev/tcp/127.0.0.1/22" 2>/dev/null && break; sleep 0.05; done');
  }

  /** The machine's first process, once it is there and has its own process ids. */
  async #findLeader(child: ChildProcess): Promise<boolean> {
    try {
      const ours = await readlink('/proc/self/ns/pid');
      const children = (await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')).trim().split(' ');
      for (const id of children.filter((one) => one !== '')) {
        if ((await readlink(`/proc/${id}/ns/pid`)) !== ours) {
          this.#leader = Number(id);
          return true;
        }
      }
    } catch {
      // Not yet, or not any more.
    }
    return false;
  }
}
