# Gatus asks all of this once a minute and shows it on http://status.fleet.lan:8080
{ ... }:

let
  http = name: url: {
    inherit name url;
    interval = "1m";
    conditions = [ "[STATUS] == 200" ];
  };
  tcp = name: address: {
    inherit name;
    url = "tcp://${address}";
    interval = "1m";
    conditions = [ "[CONNECTED] == true" ];
  };
in
{
  services.gatus = {
    enable = true;
    settings = {
      web.port = 8080;
      endpoints = [
        (http "grafana" "http://grafana.fleet.lan:3000/api/health")
        (http "prometheus" "http://prometheus.fleet.lan:9090/-/ready")
        (http "wiki" "http://wiki.fleet.lan:3080/healthz")
        (http "forge" "http://git.fleet.lan:3300/api/healthz")
        (http "home" "http://home.fleet.lan:8123/")
        (tcp "mqtt" "mqtt.fleet.lan:1883")
        (tcp "dns griffin" "10.0.20.11:53")
        (tcp "dns anubis" "10.0.20.14:53")
      ];
    };
  };
  networking.firewall.allowedTCPPorts = [ 8080 ];
}
