import type { CommitSha, StorePath } from '../../core/names.ts';

/** What `nixos-rebuild` and what it starts write, as seen on real hosts: other programs tell failures by these words. */

export const switchUnit = 'nixos-rebuild-switch-to-configuration.service';

export const building = 'building the system configuration...\n';

export function built(path: StorePath): string {
  return `Done. The new configuration is ${path}\n`;
}

export function buildFailed(reason: string, reference: string): string {
  const [flake = '', attribute = ''] = reference.split('#');
  const toplevel = `${flake}#nixosConfigurations."${attribute}".config.system.build.toplevel`;
  return (
    `${reason}\nCommand 'nix --extra-experimental-features 'nix-command flakes' build --print-out-paths ` +
    `'${toplevel}' --no-link' returned non-zero exit status 1.\n`
  );
}

export function noSuchHost(reference: string): string {
  const [flake = '', attribute = ''] = reference.split('#');
  const name = `nixosConfigurations."${attribute}".config.system.build.toplevel`;
  return `error: flake '${flake}' does not provide attribute 'packages.x86_64-linux.${name}', 'legacyPackages.x86_64-linux.${name}' or '${name}'`;
}

export function noSuchCommit(sha: CommitSha, folder: string): string {
  return `error: Cannot find Git revision '${sha}' in ref 'refs/heads/main' of repository 'file://${folder}'! Please make sure that the rev exists on the ref you've specified or add allRefs = true; to fetchGit.`;
}

export function builderFailed(attribute: string): string {
  return (
    `error: builder for '/nix/store/3n9dk4nzc5i1q1gxwc9v6kqg6a9yhzlm-nixos-system-${attribute}.drv' failed with exit code 1;\n` +
    '       last 2 log lines:\n       > building\n       > make: *** [all] Error 1'
  );
}

/** systemd-run's answer while another switch holds the unit's name. */
export const unitClash = `Failed to start transient service unit: Unit ${switchUnit} was already loaded or has a fragment file.\n`;

export function switchFailed(action: string, path: StorePath, code: number): string {
  return (
    `Command 'systemd-run -E LOCALE_ARCHIVE -E NIXOS_INSTALL_BOOTLOADER --collect --no-ask-password --pipe --quiet ` +
    `--service-type=exec --unit=nixos-rebuild-switch-to-configuration ${path}/bin/switch-to-configuration ${action}' ` +
    `returned non-zero exit status ${code}.\n`
  );
}

export const pathMissing = {
  test: (path: StorePath): string =>
    `Failed to find executable ${path}/bin/switch-to-configuration: No such file or directory\n`,
  boot: (path: StorePath): string =>
    `error: Your NixOS configuration path seems to be missing essential files.\n${path}/bin/switch-to-configuration does not exist.\n`,
} as const;

export const inhibited =
  'There are changes to critical components of the system:\n\n' +
  'dbus-implementation : dbus -> broker\n\nSwitching into this system is not recommended.\n' +
  'You probably want to run `nixos-rebuild boot` and reboot your system instead.\n\nPre-switch checks failed\n';

export const flushFailed =
  "Exception ignored in: <_io.TextIOWrapper name='<stdout>' mode='w' encoding='utf-8'>\nBrokenPipeError: [Errno 32] Broken pipe\n";
