import type { Clock } from '../core/clock.ts';
import { Fault } from '../core/fault.ts';
import type { Link, Links, Target } from './link.ts';

/** How long to put up with a host that is away. */
export interface Patience {
  /** When to stop trying, in milliseconds since the epoch. */
  readonly end: number;
  /** How often to try at most, where whoever asks has a patience of its own. */
  readonly tries?: number;
  readonly signal?: AbortSignal;
}

/** A connection that comes back. */
export interface SteadyLink {
  /**
   * Does something over a link, and all of it again over a new link when the connection is lost, until patience ends.
   * So the action must be one that may be done twice.
   */
  use<Result>(patience: Patience, action: (link: Link) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

const firstPauseMs = 250;
const longestPauseMs = 15_000;

/** What a new connection may mend. A wrong host key, a refused token or a strange answer stay what they are. */
const transport: ReadonlySet<Fault['code']> = new Set(['connection-lost', 'connection-refused', 'timed-out']);

export function steadyLink(links: Links, target: Target, clock: Clock): SteadyLink {
  let link: Link | null = null;
  let wasIn = false;
  let opening: Promise<Link> | null = null;
  let closed = false;

  /** Callers that come at the same time share one connection. */
  const linked = async (patience: Patience): Promise<Link> => {
    if (link?.alive === true) return link;
    const deadlineMs = Math.max(1, patience.end - clock.now());
    const signal = patience.signal === undefined ? {} : { signal: patience.signal };
    opening ??= links.open(target, { deadlineMs, ...signal }).finally(() => (opening = null));
    const opened = await opening;
    wasIn = true;
    if (closed) await opened.close();
    link = opened;
    return opened;
  };

  /** A host that let us in before may refuse a login while it switches; one that never did is wrongly set up. */
  const mends = (fault: Fault): boolean =>
    transport.has(fault.code) || (fault.code === 'login-refused' && (wasIn || fault.retry === 'later'));

  return {
    async use(patience, action) {
      for (let tries = 1; ; tries += 1) {
        const pause = Math.min(firstPauseMs * 2 ** (tries - 1), longestPauseMs);
        patience.signal?.throwIfAborted();
        try {
          return await action(await linked(patience));
        } catch (fault) {
          // Whoever closed it has gone, and must not find new connections opened in its name.
          if (closed || !(fault instanceof Fault) || !mends(fault)) throw fault;
          const wait = Math.max(pause, fault.retryAfterMs ?? 0);
          if (tries >= (patience.tries ?? Infinity) || clock.now() + wait >= patience.end) throw fault;
          await clock.sleep(wait, patience.signal);
        }
      }
    },
    async close() {
      closed = true;
      await link?.close();
    },
  };
}
