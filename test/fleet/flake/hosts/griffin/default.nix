{
  imports = [ ./extra.nix ];

  networking.hostName = "griffin";
  networking.address = "10.77.20.11/24";
  networking.gateway = "10.77.20.1";

  services.bind = {
    enable = true;
    zones."fleet.test" = ../../dns/fleet.test.zone;
  };
}
