import type { HostFiles } from '../nix/graph/host-walk.ts';
import type { FleetReading } from '../nix/hosts/find-hosts.ts';
import type { FoundHost } from '../nix/hosts/found.ts';
import type { Unread } from '../nix/repository.ts';

/** What a repository was read to be, without what it was read by: plain values, small enough to keep. */
export interface Reading {
  readonly hosts: readonly FoundHost[];
  readonly unread: readonly Unread[];
  /** Blob ids by path. */
  readonly repository: { readonly entries: ReadonlyMap<string, string> };
  readonly files: ReadonlyMap<string, HostFiles>;
  filesOf(name: string): HostFiles | null;
}

/** Opens every machine that may be deployed, and lets go of texts, syntax trees and values. */
export function readingOf(fleet: FleetReading): Reading {
  const files = new Map<string, HostFiles>();
  for (const { name, kind } of fleet.hosts) {
    if (kind === 'guest' || files.has(name)) continue;
    const made = fleet.filesOf(name);
    if (made !== null) files.set(name, made);
  }
  const entries = new Map([...fleet.repository.entries].map(([path, { blob }]) => [path, blob] as const));
  return plainReading(fleet.hosts, fleet.unread, entries, files);
}

export function plainReading(
  hosts: readonly FoundHost[],
  unread: readonly Unread[],
  entries: ReadonlyMap<string, string>,
  files: ReadonlyMap<string, HostFiles>,
): Reading {
  return { hosts, unread, repository: { entries }, files, filesOf: (name) => files.get(name) ?? null };
}
