# Wiki.js. The old DokuWiki is read-only on the NAS until somebody has moved the recipes.
{ ... }:

{
  services.wiki-js = {
    enable = true;
    settings = {
      port = 3080;
      bindIP = "0.0.0.0";
      db = {
        type = "sqlite";
        storage = "/var/lib/wiki-js/db.sqlite";
      };
    };
  };
  networking.firewall.allowedTCPPorts = [ 3080 ];
}
