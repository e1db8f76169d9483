{ ... }:

{
  services.grafana = {
    enable = true;
    settings = {
      server = {
        http_addr = "0.0.0.0";
        http_port = 3000;
        domain = "grafana.fleet.lan";
      };
      # Not in git. Lives on the host, 0400 grafana.
      security.admin_password = "$__file{/var/lib/grafana/admin-password}";
      analytics.reporting_enabled = false;
    };
    provision.datasources.settings.datasources = [
      {
        name = "Prometheus";
        type = "prometheus";
        url = "http://prometheus.fleet.lan:9090";
        isDefault = true;
      }
    ];
  };
  networking.firewall.allowedTCPPorts = [ 3000 ];
}
