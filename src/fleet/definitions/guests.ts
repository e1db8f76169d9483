import type { MachineOptions } from './machine-options.ts';

export interface GuestOptions {
  readonly name: string;
  readonly options: MachineOptions;
}

/** Where NixOS and the modules that many fleets use declare machines within a machine. */
const guestPlaces = [['containers'], ['microvm', 'vms'], ['nixos-containers', 'containers']] as const;

/** The guests that a machine declares with modules of their own. */
export function guestsOf(machine: MachineOptions): GuestOptions[] {
  return guestPlaces.flatMap((path) =>
    machine.root
      .at(...path)
      .entries()
      .flatMap(([name, node]) => {
        const modules = node.at('config');
        return modules.isUndefined ? [] : [{ name, options: machine.guest(modules) }];
      }),
  );
}
