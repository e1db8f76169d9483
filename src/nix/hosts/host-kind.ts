import type { HostFiles } from '../graph/host-walk.ts';
import type { HostKind } from './found.ts';

/** What a machine of `nixosConfigurations` is to whoever deploys. */
export function ownKind(name: string, files: HostFiles | null): HostKind {
  if (isInstaller(name, files)) return 'installer';
  return isTest(name, files) ? 'test' : 'host';
}

/** A machine that is named for a test and made to run in one: either alone may be a host of the fleet. */
function isTest(name: string, files: HostFiles | null): boolean {
  if (!/(?:^|[-_.])(?:tests?|vm|testvm|vmtest)(?:$|[-_.])/i.test(name)) return false;
  return ['qemu-vm.nix', 'test-instrumentation.nix'].some((module) => files?.symbols.has(module) === true);
}

/** An image that installs machines is none of the fleet's own. */
function isInstaller(name: string, files: HostFiles | null): boolean {
  if (/(?:^|[-_.])(?:iso|installer|install|live|livecd|netboot|kexec|bootstrap-image)(?:$|[-_.])/i.test(name))
    return true;
  return [...(files?.symbols ?? [])].some((symbol) =>
    /installation-cd|installer\/cd-dvd|installer\/netboot|netboot-minimal|iso-image/.test(symbol),
  );
}
