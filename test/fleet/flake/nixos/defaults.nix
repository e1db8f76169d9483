# What every system has unless a module says otherwise.
{
  networking = {
    nameservers = [ ];
    interface = "host0";
  };
  services = {
    openssh = {
      enable = false;
      port = 22;
      extraConfig = "";
    };
    bind = {
      enable = false;
      zones = { };
    };
  };
  boot = {
    kernelVersion = "6.12.58";
    initrdVersion = "1";
    loader.extraInstallCommands = "";
  };
  systemd = {
    version = "257.13";
    services = { };
    timers = { };
    sockets = { };
    targets = { };
  };
  system = {
    configurationRevision = null;
    version = "26.05.20261101.1a2b3c4";
    # store-path: `--store-path` and `--no-reexec`. fast: older than both.
    rebuildDialect = "store-path";
    initInterfaceVersion = "3";
    activationScripts = { };
    preSwitchChecks = { };
    switch.inhibitors = { };
    extraDependencies = [ ];
  };
  environment = {
    etc = { };
    systemPackages = [ ];
  };
}
