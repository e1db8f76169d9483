# For each fleet the derivation of each of its machines.
{ fleets, names }:
let
  nixpkgs = import ./nixpkgs.nix names;
  # An input is what its lock file says: its modules, packages and files bear its revision.
  input = name: rev: nixpkgs // {
    inherit rev;
    lib = nixpkgs.lib // {
      nixosSystem = args: nixpkgs.lib.nixosSystem (args // { modules = args.modules ++ [ { made.by = rev; } ]; });
    };
    outPath = "/inputs/${name}-${rev}";
    nixosModules.default = { from.${name} = rev; };
    packages.x86_64-linux.default = derivation { inherit name rev; system = "x"; builder = "b"; };
  };
  other = { nixosModules = builtins.listToAttrs (map (name: { inherit name; value = { }; }) names); outPath = "/other"; };
  judge = folder:
    let
      flake = import (folder + "/flake.nix");
      locked =
        if builtins.pathExists (folder + "/flake.lock")
        then (builtins.fromJSON (builtins.readFile (folder + "/flake.lock"))).nodes
        else { };
      resolved = name: node: builtins.concatStringsSep "-" ([ node.locked.rev ] ++ map (to: resolved to locked.${to}) (builtins.filter builtins.isString (builtins.attrValues (node.inputs or { }))));
      asked = builtins.functionArgs flake.outputs;
      inputs = builtins.mapAttrs (name: _: given.${name} or other) (asked // (flake.inputs or { })) // given;
      given = { inherit nixpkgs; } // builtins.mapAttrs (name: node: input name (resolved name node)) (removeAttrs locked [ "root" ]) // { inherit self; };
      self = outputs // { inherit inputs outputs; outPath = folder; rev = "none"; };
      outputs = flake.outputs inputs;
    in
    builtins.mapAttrs (_: machine: machine.judged) outputs.nixosConfigurations;
in
map judge fleets
