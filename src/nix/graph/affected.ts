import type { FoundHost } from '../hosts/found.ts';
import type { HostFiles } from './host-walk.ts';

/** What is needed of a reading of a repository to tell which of its hosts a change reaches. */
export interface Readable {
  readonly hosts: readonly FoundHost[];
  readonly repository: { readonly entries: ReadonlyMap<string, unknown> };
  filesOf(name: string): HostFiles | null;
}

/** A host that a change may reach, and how: from the changed file through each that refers to it, up to the host's own. */
export interface AffectedHost {
  readonly name: string;
  readonly why: readonly string[];
}

/**
 * The hosts that changed paths reach, by the files that each is made of before and after the change. It may name a
 * host whose system stays the same; it leaves none out. `before` is null where there is nothing to compare with.
 */
export function affectedBy(before: Readable | null, after: Readable, changed: readonly string[]): AffectedHost[] {
  const existed = new Set(before?.hosts.filter(isDeployed).map(({ name }) => name));
  const affected: AffectedHost[] = [];
  for (const host of after.hosts) {
    if (!isDeployed(host)) continue;
    const reason =
      reasonFor(after, before, host, changed) ?? (before === null ? null : reasonFor(before, after, host, changed));
    if (reason !== null) affected.push({ name: host.name, why: reason });
    else if (before !== null && !existed.has(host.name)) affected.push({ name: host.name, why: [host.file] });
  }
  return affected;
}

/** A guest goes where its host goes. */
function isDeployed({ kind }: FoundHost): boolean {
  return kind !== 'guest';
}

function reasonFor(
  reading: Readable,
  other: Readable | null,
  host: FoundHost,
  changed: readonly string[],
): string[] | null {
  const files = reading.filesOf(host.name);
  if (files === null) return null;
  for (const path of changed) {
    const isLock = path === 'flake.lock' && files.via.has('flake.nix');
    if (isLock) return [path, 'flake.nix'];
    if (files.via.has(path)) return chain(files, path);
    for (const [folder, from] of files.folders) {
      if (path.startsWith(`${folder}/`)) return [path, ...chain(files, from)];
    }
    const cameOrWent = other !== null && reading.repository.entries.has(path) !== other.repository.entries.has(path);
    if (!cameOrWent) continue;
    for (const [folder, from] of files.listings) {
      if (folder === '' ? !path.includes('/') : path.startsWith(`${folder}/`)) return [path, ...chain(files, from)];
    }
  }
  return null;
}

/** From a file through those that refer to it. */
export function chain(files: HostFiles, path: string): string[] {
  const steps = [path];
  for (let at = files.via.get(path); at !== undefined && !steps.includes(at); at = files.via.get(at)) steps.push(at);
  return steps;
}
