import { describe, expect, test } from 'vitest';
import { type Files, hasNix } from './drv-judge.ts';
import { missed, replay } from './replay.ts';

const words = Array.from({ length: 40 }, (_, at) => `w${at} = "${at}";`).join(' ');

const flake = `{
  outputs = { self, nixpkgs, ... }: {
    nixosConfigurations = nixpkgs.lib.genAttrs [ "griffin" "wolfhound" ] (name:
      nixpkgs.lib.nixosSystem { modules = [ ./\${name}.nix ]; });
  };
}`;

/** Griffin by this module; wolfhound reads none of the files. */
function fleet(module: string): Files {
  return {
    'flake.nix': flake,
    'griffin.nix': module,
    'wolfhound.nix': '{ }',
    'files/one.txt': 'one',
    'files/two.txt': 'two',
    'files/three.txt': 'three',
  };
}

// Each reads `one.txt`, past something that a static reading may come to a wrong end at.
describe.skipIf(!hasNix)('a file that is read is not lost', () => {
  test.each([
    [
      'in the first of two parts that set one option',
      '{ lib, ... }: { config = lib.mkMerge [ { etc.files = [ (builtins.readFile ./files/one.txt) ]; } { etc.files = [ (builtins.readFile ./files/two.txt) ]; } ]; }',
    ],
    [
      'behind the head of a sorted list',
      '{ ... }: { pick = builtins.readFile (./files + "/${builtins.head (builtins.sort (a: b: a < b) [ "two.txt" "three.txt" "one.txt" ])}"); }',
    ],
    [
      'behind the last of a list that is sorted by an order of its own',
      '{ lib, ... }: { pick = builtins.readFile (./files + "/${lib.last (builtins.sort (a: b: builtins.stringLength a > builtins.stringLength b) [ "one.txt" "three.txt" ])}"); }',
    ],
    [
      'behind the first name of a set, which are in order',
      '{ ... }: { pick = builtins.readFile (./files + "/${builtins.head (builtins.attrNames { two = 1; one = 2; })}.txt"); }',
    ],
    [
      'behind the first value of a set, in the order of their names',
      '{ ... }: { pick = builtins.readFile (builtins.head (builtins.attrValues { b = ./files/two.txt; a = ./files/one.txt; })); }',
    ],
    [
      'deep in what a condition rests on',
      `{ config, lib, ... }: { who.all = { ${words} zlast = "one"; }; on = lib.mkIf (config.who.all == { ${words} zlast = builtins.readFile ./files/one.txt; }) "yes"; }`,
    ],
  ])('%s', async (_, module) => {
    const before = fleet(module);
    const played = await replay([{ before, after: { ...before, 'files/one.txt': 'another' } }]);
    expect(played).toHaveLength(1);
    expect(missed(played)).toEqual([]);
  });

  test('in a list that is put beside the names of hosts by position', async () => {
    const before = {
      ...fleet('{ }'),
      'flake.nix': `{
  outputs = { self, nixpkgs, ... }: let
    lib = nixpkgs.lib;
    names = [ "griffin" "wolfhound" ];
    values = import ./values.nix;
  in {
    nixosConfigurations = lib.genAttrs names (name: lib.nixosSystem { modules = [ ./\${name}.nix { tag = builtins.elemAt values (if name == "griffin" then 0 else 1); } ]; });
  };
}`,
      'values.nix': '[ "a" "b" "c" ]',
    };
    const after = { ...before, 'values.nix': '[ "a" "new" "b" "c" ]' };
    const zipped = (files: typeof before) => ({
      ...files,
      'flake.nix': `{
  outputs = { self, nixpkgs, ... }: let
    lib = nixpkgs.lib;
    names = [ "griffin" "wolfhound" ];
    values = import ./values.nix;
    pairs = lib.imap0 (at: name: { inherit name; value = lib.nixosSystem { modules = [ ./\${name}.nix { tag = builtins.elemAt values at; } ]; }; }) names;
  in {
    nixosConfigurations = builtins.listToAttrs pairs;
  };
}`,
    });
    const played = await replay([
      { before, after },
      { before: zipped(before), after: zipped(after) },
    ]);
    expect(played).toHaveLength(2);
    expect(missed(played)).toEqual([]);
  });
});
