import type { FoundHost } from '../nix/hosts/found.ts';
import type { Unread } from '../nix/repository.ts';

interface Found {
  readonly hosts: readonly FoundHost[];
  readonly unread: readonly Unread[];
}

/** What `nixosConfigurations` makes; the others are named elsewhere, or are inside one of these. */
const named: readonly FoundHost['kind'][] = ['host', 'installer', 'test'];

/**
 * The machines that were read, beside the names that Nix itself gives. A name that both have is certain. What only one
 * of them has stays, or is added to what is not understood: nothing is dropped because of an answer.
 */
export function confirmedHosts(
  { hosts, unread }: Found,
  names: readonly string[] | { readonly kind: 'failed'; readonly why: string },
): Found {
  if ('kind' in names)
    return {
      hosts,
      unread: [...unread, { file: 'flake.nix', line: 1, why: `Nix does not tell the names: ${names.why}` }],
    };
  const given = new Set(names);
  const read = new Set(hosts.filter(({ kind }) => named.includes(kind)).map(({ name }) => name));
  const checked = hosts.map(
    (host): FoundHost =>
      named.includes(host.kind) && given.has(host.name) ? { ...host, confidence: 'certain' } : host,
  );
  const missed = names
    .filter((name) => !read.has(name))
    .map((name) => ({ file: 'flake.nix', line: 1, why: `Nix has a machine ${name} that reading did not find` }));
  // A test machine may be a node of a flake's `checks`, which nobody deploys and `nixosConfigurations` does not name.
  const extra = hosts
    .filter(({ name, kind }) => named.includes(kind) && kind !== 'test' && !given.has(name))
    .map(({ name, file, line }) => ({ file, line, why: `Nix has no machine ${name} under nixosConfigurations` }));
  return { hosts: checked, unread: [...unread, ...missed, ...extra] };
}
