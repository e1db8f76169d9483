{ config, lib, ... }:

let
  systemName = lib.escapeRegex config.system.name;
  rules = [
    # Activate a system that was built for this very host, or make it the boot default.
    {
      program = "nixos-rebuild";
      arguments = "^(test|boot) --no-reexec --store-path /nix/store/[0-9a-df-np-sv-z]{32}-nixos-system-${systemName}-[A-Za-z0-9+._?=-]+$";
    }
    # Read what a switch or a failed unit told the journal.
    {
      program = "journalctl";
      arguments = "^--no-pager --output=cat --since=@[0-9]+ --unit=nixos-rebuild-switch-to-configuration\\*$";
    }
    {
      program = "journalctl";
      arguments = "^--no-pager --output=(cat|short-iso) --lines=[0-9]+ --unit=[A-Za-z0-9:_.@][A-Za-z0-9:_.@-]*$";
    }
    # Look at units and containers. Nothing here starts or stops anything.
    {
      program = "systemctl";
      arguments = "^status --no-pager --full [A-Za-z0-9:_.@][A-Za-z0-9:_.@-]*$";
    }
    {
      program = "nixos-container";
      arguments = "^(list|status [A-Za-z0-9][A-Za-z0-9-]*)$";
    }
    {
      program = "machinectl";
      arguments = "^list --no-pager --no-legend$";
    }
  ];
in
{
  users.mutableUsers = false;

  users.users.robin = {
    isNormalUser = true;
    extraGroups = [ "wheel" "systemd-journal" ];
    openssh.authorizedKeys.keys = [
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIErSk0czZoCpg6eB0010hajHewQieY2O1X/z3fNDasSR robin@kitchen-table"
    ];
  };
  security.sudo.wheelNeedsPassword = false;

  # The account that deploys. It builds as itself; the rules below are all that it may do as root.
  users.users.fleetwright = {
    isSystemUser = true;
    group = "fleetwright";
    home = "/var/lib/fleetwright";
    createHome = true;
    homeMode = "0700";
    useDefaultShell = true;
    # Detached runs must outlive the connection that began them, also with KillUserProcesses=yes.
    linger = true;
    openssh.authorizedKeys.keys = [
      "restrict ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILIizpDuY7USJDLJNOdS9gavJC9K31p73gPjBvbURSnx fleetwright"
    ];
  };
  users.groups.fleetwright = { };

  # sudo reads a command's arguments as a regular expression when they start with ^ and end with $ (sudo 1.9.10).
  security.sudo.extraRules = [
    {
      users = [ "fleetwright" ];
      runAs = "root";
      commands = map (rule: {
        command = "/run/current-system/sw/bin/${rule.program} ${rule.arguments}";
        options = [ "NOPASSWD" ];
      }) rules;
    }
  ];
}
