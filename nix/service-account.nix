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
  ++ lib.optional (account.watchdog != "none") "watchdog-${account.watchdog}"
  ++ lib.optional (account.mode != "safe") "mode-${account.mode}"
  ++ lib.optional account.oldRebuild "old-rebuild"
  ++ lib.optional account.containers "containers";
  rules = lib.filter (rule: lib.elem rule.part parts) (
    import ./sudo-rules.nix { systemName = lib.escapeRegex account.systemName; }
  );
  commands = {
    exact = map (rule: "${rule.program} ${rule.arguments}") rules;
    programs = [
      "nixos-rebuild"
      "systemctl"
      "nixos-container"
      "journalctl"
      "machinectl"
    ];
  }
  .${account.sudo};
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
    sudo = lib.mkOption {
      type = lib.types.enum [
        "exact"
        "programs"
      ];
      default = "exact";
      description = ''
        `exact`: the commands that deploys need, argument by argument. `programs`: five programs with any arguments,
        which is root by another name: `nixos-rebuild` runs any flake's activation, `systemctl edit` any unit, and
        `machinectl shell` and `nixos-container run` are root shells. README.md beside this file says what either
        form prevents and what it does not.
      '';
    };
    reboot = lib.mkOption {
      type = lib.types.bool;
      default = true;
      description = "Whether `/reboot` may reboot this host into a system that cannot be activated live.";
    };
    mode = lib.mkOption {
      type = lib.types.enum [
        "safe"
        "switch"
        "dry"
      ];
      default = "safe";
      description = "How deploys go; the same word as `mode` of this host in `.github/fleetwright.yml`.";
    };
    oldRebuild = lib.mkOption {
      type = lib.types.bool;
      default = false;
      description = ''
        Whether this host's `nixos-rebuild` is older than `--store-path` (26.05), so that commits are activated and not
        built systems. The right is then as wide as whatever commit is in the account's repository.
      '';
    };
    containers = lib.mkOption {
      type = lib.types.bool;
      default = (config.containers or { }) != { };
      defaultText = lib.literalExpression "config.containers != { }";
      description = "Whether the account may ask containers of this host which of their units have failed.";
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
        commands = map (command: {
          command = "/run/current-system/sw/bin/${command}";
          options = [ "NOPASSWD" ];
        }) commands;
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
