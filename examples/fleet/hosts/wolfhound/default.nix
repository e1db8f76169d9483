{ ... }:

{
  imports = [
    ./hardware.nix
    ../../modules/forge.nix
    ../../modules/monitors.nix
  ];

  networking.hostName = "wolfhound";
  fleet.address = "10.0.20.12";
  fleet.management = "10.0.10.12";

  # eno2 is for the storage link to anubis, one day.
  networking.useDHCP = false;
  networking.vlans.mgmt = { id = 10; interface = "eno1"; };
  networking.vlans.svc = { id = 20; interface = "eno1"; };
  networking.interfaces.mgmt.ipv4.addresses = [
    { address = "10.0.10.12"; prefixLength = 24; }
  ];
  networking.interfaces.svc.ipv4.addresses = [
    { address = "10.0.20.12"; prefixLength = 24; }
  ];
  networking.defaultGateway = { address = "10.0.20.1"; interface = "svc"; };

  system.stateVersion = "24.05";
}
