# Holds no zone of its own: everything comes from griffin by transfer.
{ config, ... }:

let
  follow = {
    data = "";
    allowNotify = [ "10.0.20.11 NOKEY" ];
    requestXFR = [ "AXFR 10.0.20.11 NOKEY" ];
  };
in
{
  services.nsd = {
    enable = true;
    interfaces = [
      config.fleet.address
      config.fleet.management
    ];
    zones = {
      "fleet.lan." = follow;
      "10.0.10.in-addr.arpa." = follow;
      "20.0.10.in-addr.arpa." = follow;
      "30.0.10.in-addr.arpa." = follow;
    };
  };
  networking.firewall.allowedTCPPorts = [ 53 ];
  networking.firewall.allowedUDPPorts = [ 53 ];
}
