# Desktop board from 2017, second shelf. Resolver for the house: think before you reboot it.
{ ... }:

{
  imports = [
    ./hardware.nix
    ../../modules/dns-primary.nix
    ../../modules/prometheus.nix
    ../../modules/grafana.nix
  ];

  networking.hostName = "griffin";
  fleet.address = "10.0.20.11";
  fleet.management = "10.0.10.11";

  networking.useDHCP = false;
  networking.vlans = {
    servers = { id = 10; interface = "enp3s0"; };
    services = { id = 20; interface = "enp3s0"; };
  };
  networking.interfaces.servers.ipv4.addresses = [ { address = "10.0.10.11"; prefixLength = 24; } ];
  networking.interfaces.services.ipv4.addresses = [ { address = "10.0.20.11"; prefixLength = 24; } ];
  networking.defaultGateway = "10.0.20.1";
  # It cannot ask itself while nsd is being restarted.
  networking.nameservers = [ "10.0.20.14" "9.9.9.9" ];

  system.stateVersion = "23.05";
}
