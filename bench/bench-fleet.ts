import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CommitSha, parseCommitSha } from '../src/core/names.ts';

/** A config repository of many small hosts, with a second commit beside its branch `main` that changes each of them. */
export interface BenchFleet {
  readonly names: readonly string[];
  /** The git folder, bare or not. */
  readonly repository: string;
  readonly first: CommitSha;
  readonly second: CommitSha;
  /** The second commit as a full bundle, as every new host needs it. */
  readonly bundle: Buffer;
}

export const changedCommon = '{ services.openssh.enable = true; services.chrony.enable = true; }\n';

export function makeBenchFleet(scratch: string, count: number): BenchFleet {
  const names = Array.from({ length: count }, (_, index) => `h${String(index).padStart(3, '0')}`);
  const folder = join(scratch, 'fleet');
  mkdirSync(folder, { recursive: true });
  const identity = ['-c', 'user.name=bench', '-c', 'user.email=bench@fleet.lan', '-c', 'commit.gpgsign=false'];
  const git = (...words: string[]): Buffer => execFileSync('git', ['-C', folder, ...identity, ...words]);
  const commit = (files: Readonly<Record<string, string>>): CommitSha => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    git('add', '--all');
    git('commit', '--quiet', '-m', 'bench');
    return known(parseCommitSha(git('rev-parse', 'HEAD').toString().trim()));
  };
  const systems = names.map(
    (name) => `    ${name} = nixpkgs.lib.nixosSystem { modules = [ ./common.nix ./hosts/${name} ]; };\n`,
  );
  git('init', '--quiet', '-b', 'main');
  const first = commit({
    'flake.nix': `{\n  outputs = { nixpkgs, ... }: {\n    nixosConfigurations = {\n${systems.join('')}    };\n  };\n}\n`,
    'common.nix': '{ services.openssh.enable = true; }\n',
    ...Object.fromEntries(names.map((name) => [`hosts/${name}/default.nix`, `{ networking.hostName = "${name}"; }\n`])),
  });
  const second = commit({ 'common.nix': changedCommon });
  git('update-ref', `refs/fleetwright/ship/${second}`, second);
  const bundle = git('bundle', 'create', '--quiet', '-', `refs/fleetwright/ship/${second}`);
  git('reset', '--quiet', '--hard', first);
  return { names, repository: folder, first, second, bundle };
}

/** A value that cannot be missing, because the bench made it. */
export function known<Value>(value: Value | null | undefined): Value {
  if (value === null || value === undefined) throw new Error('the bench names something impossible');
  return value;
}
