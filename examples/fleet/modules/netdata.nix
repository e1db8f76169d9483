# Comes in through common.nix: every machine shows its own numbers on port 19999.
{ config, ... }:

{
  services.netdata = {
    enable = true;
    config.global = {
      "memory mode" = "dbengine";
      "update every" = 2;
    };
    config.web."bind to" = "${config.fleet.management} ${config.fleet.address} 127.0.0.1";
  };
  networking.firewall.allowedTCPPorts = [ 19999 ];
}
