{ ... }:

{
  services.home-assistant = {
    enable = true;
    extraComponents = [
      "hue"
      "met"
      "mqtt"
    ];
    config = {
      default_config = { };
      http.server_port = 8123;
      homeassistant = {
        name = "Home";
        unit_system = "metric";
        time_zone = "Europe/Berlin";
      };
    };
  };
  networking.firewall.allowedTCPPorts = [ 8123 ];
}
