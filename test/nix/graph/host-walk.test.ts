import { describe, expect, test } from 'vitest';
import { Evaluator } from '../../../src/nix/eval/evaluator.ts';
import { ready } from '../../../src/nix/eval/values.ts';
import { wholeRepository } from '../../../src/nix/graph/closure.ts';
import { HostWalks } from '../../../src/nix/graph/host-walk.ts';
import { readFleet } from '../../../src/nix/hosts/find-hosts.ts';
import { loadRepository } from '../../../src/nix/repository.ts';
import { memoryTree } from '../memory-tree.ts';

const files = {
  'host.nix': '{ imports = [ ./first.nix ]; networking.hostName = "griffin"; }',
  'first.nix': '{ imports = [ ./second.nix ]; }',
  'second.nix': '{ imports = [ ./third.nix ]; }',
  'third.nix': '{ }',
};

async function walked(fuel: number | undefined) {
  const evaluator = new Evaluator(await loadRepository(memoryTree(files)), 1_000_000);
  const walks = fuel === undefined ? new HostWalks(evaluator) : new HostWalks(evaluator, fuel);
  const value = ready({ kind: 'path', path: 'host.nix', origin: 'flake.nix', parts: [] });
  return walks.filesOf({ name: 'griffin', value, entry: 'flake.nix', deps: null });
}

describe('the steps for all walks of one repository', () => {
  test('with enough of them a host is the files that it is made of', async () => {
    const { via, folders, exhausted } = await walked(undefined);
    expect([...via.keys()].sort()).toEqual(['first.nix', 'flake.nix', 'host.nix', 'second.nix', 'third.nix']);
    expect([...folders.keys()]).toEqual([]);
    expect(exhausted).toEqual([]);
  });

  test('without them it may be made of every file, and that is told', async () => {
    const { folders, exhausted, partial, hostName } = await walked(1);
    expect([...folders.keys()]).toEqual([wholeRepository]);
    expect(exhausted).toEqual(['flake.nix']);
    expect(partial).toBe(true);
    expect(hostName).toBe('griffin');
  });
});

describe('a machine that looks at another', () => {
  test('reaches what the other is made of under its own name, and not under this one', async () => {
    const fleet = await readFleet(
      memoryTree({
        'flake.nix': `{
  outputs = { self, nixpkgs, ... }: {
    nixosConfigurations = nixpkgs.lib.genAttrs [ "griffin" "wolfhound" "kestrel" ] (name: nixpkgs.lib.nixosSystem {
      specialArgs = { inherit self; };
      modules = [ ./common.nix (./. + "/\${name}.nix") { networking.hostName = name; } ];
    });
  };
}`,
        'common.nix': '{ config, ... }: { secrets = ./secrets + "/${config.networking.hostName}.yaml"; }',
        'griffin.nix': '{ self, ... }: { peer = self.nixosConfigurations.wolfhound.config.secrets; }',
        'wolfhound.nix': '{ }',
        'kestrel.nix': '{ }',
        'secrets/griffin.yaml': '',
        'secrets/wolfhound.yaml': '',
        'secrets/kestrel.yaml': '',
      }),
    );
    const secrets = (name: string) =>
      [...(fleet.filesOf(name)?.via.keys() ?? [])].filter((path) => path.startsWith('secrets/')).sort();
    expect(secrets('griffin')).toEqual(['secrets/griffin.yaml', 'secrets/wolfhound.yaml']);
    expect(secrets('wolfhound')).toEqual(['secrets/wolfhound.yaml']);
    expect(secrets('kestrel')).toEqual(['secrets/kestrel.yaml']);
  });
});
