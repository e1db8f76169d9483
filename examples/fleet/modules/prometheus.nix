{ ... }:

{
  services.prometheus = {
    enable = true;
    port = 9090;
    retentionTime = "90d";
    scrapeConfigs = [
      {
        job_name = "netdata";
        metrics_path = "/api/v1/allmetrics";
        params.format = [ "prometheus" ];
        static_configs = [
          {
            targets = [
              "griffin.mgmt.fleet.lan:19999"
              "wolfhound.mgmt.fleet.lan:19999"
              "blackjack.mgmt.fleet.lan:19999"
              "anubis.mgmt.fleet.lan:19999"
              "kestrel.mgmt.fleet.lan:19999"
            ];
          }
        ];
      }
    ];
  };
  networking.firewall.allowedTCPPorts = [ 9090 ];
}
