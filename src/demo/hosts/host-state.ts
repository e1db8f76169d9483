import { randomUUID } from 'node:crypto';
import type { StorePath } from '../../core/names.ts';
import type { PracticeUnits } from './host-units.ts';
import type { PracticeSystem } from './practice-system.ts';

/** What a reboot leaves alone. */
export interface HostDisk {
  readonly store: Map<StorePath, PracticeSystem>;
  /** In order; the profile link need not point to the last. */
  readonly generations: StorePath[];
  profile: StorePath;
  /** What the boot loader starts. It is the profile, except after a torn `boot`. */
  bootDefault: StorePath;
  /** What is kept from the garbage collector, by the deploy that keeps it. */
  readonly roots: Map<string, readonly StorePath[]>;
  /** The highest fencing token seen. */
  fence: number;
}

/** What a reboot makes anew. */
export interface HostMemory {
  readonly bootId: string;
  readonly booted: StorePath;
  running: StorePath;
  units: PracticeUnits;
  /** The transient unit of an activation is there. */
  switching: boolean;
  watchdog: { readonly level: 'reboot' | 'unit'; readonly until: number; readonly timer: NodeJS.Timeout } | null;
}

export function freshDisk(system: PracticeSystem): HostDisk {
  return {
    store: new Map([[system.path, system]]),
    generations: [system.path],
    profile: system.path,
    bootDefault: system.path,
    roots: new Map(),
    fence: 0,
  };
}

export function freshMemory(disk: HostDisk, units: PracticeUnits): HostMemory {
  return {
    bootId: randomUUID(),
    booted: disk.bootDefault,
    running: disk.bootDefault,
    units,
    switching: false,
    watchdog: null,
  };
}

/** Sets the profile: a new generation, unless it is where the profile already points. */
export function setProfile(disk: HostDisk, path: StorePath): void {
  if (disk.profile !== path) disk.generations.push(path);
  disk.profile = path;
}
