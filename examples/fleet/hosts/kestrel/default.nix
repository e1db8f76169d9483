{ ... }:

{
  imports = [
    ./hardware.nix
    ../../modules/mosquitto.nix
    ../../modules/home-assistant.nix
  ];

  networking.hostName = "kestrel";
  # Lives with the plugs and bulbs in VLAN 30, untagged; only management is tagged.
  fleet.address = "10.0.30.15";
  fleet.management = "10.0.10.15";

  networking.useDHCP = false;
  networking.interfaces.end0.ipv4.addresses = [ { address = "10.0.30.15"; prefixLength = 24; } ];
  networking.vlans.mgmt = { id = 10; interface = "end0"; };
  networking.interfaces.mgmt.ipv4.addresses = [ { address = "10.0.10.15"; prefixLength = 24; } ];
  networking.defaultGateway = "10.0.10.1";

  system.stateVersion = "25.05";
}
