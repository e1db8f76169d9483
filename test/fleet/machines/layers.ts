import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { printed } from './run-program.ts';

/** The folders that `inside.sh` makes. */
export const house = '/run/fleet';
const root = `${house}/root`;
const harness = new URL('..', import.meta.url).pathname;

export const nspawn = [
  'systemd-nspawn',
  '--quiet',
  '--register=no',
  '--keep-unit',
  '--console=pipe',
  '--resolv-conf=off',
  '--timezone=off',
  '--link-journal=no',
];

/** Folders that are stacked: what all hosts have in common, made once for a fleet. */
export interface Installed {
  readonly lower: string;
  /** Each host's first system. */
  readonly systems: Readonly<Record<string, string>>;
}

async function mount(...words: string[]): Promise<void> {
  await printed('mount', words);
}

async function overlay(lower: string, upper: string, work: string, at: string): Promise<void> {
  await mkdir(upper, { recursive: true });
  await mkdir(work, { recursive: true });
  await mkdir(at, { recursive: true });
  await mount('-t', 'overlay', 'overlay', '-o', `lowerdir=${lower},upperdir=${upper},workdir=${work}`, at);
}

/** Turns the Debian root into what the hosts have in common, and builds the first system of each. */
export async function install(
  folder: string,
  options: {
    readonly hosts: readonly string[];
    /** A bare or plain git repository whose HEAD is the fleet's first commit. */
    readonly repository: string;
    readonly authorizedKeys: string;
  },
): Promise<Installed> {
  const at = path.join(folder, 'root');
  const upper = path.join(folder, 'upper');
  await mkdir(folder, { recursive: true });
  await mount('-t', 'tmpfs', '-o', 'mode=755', 'fleet-installed', folder);
  await overlay(root, upper, path.join(folder, 'work'), at);
  const furnish = path.join(at, 'furnish');
  await mkdir(furnish);
  await cp(options.repository, path.join(furnish, 'repository'), { recursive: true });
  await cp(path.join(harness, 'root/boot-loader.sh'), path.join(furnish, 'boot-loader'));
  await cp(path.join(harness, 'root/furnish.sh'), path.join(furnish, 'furnish.sh'));
  await writeFile(path.join(furnish, 'authorized_keys'), options.authorizedKeys);
  const [program = '', ...words] = nspawn;
  const command = ['--pipe', '-D', at, '--machine=installer', '/bin/sh', '/furnish/furnish.sh', ...options.hosts];
  await printed(program, [...words.filter((word) => !word.startsWith('--console')), ...command]);
  const built = (await readFile(path.join(furnish, 'systems'), 'utf8')).trim().split('\n');
  const systems = options.hosts.map((host) => {
    const system = built.find((one) => one.includes(`-nixos-system-${host}-`));
    if (system === undefined) throw new Error(`no system was built for ${host}: ${built.join(' ')}`);
    return [host, system] as const;
  });
  await rm(furnish, { recursive: true });
  await printed('umount', [at]);
  return { lower: `${upper}:${root}`, systems: Object.fromEntries(systems) };
}

/** The disks of one host. They live as long as the fleet does, over every reboot of the host. */
export interface Disks {
  readonly root: string;
  /** Gives a disk another size, `64m`, `100%`; what stands on it stays. */
  resize(disk: 'nix' | 'boot' | 'rest', size: string): Promise<void>;
  /** Empties all of them. Nothing may run on them. */
  wipe(): Promise<void>;
}

const sizes = { rest: '8g', nix: '16g', boot: '256m' } as const;

/** Mounts the disks of one host: a root, a /nix and a /boot of their own sizes. */
export async function makeDisks(folder: string, installed: Installed, host: string): Promise<Disks> {
  const at = (name: string) => path.join(folder, name);
  const stacked = (below: string) =>
    installed.lower
      .split(':')
      .map((layer) => `${layer}${below}`)
      .join(':');
  const make = async (): Promise<void> => {
    for (const [name, size] of Object.entries(sizes)) {
      await mkdir(at(name), { recursive: true });
      await mount('-t', 'tmpfs', '-o', `mode=755,size=${size}`, `${host}-${name}`, at(name));
    }
    await overlay(stacked(''), at('rest/upper'), at('rest/work'), at('root'));
    await overlay(stacked('/nix'), at('nix/upper'), at('nix/work'), at('root/nix'));
    await mkdir(at('root/boot'), { recursive: true });
    await mount('--bind', at('boot'), at('root/boot'));
  };
  await make();
  return {
    root: at('root'),
    resize: (disk, size) => mount('-o', `remount,size=${size}`, at(disk)),
    async wipe() {
      for (const mounted of ['root/boot', 'root/nix', 'root', 'boot', 'nix', 'rest']) {
        await printed('umount', ['--lazy', at(mounted)]);
      }
      await make();
    },
  };
}

export async function unmountAll(folder: string): Promise<void> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '');
  for (const at of mounts.filter((one) => one.startsWith(`${folder}/`) || one === folder).reverse()) {
    await printed('umount', ['--lazy', at]);
  }
  await rm(folder, { recursive: true, force: true });
}
