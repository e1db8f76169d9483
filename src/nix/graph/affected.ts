import type { Watch } from '../eval/watch.ts';
import type { FoundHost } from '../hosts/found.ts';
import type { Repository } from '../repository.ts';
import { flakeOfLock } from './changed-inputs.ts';
import { wholeRepository, type HostFiles } from './closure.ts';
import { Narrowing, type WatchedHosts } from './narrowing.ts';

/** What is needed of a reading of a repository to tell which of its hosts a change reaches. */
export interface Readable {
  readonly hosts: readonly FoundHost[];
  readonly repository: Repository;
  filesOf(name: string): HostFiles | null;
  watching(watch: Watch): WatchedHosts;
}

/** A host that a change may reach, and how: from the changed file through each that refers to it, up to the host's own. */
export interface AffectedHost {
  readonly name: string;
  readonly why: readonly string[];
}

/**
 * The hosts that changed paths reach, by the files that each is made of before and after the change, and within a
 * file by what of it differs where that can be told. It may name a host whose system stays the same; it leaves none
 * out. `before` is null where there is nothing to compare with.
 */
export function affectedBy(before: Readable | null, after: Readable, changed: readonly string[]): AffectedHost[] {
  const existed = new Set(before?.hosts.filter(isDeployed).map(({ name }) => name));
  const narrowing = before === null ? null : new Narrowing(before, after, changed);
  const affected: AffectedHost[] = [];
  for (const host of after.hosts) {
    if (!isDeployed(host)) continue;
    const wasThere = before !== null && existed.has(host.name);
    const candidates = reasonsFor(after, before, host, changed);
    if (before !== null && wasThere) candidates.push(...reasonsFor(before, after, host, changed));
    const reason = candidates.find(([path]) => !wasThere || narrowing?.isUntouched(host.name, path ?? '') !== true);
    if (reason !== undefined) affected.push({ name: host.name, why: reason });
    else if (before !== null && !wasThere) affected.push({ name: host.name, why: [host.file] });
  }
  return affected;
}

/** A guest goes where its host goes. */
function isDeployed({ kind }: FoundHost): boolean {
  return kind !== 'guest';
}

/** Each changed path that is part of a host in one reading, and how. */
function reasonsFor(
  reading: Readable,
  other: Readable | null,
  host: FoundHost,
  changed: readonly string[],
): string[][] {
  const files = reading.filesOf(host.name);
  return files === null ? [] : changed.flatMap((path) => reasonBy(reading, other, files, path) ?? []);
}

function reasonBy(reading: Readable, other: Readable | null, files: HostFiles, path: string): [string[]] | null {
  // A flake's lock stands beside it, also where the flake is not at the top.
  const flake = flakeOfLock(path);
  if (flake !== null && files.via.has(flake)) return [[path, flake]];
  if (files.via.has(path)) return [chain(files, path)];
  for (const [folder, from] of files.folders) {
    if (folder === wholeRepository || path.startsWith(`${folder}/`)) return [[path, ...chain(files, from)]];
  }
  const cameOrWent = other !== null && reading.repository.entries.has(path) !== other.repository.entries.has(path);
  if (!cameOrWent) return null;
  for (const [folder, from] of files.listings) {
    if (folder === '' ? !path.includes('/') : path.startsWith(`${folder}/`)) return [[path, ...chain(files, from)]];
  }
  return null;
}

/** From a file through those that refer to it. */
export function chain(files: HostFiles, path: string): string[] {
  const steps = [path];
  for (let at = files.via.get(path); at !== undefined && !steps.includes(at); at = files.via.get(at)) steps.push(at);
  return steps;
}
