import type { Site } from '../../nix/eval/values.ts';
import type { OptionNode } from '../definitions/option-node.ts';
import type { FactKind } from '../fact.ts';

/** A machine or a guest as its modules define it. */
export interface Thing {
  /** The attribute that a deploy uses. */
  readonly host: string;
  /** The guest on the host, where it is not the host itself. */
  readonly guest: string | null;
  readonly root: OptionNode;
}

/** A fact before its place is told in lines. */
export interface Said {
  readonly kind: FactKind;
  readonly name: string;
  readonly value: string;
  readonly site: Site | null;
  /** A guest that it is about, where a machine says it of its guest. */
  readonly guest?: string;
}

/**
 * One way in which modules say facts. It looks at options by their NixOS names and gives what is written out; what has
 * to be computed from what the repository does not hold is left out, never guessed. A new one joins `list.ts`.
 */
export type FactReader = (thing: Thing) => Iterable<Said>;
