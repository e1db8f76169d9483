# What every machine has, whatever it is for.
{ lib, pkgs, ... }:

{
  imports = [
    ./modules/fleet.nix
    ./modules/users.nix
    ./modules/netdata.nix
  ];

  nix.settings = {
    experimental-features = [ "nix-command" "flakes" ];
    auto-optimise-store = true;
  };
  nix.gc = {
    automatic = true;
    dates = "weekly";
    options = "--delete-older-than 30d";
  };

  time.timeZone = "Europe/Berlin";
  i18n.defaultLocale = "en_GB.UTF-8";

  networking.domain = "fleet.lan";
  networking.search = [ "fleet.lan" ];
  networking.nameservers = lib.mkDefault [ "10.0.20.11" "10.0.20.14" ];
  networking.firewall.enable = true;

  services.openssh = {
    enable = true;
    settings.PasswordAuthentication = false;
    settings.PermitRootLogin = "no";
  };
  services.chrony.enable = true;

  # The SSDs in griffin and wolfhound are old; do not let the journal eat them.
  services.journald.extraConfig = "SystemMaxUse=500M";

  environment.systemPackages = with pkgs; [
    dig
    git
    htop
    tcpdump
    tmux
    vim
  ];
}
