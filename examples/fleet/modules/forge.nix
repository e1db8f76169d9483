# Forgejo, in a container so that its upgrades cannot take the host along.
{ ... }:

{
  containers.forge = {
    autoStart = true;
    bindMounts."/var/lib/forgejo" = {
      hostPath = "/srv/forgejo";
      isReadOnly = false;
    };
    config =
      { ... }:
      {
        services.forgejo = {
          enable = true;
          settings.server = {
            DOMAIN = "git.fleet.lan";
            HTTP_PORT = 3300;
          };
          settings.service.DISABLE_REGISTRATION = true;
        };
        system.stateVersion = "24.11";
      };
  };
  networking.firewall.allowedTCPPorts = [ 3300 ];
}
