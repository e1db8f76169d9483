{
  imports = [ ./extra.nix ];

  networking.hostName = "blackjack";
  networking.address = "10.77.20.13/24";
  networking.gateway = "10.77.20.1";
}
