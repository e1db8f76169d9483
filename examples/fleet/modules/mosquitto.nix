{ config, ... }:

{
  services.mosquitto = {
    enable = true;
    listeners = [
      {
        address = config.fleet.address;
        port = 1883;
        acl = [ "pattern readwrite #" ];
        # The plugs cannot do passwords. VLAN 30 has no way out.
        omitPasswordAuth = true;
        settings.allow_anonymous = true;
      }
    ];
  };
  networking.firewall.allowedTCPPorts = [ 1883 ];
}
