import type { Held } from './host-record.ts';
import type { Rollout } from './rollout.ts';

/** What asks for a host that may be held. */
export interface HostAsk {
  readonly kind: Rollout['kind'];
  /** A person typed this very host, and not a tag or `all`. */
  readonly named: boolean;
  /** `own`: the commit changes something that only this host has. `shared`: it changes something that all hosts may have. */
  readonly touched: 'own' | 'shared';
}

/**
 * Whether a held host may be brought to a commit. A shared change is not enough: most of them do not concern the host,
 * and the commit that was taken back is still below every one of them.
 */
export function mayMoveHeld(held: Held | null, ask: HostAsk): boolean {
  return held === null || ask.kind === 'verify' || ask.named || ask.touched === 'own';
}
