# `nixosSystem`: from modules to one store path with everything in it that a real system's has and somebody reads.
{
  modules,
  system ? "x86_64-linux",
}:
let
  inherit (builtins)
    attrNames
    concatMap
    concatStringsSep
    toFile
    toJSON
    ;

  # Derivations need nothing but the sandbox's own shell.
  run =
    name: environment: script:
    derivation (
      {
        inherit name system;
        builder = "/bin/sh";
        args = [
          "-euc"
          script
        ];
        PATH = "";
      }
      // environment
    );
  pkgs = {
    inherit system;
    runCommand = run;
    writeText = toFile;
  };

  defaults = import ./defaults.nix;
  given = import ./modules.nix {
    inherit modules;
    args = { inherit config pkgs; };
  };
  # A module's value replaces a default; sets are gone into, down to what a module named.
  over =
    base: mine:
    base
    // builtins.mapAttrs (
      name: value:
      if base ? ${name} && builtins.isAttrs base.${name} && builtins.isAttrs value then
        over base.${name} value
      else
        value
    ) mine;
  config = over defaults given;
  own = import ./services.nix { inherit config; };
  units = import ./units.nix;
  version = config.system.version;

  # One line each: what it is, where it stands in the system, what it leads to.
  unitLines =
    kind: all:
    concatMap (
      name:
      let
        unit = all.${name};
        file = "etc/systemd/system/${name}.${kind}";
        wants = map (target: "link etc/systemd/system/${target}.wants/${name}.${kind} ../${name}.${kind}") (
          unit.wantedBy or [ ]
        );
      in
      if unit.enable or true then
        [ "file ${file} ${units.${kind} name unit}" ] ++ wants
      else
        [ "link ${file} /dev/null" ]
    ) (attrNames all);
  etc = own.etc // config.environment.etc;
  etcLines = map (
    name: "link etc/${name} ${etc.${name}.source or (toFile (baseNameOf name) etc.${name}.text)}"
  ) (attrNames etc);
  manifest =
    unitLines "service" (own.services // config.systemd.services)
    ++ unitLines "timer" config.systemd.timers
    ++ unitLines "socket" config.systemd.sockets
    ++ unitLines "target" config.systemd.targets
    ++ etcLines;

  kernel = run "linux-${config.boot.kernelVersion}" { inherit (config.boot) kernelVersion; } ''
    mkdir -p "$out/lib/modules/$kernelVersion"
    head -c 1048576 /dev/zero >"$out/bzImage"
  '';
  initrd = run "initrd-linux-${config.boot.kernelVersion}" { inherit (config.boot) initrdVersion; } ''
    mkdir "$out"
    echo "$initrdVersion" >"$out/initrd"
  '';
  systemd = run "systemd-${config.systemd.version}" { } ''mkdir "$out"'';
  path = run "system-path" {
    rebuild = ./programs/nixos-rebuild.py;
    version = toFile "nixos-version" ''
      #!/bin/sh
      case "''${1:-}" in
        --json) echo '${toJSON {
          inherit (config.system) configurationRevision;
          nixosVersion = version;
        }}' ;;
        --configuration-revision | --revision) echo "${toString config.system.configurationRevision}" ;;
        *) echo "${version} (Xantusia)" ;;
      esac
    '';
    dialect = config.system.rebuildDialect;
    packages = config.environment.systemPackages;
  } (builtins.readFile ./programs/make-path.sh);

  snippets =
    name: all:
    toFile name (
      concatStringsSep "" (map (one: "#### ${one}\n(\n${all.${one}}\n) || _status=1\n") (attrNames all))
    );
  toplevel = run "nixos-system-${config.networking.hostName}-${version}" {
    inherit
      kernel
      initrd
      systemd
      path
      version
      ;
    inherit (config.networking) hostName;
    inherit (config.system) initInterfaceVersion;
    manifest = toFile "manifest" (concatStringsSep "" (map (line: "${line}\n") manifest));
    inhibitors = toFile "switch-inhibitors" (toJSON config.system.switch.inhibitors);
    activationScripts = snippets "activation-scripts" config.system.activationScripts;
    preSwitchChecks = snippets "pre-switch-checks" config.system.preSwitchChecks;
    extraInstallCommands = toFile "extra-install-commands" config.boot.loader.extraInstallCommands;
    switchToConfiguration = ./programs/switch-to-configuration.py;
    installBootLoader = ./programs/install-bootloader.sh;
    activate = ./programs/activate.sh;
    init = ./programs/init.sh;
    extraDependencies = config.system.extraDependencies ++ config.environment.systemPackages;
  } (builtins.readFile ./programs/make-system.sh);
in
{
  inherit pkgs;
  config = config // {
    system = config.system // {
      build = {
        inherit toplevel;
        nixos-rebuild = run "nixos-rebuild" { inherit path; } ''
          mkdir -p "$out/bin"
          ln -s "$path/bin/nixos-rebuild" "$out/bin/nixos-rebuild"
        '';
      };
    };
  };
}
