{ ... }:

{
  containers.paste = {
    autoStart = true;
    config =
      { ... }:
      {
        services.microbin = {
          enable = true;
          settings.MICROBIN_PORT = 8090;
          settings.MICROBIN_PUBLIC_PATH = "http://paste.fleet.lan:8090";
        };
        system.stateVersion = "25.05";
      };
  };
  networking.firewall.allowedTCPPorts = [ 8090 ];
}
