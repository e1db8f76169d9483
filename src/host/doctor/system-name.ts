/**
 * The name in a system's store path, `…-nixos-system-NAME-VERSION`, where it can be told: a name and a version may both
 * hold dashes (nixpkgs, `system.nixos.tags` stand in front of the version), so this is for words and decides nothing.
 */
export function systemNameOf(path: string | null): string | null {
  return /^\/nix\/store\/[0-9a-z]{32}-nixos-system-(?<name>.+)-[^-]+$/.exec(path ?? '')?.groups?.['name'] ?? null;
}
