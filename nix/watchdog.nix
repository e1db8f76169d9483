# The watchdog of `fleetwright.account.watchdog = "unit"`: armed by `systemctl start fleetwright-watchdog@SECONDS`
# before an activation, disarmed by `systemctl stop` once the new system is verified. The service account can do just
# that; which system is "the old one" is read here, as root, when it is armed.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  account = config.fleetwright.account;
in
{
  config = lib.mkIf (account.enable && account.watchdog == "unit") {
    systemd.services."fleetwright-watchdog@" = {
      description = "Puts the old system back unless it is stopped within %i seconds";
      # A switch must neither end nor begin it: it is there to judge that very switch.
      restartIfChanged = false;
      stopIfChanged = false;
      unitConfig.X-StopOnRemoval = false;
      path = [
        pkgs.coreutils
        config.systemd.package
      ];
      environment.SECONDS_LEFT = "%i";
      serviceConfig = {
        Type = "exec";
        # Read before `systemctl start` returns, and so before anything is activated.
        ExecStartPre = pkgs.writeShellScript "fleetwright-watchdog-arm" (builtins.readFile ./watchdog-arm.sh);
        ExecStart = pkgs.writeShellScript "fleetwright-watchdog" (builtins.readFile ./watchdog.sh);
        ExecStopPost = "${pkgs.coreutils}/bin/rm -f /nix/var/nix/gcroots/fleetwright-watchdog";
        RuntimeDirectory = "fleetwright-watchdog";
      };
    };
  };
}
