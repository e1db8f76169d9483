# `<nixpkgs/nixos>`: the way of a configuration that is no flake.
{
  configuration ? <nixos-config>,
  system ? builtins.currentSystem,
}:
import ../system.nix { modules = [ configuration ]; }
