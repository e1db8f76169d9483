# A VM on the neighbour's Proxmox (VMID 113). Two VLANs come in tagged on ens18.
{ ... }:

{
  imports = [
    ./hardware.nix
    ../../modules/dashboard.nix
    ../../modules/wiki.nix
  ];

  networking.hostName = "blackjack";
  fleet = {
    address = "10.0.20.13";
    management = "10.0.10.13";
  };

  networking.useNetworkd = true;
  systemd.network = {
    netdevs."20-vlan10".netdevConfig = { Kind = "vlan"; Name = "ens18.10"; };
    netdevs."20-vlan10".vlanConfig.Id = 10;
    netdevs."20-vlan20".netdevConfig = { Kind = "vlan"; Name = "ens18.20"; };
    netdevs."20-vlan20".vlanConfig.Id = 20;
    networks."30-ens18" = {
      matchConfig.Name = "ens18";
      vlan = [ "ens18.10" "ens18.20" ];
      networkConfig.LinkLocalAddressing = "no";
    };
    networks."40-vlan10" = {
      matchConfig.Name = "ens18.10";
      address = [ "10.0.10.13/24" ];
    };
    networks."40-vlan20" = {
      matchConfig.Name = "ens18.20";
      address = [ "10.0.20.13/24" ];
      gateway = [ "10.0.20.1" ];
    };
  };

  system.stateVersion = "24.11";
}
