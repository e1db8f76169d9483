# The page that everybody's browser opens first: http://dash.fleet.lan:8082
{ ... }:

let
  links = [
    { name = "Grafana"; href = "http://grafana.fleet.lan:3000"; description = "Graphs"; }
    { name = "Prometheus"; href = "http://prometheus.fleet.lan:9090"; description = "Metrics"; }
    { name = "Wiki"; href = "http://wiki.fleet.lan:3080"; description = "How the house works"; }
    { name = "Forge"; href = "http://git.fleet.lan:3300"; description = "Git, inside only"; }
    { name = "Paste"; href = "http://paste.fleet.lan:8090"; description = "Throw text over the wall"; }
    { name = "Monitors"; href = "http://status.fleet.lan:8080"; description = "What is down"; }
    { name = "Home"; href = "http://home.fleet.lan:8123"; description = "Lights, heating, doorbell"; }
  ];
in
{
  services.homepage-dashboard = {
    enable = true;
    listenPort = 8082;
    allowedHosts = "dash.fleet.lan:8082";
    services = [
      {
        "Fleet" = map (link: { "${link.name}" = { inherit (link) href description; }; }) links;
      }
    ];
  };
  networking.firewall.allowedTCPPorts = [ 8082 ];
}
