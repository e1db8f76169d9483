/** Which part of a module a value stands in. */
export type Zone = 'config' | 'imports' | 'options';

/** Where a walk is: the part of a module, and the option path within it. */
export interface Place {
  readonly zone: Zone;
  readonly def: readonly string[];
  /** A set of options of its own begins here: a user of home-manager, a container. Being there defines something. */
  readonly isInner?: true;
  /** Files here are called as packages, so that they are no modules. */
  readonly isPackage?: true;
}

/** A module that is given as a value, or a file. */
export const moduleTop: Place = { zone: 'config', def: [] };

/** A list of modules. */
export const moduleList: Place = { zone: 'imports', def: [] };

/** What went into something that is not known: it may stand below any option. */
export const anywhere: Place = { zone: 'config', def: ['?'] };

/** What is handed to `callPackage`. */
export const packaged: Place = { ...anywhere, isPackage: true };

/** Deeper than any option that is declared by itself. */
export const deepestOption = 8;

/** Where sets of options begin that are written like a machine's own. */
const inner: readonly (readonly string[])[] = [
  ['home-manager', 'users', '*'],
  ['containers', '*', 'config'],
  ['nixos-containers', 'containers', '*', 'config'],
  ['microvm', 'vms', '*', 'config'],
  ['specialisation', '*', 'configuration'],
  ['virtualisation', 'vmVariant'],
  ['virtualisation', 'vmVariantWithBootLoader'],
];

/** Where one comes to by a name from a place. */
export function placeBelow({ zone, def }: Place, name: string): Place {
  if (zone === 'options') return { zone, def: [...def, name] };
  if (def.length === 0) {
    if (name === 'imports' || name === 'require') return moduleList;
    if (name === 'options') return { zone: 'options', def: [] };
    if (name === 'config') return moduleTop;
  }
  if (def.length >= deepestOption) return { zone, def };
  const path = [...def, name];
  if (isList(path, ['home-manager', 'sharedModules'])) return moduleList;
  if (inner.some((pattern) => isList(path, pattern))) return { ...moduleTop, isInner: true };
  return { zone: 'config', def: path };
}

function isList(path: readonly string[], pattern: readonly string[]): boolean {
  return path.length === pattern.length && pattern.every((step, at) => step === '*' || step === path[at]);
}
