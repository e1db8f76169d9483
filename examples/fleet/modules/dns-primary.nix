# The zones as they are in this repository. anubis follows by transfer.
{ config, ... }:

let
  secondary = "10.0.20.14";
  serve = file: {
    data = builtins.readFile file;
    notify = [ "${secondary} NOKEY" ];
    provideXFR = [ "${secondary} NOKEY" ];
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
      "fleet.lan." = serve ../dns/fleet.lan.zone;
      "10.0.10.in-addr.arpa." = serve ../dns/10.0.10.in-addr.arpa.zone;
      "20.0.10.in-addr.arpa." = serve ../dns/20.0.10.in-addr.arpa.zone;
      "30.0.10.in-addr.arpa." = serve ../dns/30.0.10.in-addr.arpa.zone;
    };
  };
  networking.firewall.allowedTCPPorts = [ 53 ];
  networking.firewall.allowedUDPPorts = [ 53 ];
}
