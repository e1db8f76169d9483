# Made from src/host/root-commands.ts by its test; `npx vitest run test/host/sudo-rules.test.ts -u` makes it again.
# Regular expressions over arguments need sudo 1.9.10 or newer.
{ systemName }:
[
  # Activate one built system of this very host (`test`), or make it the boot default (`boot`).
  {
    part = "deploy";
    program = "nixos-rebuild";
    arguments = "^(test|boot) --no-reexec --store-path /nix/store/[0-9a-df-np-sv-z]{32}-nixos-system-${systemName}-[A-Za-z0-9+._?=-]+$";
  }
  # Switch to one built system of this very host in one go, where its owner chose that mode.
  {
    part = "mode-switch";
    program = "nixos-rebuild";
    arguments = "^switch --no-reexec --store-path /nix/store/[0-9a-df-np-sv-z]{32}-nixos-system-${systemName}-[A-Za-z0-9+._?=-]+$";
  }
  # Tell what an activation would do to the units, where the owner chose that nothing is activated.
  {
    part = "mode-dry";
    program = "nixos-rebuild";
    arguments = "^dry-activate --no-reexec --store-path /nix/store/[0-9a-df-np-sv-z]{32}-nixos-system-${systemName}-[A-Za-z0-9+._?=-]+$";
  }
  # Activate a commit, or make it the boot default, by a nixos-rebuild that cannot be given a built system.
  {
    part = "old-rebuild";
    program = "nixos-rebuild";
    arguments = "^(test|boot) --(no-reexec|fast) --flake git[+]file:///[A-Za-z0-9/._~-]+[?]rev=[0-9a-f]{40}\\#[A-Za-z0-9_.-]+$";
  }
  # Read what a switch told the journal, to know whether it finished when its exit code was lost.
  {
    part = "deploy";
    program = "journalctl";
    arguments = "^--no-pager --output=cat --since=@[0-9]+ --unit=nixos-rebuild-switch-to-configuration\\*$";
  }
  # Read the last lines of a unit, of one that failed for the report, of another when somebody asks for them.
  {
    part = "deploy";
    program = "journalctl";
    arguments = "^--no-pager --output=(cat|short-iso) --lines=[0-9]+ --unit=[A-Za-z0-9:_.@][A-Za-z0-9:_.@-]*$";
  }
  # List the units that have failed within a container, which has a systemd of its own.
  {
    part = "containers";
    program = "systemctl";
    arguments = "^--machine=[A-Za-z0-9][A-Za-z0-9._-]* list-units --state=failed,auto-restart --plain --no-legend --no-pager --full$";
  }
  # Reboot into a system that cannot be activated live, after a person said so for this host and commit.
  {
    part = "reboot";
    program = "systemctl";
    arguments = "^reboot --no-wall$";
  }
  # Schedule a reboot before an activation, so that a host which is lost by it comes back in its old system.
  {
    part = "watchdog-reboot";
    program = "systemctl";
    arguments = "^reboot --when=@[0-9]+ --no-wall$";
  }
  # Cancel that reboot once the new system is verified.
  {
    part = "watchdog-reboot";
    program = "systemctl";
    arguments = "^reboot --when=cancel --no-wall$";
  }
  # Start the watchdog of the module, which puts the old system back by itself.
  {
    part = "watchdog-unit";
    program = "systemctl";
    arguments = "^start fleetwright-watchdog@[0-9]+\\.service$";
  }
  # Stop that watchdog once the new system is verified.
  {
    part = "watchdog-unit";
    program = "systemctl";
    arguments = "^stop fleetwright-watchdog@[0-9]+\\.service$";
  }
]
