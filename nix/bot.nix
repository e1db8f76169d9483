# Fleetwright itself as a service.
#
#   imports = [ ./bot.nix ];
#   services.fleetwright = {
#     enable = true;
#     package = …; # what `npm ci && npm run prepare` made, with `bin/fleetwright` in it
#     settings = {
#       APP_ID = 123456;
#       FLEETWRIGHT_REPOSITORIES = [ "acme/fleet" ];
#     };
#     privateKeyFile = "/run/secrets/fleetwright-app.pem";
#     webhookSecretFile = "/run/secrets/fleetwright-webhook";
#     sshKeyFiles."acme/fleet" = "/run/secrets/fleetwright-ssh-acme-fleet";
#   };
{
  config,
  lib,
  pkgs,
  ...
}:
let
  bot = config.services.fleetwright;
  known = import ./bot-settings.nix;
  asText =
    value:
    if builtins.isBool value then
      (if value then "true" else "false")
    else if builtins.isList value then
      lib.concatStringsSep "," value
    else
      toString value;
  # A path, and never the secret itself: what stands in a configuration is world-readable in the store.
  secretFile =
    description:
    lib.mkOption {
      type = lib.types.nullOr lib.types.str;
      default = null;
      inherit description;
    };
  # `owner/name` as the file that the bot looks for in FLEETWRIGHT_SSH_KEYS; GitHub compares names without case.
  keyName = repository: builtins.replaceStrings [ "/" ] [ "__" ] (lib.toLower repository);
  # Secrets that the bot reads from its environment; systemd hands them over as files.
  secrets =
    lib.optionalAttrs (bot.webhookSecretFile != null) { WEBHOOK_SECRET = bot.webhookSecretFile; }
    // lib.optionalAttrs (bot.anthropicKeyFile != null) { ANTHROPIC_API_KEY = bot.anthropicKeyFile; }
    // lib.optionalAttrs (bot.redisUrlFile != null) { REDIS_URL = bot.redisUrlFile; };
  credentials =
    secrets
    // lib.optionalAttrs (bot.privateKeyFile != null) { "app-key" = bot.privateKeyFile; }
    // builtins.listToAttrs (
      map (repository: {
        name = keyName repository;
        value = bot.sshKeyFiles.${repository};
      }) (builtins.attrNames bot.sshKeyFiles)
    );
  unknown = builtins.filter (name: !(lib.elem name known.settings)) (builtins.attrNames bot.settings);
  secret = builtins.filter (name: lib.elem name known.secrets) (builtins.attrNames bot.settings);
  evaluates = bot.settings.FLEETWRIGHT_EVALUATE or false == true;
in
{
  options.services.fleetwright = {
    enable = lib.mkEnableOption "Fleetwright, which deploys a fleet of NixOS machines from reviewed pull requests";
    package = lib.mkOption {
      type = lib.types.package;
      description = "The built program, with `bin/fleetwright`.";
    };
    settings = lib.mkOption {
      type = lib.types.attrsOf (
        lib.types.oneOf [
          lib.types.bool
          lib.types.int
          lib.types.str
          (lib.types.listOf lib.types.str)
        ]
      );
      default = { };
      example = {
        APP_ID = 123456;
        FLEETWRIGHT_REPOSITORIES = [ "acme/fleet" ];
      };
      description = "The settings of the README, by their names. They are world-readable: secrets have options of their own.";
    };
    privateKeyFile = secretFile "A file with the App's private key.";
    webhookSecretFile = secretFile "A file with the secret by which webhooks are signed.";
    anthropicKeyFile = secretFile "A file with the key for Claude.";
    redisUrlFile = secretFile "A file with REDIS_URL, where it holds a password. Without any, a private server is started.";
    sshKeyFiles = lib.mkOption {
      type = lib.types.attrsOf lib.types.str;
      default = { };
      example = {
        "acme/fleet" = "/run/secrets/fleetwright-ssh-acme-fleet";
      };
      description = "The private key for the hosts of each repository. Each is a root key for those hosts.";
    };
  };

  config = lib.mkIf bot.enable {
    assertions = [
      {
        assertion = unknown == [ ];
        message = "services.fleetwright.settings: there is no ${lib.concatStringsSep ", " unknown}.";
      }
      {
        assertion = secret == [ ];
        message = "services.fleetwright.settings: ${lib.concatStringsSep ", " secret} would be readable by everybody in the Nix store; use the option that takes a file.";
      }
    ];

    systemd.services.fleetwright = {
      description = "Fleetwright";
      wantedBy = [ "multi-user.target" ];
      wants = [ "network-online.target" ];
      after = [ "network-online.target" ];
      # A private Redis keeps what is in flight over a restart; without one on the path it lives in memory.
      path = [
        pkgs.git
        pkgs.valkey
      ]
      ++ lib.optionals evaluates [
        config.nix.package
        pkgs.util-linux
      ];
      environment = {
        NODE_ENV = "production";
        FLEETWRIGHT_STATE = "%S/fleetwright";
      }
      // lib.optionalAttrs (bot.sshKeyFiles != { }) { FLEETWRIGHT_SSH_KEYS = "%d"; }
      // lib.optionalAttrs (bot.privateKeyFile != null) { PRIVATE_KEY_PATH = "%d/app-key"; }
      // builtins.mapAttrs (_: asText) bot.settings;
      script = lib.concatStringsSep "\n" (
        map (name: ''
          ${name}=$(cat "$CREDENTIALS_DIRECTORY/${name}")
          export ${name}'') (builtins.attrNames secrets)
        ++ [ "exec ${bot.package}/bin/fleetwright start" ]
      );
      serviceConfig = {
        LoadCredential = map (name: "${name}:${credentials.${name}}") (builtins.attrNames credentials);
        DynamicUser = true;
        StateDirectory = "fleetwright";
        StateDirectoryMode = "0700";
        WorkingDirectory = "%S/fleetwright";
        UMask = "0077";
        Restart = "always";
        RestartSec = 5;
        # Whoever stops the bot lets it end the step that it is in; hosts go on by themselves in any case.
        TimeoutStopSec = 90;
        KillMode = "mixed";

        CapabilityBoundingSet = "";
        NoNewPrivileges = true;
        ProtectSystem = "strict";
        ProtectHome = true;
        PrivateTmp = true;
        PrivateDevices = true;
        ProtectClock = true;
        ProtectHostname = true;
        ProtectKernelLogs = true;
        ProtectKernelModules = true;
        RestrictRealtime = true;
        RestrictSUIDSGID = true;
        LockPersonality = true;
        RemoveIPC = true;
        SystemCallArchitectures = "native";
        SystemCallFilter = [ "@system-service" ] ++ lib.optional evaluates "@mount";
        RestrictAddressFamilies = [
          "AF_INET"
          "AF_INET6"
          "AF_UNIX"
          "AF_NETLINK"
        ];
        # MemoryDenyWriteExecute would end Node at once: V8 makes its code as it runs.
      }
      # An evaluation is confined in namespaces of its own, with a /proc of its own, which these would forbid.
      // lib.optionalAttrs (!evaluates) {
        RestrictNamespaces = true;
        ProtectProc = "invisible";
        ProtectKernelTunables = true;
        ProtectControlGroups = true;
      };
    };
  };
}
