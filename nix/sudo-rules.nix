# Made from src/host/root-commands.ts by its test; `npx vitest run test/host/sudo-rules.test.ts -u` makes it again.
# Regular expressions over arguments need sudo 1.9.10 or newer.
{ systemName }:
[
  # Activate one built system of this very host (`test`), or make it the boot default (`boot`).
  {
    program = "nixos-rebuild";
    arguments = "^(test|boot) --no-reexec --store-path /nix/store/[0-9a-df-np-sv-z]{32}-nixos-system-${systemName}-[A-Za-z0-9+._?=-]+$";
  }
  # Read what a switch told the journal, to know whether it finished when its exit code was lost.
  {
    program = "journalctl";
    arguments = "^--no-pager --output=cat --since=@[0-9]+ --unit=nixos-rebuild-switch-to-configuration\\*$";
  }
  # Read the last lines of a unit that failed, for the report.
  {
    program = "journalctl";
    arguments = "^--no-pager --output=cat --lines=[0-9]+ --unit=[A-Za-z0-9:_.@][A-Za-z0-9:_.@-]*$";
  }
]
