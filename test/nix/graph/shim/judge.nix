# For each fleet the derivation of each of its machines.
{ fleets, names }:
let
  nixpkgs = import ./nixpkgs.nix names;
  other = { nixosModules = builtins.listToAttrs (map (name: { inherit name; value = { }; }) names); outPath = "/other"; };
  judge = folder:
    let
      flake = import (folder + "/flake.nix");
      asked = builtins.functionArgs flake.outputs;
      inputs = builtins.mapAttrs (name: _: given.${name} or other) (asked // (flake.inputs or { })) // given;
      given = { inherit nixpkgs self; };
      self = outputs // { inherit inputs outputs; outPath = folder; rev = "none"; };
      outputs = flake.outputs inputs;
    in
    builtins.mapAttrs (_: machine: machine.judged) outputs.nixosConfigurations;
in
map judge fleets
