# The few facts about a host that other modules need. Set in hosts/<name>/default.nix.
{ lib, ... }:

{
  options.fleet = {
    address = lib.mkOption {
      type = lib.types.str;
      description = "The host's address in its home VLAN; what other machines and people use.";
    };
    management = lib.mkOption {
      type = lib.types.str;
      description = "The host's address in VLAN 10, where ssh and metrics are.";
    };
  };
}
