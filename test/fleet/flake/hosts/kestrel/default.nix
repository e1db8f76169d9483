{
  imports = [ ./extra.nix ];

  networking.hostName = "kestrel";
  networking.address = "10.77.30.15/24";
  networking.gateway = "10.77.30.1";
}
