import type { Fact } from '../../src/fleet/fact.ts';
import { type FactsReading, readFacts } from '../../src/fleet/read-facts.ts';
import type { ZoneSource } from '../../src/dns/zone.ts';
import { readFleet } from '../../src/nix/hosts/find-hosts.ts';
import { memoryTree } from '../nix/memory-tree.ts';

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** The facts of a repository that is written down as its files. */
export async function factsIn(files: Files, zones: readonly ZoneSource[] = []): Promise<FactsReading> {
  const tree = memoryTree(files);
  return readFacts(await readFleet(tree), tree, zones);
}

/** A fleet of hosts `a` and `b` whose modules are `a.nix` and `b.nix`. */
export function twoHosts(a: string, b = '{ }', more: Files = {}): Files {
  const host = (name: string): string => `${name} = nixpkgs.lib.nixosSystem { modules = [ ./${name}.nix ]; };`;
  return {
    'flake.nix': `{ outputs = { self, nixpkgs, ... }: { nixosConfigurations = { ${host('a')} ${host('b')} }; }; }`,
    'a.nix': a,
    'b.nix': b,
    ...more,
  };
}

/** `address a eth0 10.0.0.1/24 a.nix:3`, with the guest behind the host's name. */
export function said({ kind, host, guest, name, value, file, line }: Fact): string {
  return `${kind} ${host ?? '-'}${guest === undefined ? '' : `/${guest}`} ${name} ${value} ${file}:${line}`;
}
