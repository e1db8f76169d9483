{
  imports = [ ./extra.nix ];

  networking.hostName = "wolfhound";
  networking.address = "10.77.20.12/24";
  networking.gateway = "10.77.20.1";
}
