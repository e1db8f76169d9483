{ ... }:

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
    isNormalUser = true;
    description = "Fleetwright deploys";
    # Without lingering, logind may end a detached activation when the connection drops.
    linger = true;
    extraGroups = [ "systemd-journal" ];
    openssh.authorizedKeys.keys = [
      "restrict ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILIizpDuY7USJDLJNOdS9gavJC9K31p73gPjBvbURSnx fleetwright"
    ];
  };

  # sudo reads a command's arguments as a regular expression when they start with ^ and end with $ (sudo 1.9.10).
  security.sudo.extraRules = [
    {
      users = [ "fleetwright" ];
      commands =
        map
          (command: {
            inherit command;
            options = [ "NOPASSWD" ];
          })
          [
            "/run/current-system/sw/bin/nixos-rebuild ^(test|boot|dry-activate) --no-reexec --store-path /nix/store/[0-9a-df-np-sv-z]{32}-nixos-system-[A-Za-z0-9.+_-]+$"
            "/run/current-system/sw/bin/systemctl ^(status|show|list-units|reset-failed)( --no-pager)?( [A-Za-z0-9@:._-]+)*$"
            "/run/current-system/sw/bin/systemctl ^reboot --when=(\\+[0-9]+min|cancel|show) --no-wall$"
            "/run/current-system/sw/bin/nixos-container ^(list|status [A-Za-z0-9-]+)$"
            "/run/current-system/sw/bin/machinectl ^list --no-legend --no-pager$"
            "/run/current-system/sw/bin/journalctl ^--no-pager( -[bunq]( [A-Za-z0-9@:._-]+)?)*$"
          ];
    }
  ];
}
