import type { Machine } from '../graph/host-walk.ts';
import type { Site } from '../eval/values.ts';

/** What a machine is to whoever deploys. Only a `host` is one of the fleet's own. */
export type HostKind = 'host' | 'guest' | 'installer' | 'test' | 'darwin' | 'home' | 'other';

/**
 * How far a host is beyond doubt. `certain`: read from the code that makes it. `likely`: the name is certain, what
 * it is made of is not, or the layout is one that many fleets share. `guess`: the folder looks like a host.
 */
export type Confidence = 'certain' | 'likely' | 'guess';

/** One machine of a repository, and why it is thought to be one. */
export interface FoundHost {
  /** The attribute by which a deploy names it. */
  readonly name: string;
  /** `networking.hostName`, where it is set to something else. */
  readonly hostName?: string;
  readonly file: string;
  readonly line: number;
  /** In words: `nixosConfigurations in flake.nix`. */
  readonly how: string;
  readonly confidence: Confidence;
  readonly kind: HostKind;
}

/** A host on its way: found, not yet opened. */
export interface Candidate {
  readonly machine: Machine;
  readonly site: Site;
  readonly how: string;
  readonly confidence: Confidence;
  readonly kind: HostKind;
}
