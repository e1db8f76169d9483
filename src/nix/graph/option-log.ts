import type { Deps } from '../eval/deps.ts';
import { isKnownText, type Value } from '../eval/values.ts';
import { isDeclaration } from './declared-options.ts';
import { type Place, deepestOption } from './walk-place.ts';

/** One definition of an option by a plain value; null where the value is not known or no plain one. */
export interface Definition {
  readonly path: readonly string[];
  readonly value: Value | null;
}

/** One declaration of an option. */
export interface Declaration {
  readonly path: readonly string[];
  readonly value: Value;
  /** What was come to while all of the declaration was looked at. */
  readonly deps: Deps;
}

/** What modules may define, whether or not it holds, and what they declare. */
export interface SaidOfOptions {
  /** By the last name of the path. */
  readonly definitions: ReadonlyMap<string, readonly Definition[]>;
  /**
   * Each path at and below which something may be defined, with its names joined by a dot, and each end of it: a path
   * of a set of options of its own, such as a user's, ends with the path that its own modules know. A single name counts
   * only where it may be such a set that it stands in.
   */
  readonly open: ReadonlySet<string>;
  readonly declarations: readonly Declaration[];
  /** What was come to for declarations that are not understood. */
  readonly unknownDeclarations: readonly Deps[];
  /** Something is defined, so that the module is more than its imports and declarations. */
  readonly hasEffect: boolean;
}

/** Sets of options of NixOS that hold no modules. */
export const ofNixos: ReadonlySet<string> = new Set(
  'boot console documentation environment fileSystems fonts hardware i18n location networking nix nixpkgs power powerManagement programs security services sops age sound swapDevices system systemd time users xdg zramSwap'.split(
    ' ',
  ),
);

/** Collects what is said of options while values are walked. */
export class OptionLog implements SaidOfOptions {
  readonly definitions = new Map<string, Definition[]>();
  readonly open = new Set<string>();
  readonly declarations: Declaration[] = [];
  readonly unknownDeclarations: Deps[] = [];
  hasEffect = false;

  /** A value that stands at a place of a module's `config`. Sets and functions say nothing by themselves. */
  define({ def, isInner }: Place, value: Value): void {
    if (isInner === true) this.hasEffect = true;
    switch (value.kind) {
      case 'choice':
      case 'lambda':
        return;
      case 'attrs':
        if (value.rest === null && value.slots.size === 0) this.end(def, null);
        if (def.length >= deepestOption) this.mayDefine(def);
        return;
      case 'symbol':
        // Each of several definitions is walked for itself.
        if (value.path[0] === 'merged') return;
        return this.mayDefine(def);
      case 'path':
        // A module in a file of its own says for itself what it defines.
        if (def.length === 0) this.hasEffect = true;
        else this.mayDefine(def);
        return;
      case 'builtin':
      case 'system':
        return this.mayDefine(def);
      case 'list':
        return this.end(def, null);
      case 'string':
        return this.end(def, isKnownText(value) ? value : null);
      default:
        return this.end(def, value);
    }
  }

  declare({ def }: Place, value: Value, deps: Deps): boolean {
    if (!isDeclaration(value)) {
      if (value.kind !== 'attrs' && value.kind !== 'choice') this.unknownDeclarations.push(deps);
      return false;
    }
    this.declarations.push({ path: def, value, deps });
    return true;
  }

  private end(def: readonly string[], value: Value | null): void {
    if (def.length === 0) return;
    this.hasEffect = true;
    const last = def[def.length - 1] as string;
    const known = this.definitions.get(last);
    const made = { path: def, value };
    if (known === undefined) this.definitions.set(last, [made]);
    else known.push(made);
  }

  mayDefine(def: readonly string[]): void {
    this.hasEffect = true;
    this.open.add(def.join('.'));
    for (let from = 1; from < def.length; from++)
      if (from < def.length - 1 || !ofNixos.has(def[0] as string)) this.open.add(def.slice(from).join('.'));
  }
}
