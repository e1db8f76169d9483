# The account through which Fleetwright reaches a host: one key, no password, and exactly these root commands.
#
#   imports = [ ./service-account.nix ];
#   fleetwright.account = {
#     enable = true;
#     authorizedKeys = [ "ssh-ed25519 AAAA... fleetwright" ];
#     reboot = true; # where `/reboot` may reboot the host
#     watchdog = "unit"; # and `watchdog: unit` for this host in `.github/fleetwright.yml`
#   };
{
  config,
  lib,
  pkgs,
  ...
}:
let
  account = config.fleetwright.account;
  parts = [
    "deploy"
  ]
  ++ lib.optional account.reboot "reboot"
  ++ lib.optional (account.watchdog != "none") "watchdog-${account.watchdog}";
  rules = lib.filter (rule: lib.elem rule.part parts) (
    import ./sudo-rules.nix { systemName = lib.escapeRegex account.systemName; }
  );
in
{
  imports = [ ./watchdog.nix ];

  options.fleetwright.account = {
    enable = lib.mkEnableOption "the service account of Fleetwright";
    user = lib.mkOption {
      type = lib.types.strMatching "[a-z_][a-z0-9_-]*";
      default = "fleetwright";
      description = "The name of the account, as `user` of this host in `.github/fleetwright.yml`.";
    };
    authorizedKeys = lib.mkOption {
      type = lib.types.listOf lib.types.singleLineStr;
      description = "Public keys of the repository's Fleetwright key. This is a root key: see the README.";
    };
    from = lib.mkOption {
      type = lib.types.listOf lib.types.str;
      default = [ ];
      example = [ "10.0.20.5" ];
      description = "Addresses from which the keys are accepted; empty: from anywhere.";
    };
    systemName = lib.mkOption {
      type = lib.types.str;
      default = config.system.name;
      defaultText = lib.literalExpression "config.system.name";
      description = "The name in this host's system paths, `nixos-system-NAME-…`. No other system can be activated.";
    };
    reboot = lib.mkOption {
      type = lib.types.bool;
      default = true;
      description = "Whether `/reboot` may reboot this host into a system that cannot be activated live.";
    };
    watchdog = lib.mkOption {
      type = lib.types.enum [
        "none"
        "reboot"
        "unit"
      ];
      default = "none";
      description = ''
        What puts this host back when a deploy cuts it off; the same word as `watchdog` of this host in
        `.github/fleetwright.yml`. `reboot`: a scheduled reboot into the old system. `unit`: a unit of this module
        activates the old system, and reboots only if that fails or nobody comes back to stop it.
      '';
    };
  };

  config = lib.mkIf account.enable {
    assertions = [
      {
        assertion = config.security.sudo.enable && !config.security.sudo.execWheelOnly;
        message = "fleetwright.account needs security.sudo, and not only for wheel.";
      }
      {
        assertion = lib.versionAtLeast config.security.sudo.package.version "1.9.10";
        message = "fleetwright.account needs sudo 1.9.10 or newer: older ones know no regular expressions.";
      }
    ];

    users.users.${account.user} = {
      isSystemUser = true;
      group = account.user;
      # The folder's path becomes part of a flake reference: letters, digits, `/`, `.`, `_` and `-` only.
      home = "/var/lib/${account.user}";
      createHome = true;
      homeMode = "0700";
      useDefaultShell = true;
      # Detached runs must outlive the connection that began them, also with KillUserProcesses=yes.
      linger = true;
      openssh.authorizedKeys.keys = map (
        key:
        lib.concatStringsSep "," (
          [ "restrict" ] ++ lib.optional (account.from != [ ]) ''from="${lib.concatStringsSep "," account.from}"''
        )
        + " ${key}"
      ) account.authorizedKeys;
    };
    users.groups.${account.user} = { };

    security.sudo.extraRules = [
      {
        users = [ account.user ];
        runAs = "root";
        commands = map (rule: {
          command = "/run/current-system/sw/bin/${rule.program} ${rule.arguments}";
          options = [ "NOPASSWD" ];
        }) rules;
      }
    ];

    # Commits arrive as git bundles and are built as flakes of a local repository.
    environment.systemPackages = [ pkgs.git ];
    nix.settings.experimental-features = [
      "nix-command"
      "flakes"
    ];
  };
}
