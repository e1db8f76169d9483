# The NAS. Keeps the backups, so it gets updates last and never on a Friday.
{ pkgs, ... }:

{
  imports = [
    ./hardware.nix
    ../../modules/dns-secondary.nix
    ../../modules/backup.nix
    ../../modules/paste.nix
  ];

  networking.hostName = "anubis";
  networking.hostId = "a3f1c09e"; # zfs wants one
  fleet.address = "10.0.20.14";
  fleet.management = "10.0.10.14";

  networking.useDHCP = false;
  networking.bonds.bond0 = {
    interfaces = [ "enp5s0f0" "enp5s0f1" ];
    driverOptions = { mode = "802.3ad"; miimon = "100"; };
  };
  networking.vlans."bond0.10" = { id = 10; interface = "bond0"; };
  networking.vlans."bond0.20" = { id = 20; interface = "bond0"; };
  networking.interfaces."bond0.10".ipv4.addresses = [ { address = "10.0.10.14"; prefixLength = 24; } ];
  networking.interfaces."bond0.20".ipv4.addresses = [ { address = "10.0.20.14"; prefixLength = 24; } ];
  networking.defaultGateway = "10.0.20.1";

  services.nginx = {
    enable = true;
    # The old DokuWiki, as flat files. Goes away when the recipes have moved.
    virtualHosts."old-wiki.fleet.lan".root = "/tank/old-wiki";
  };
  networking.firewall.allowedTCPPorts = [ 80 ];

  environment.systemPackages = [ pkgs.smartmontools ];

  system.stateVersion = "22.11";
}
