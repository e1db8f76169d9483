{
  imports = [ ./extra.nix ];

  networking.hostName = "anubis";
  networking.address = "10.77.30.14/24";
  networking.gateway = "10.77.30.1";
}
