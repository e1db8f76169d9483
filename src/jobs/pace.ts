import { never } from '../core/bug.ts';
import type { Remote } from './forge-writer.ts';
import type { Posting } from './forge.ts';

/** A purse that fills by the second up to a burst. */
export interface Allowance {
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * How fast one installation may write. GitHub asks for one second between writes and about three between those that
 * notify people (the numbers of @octokit/plugin-throttling 11.0.5); short bursts are fine.
 */
export interface Pace {
  readonly writes: Allowance;
  readonly notices: Allowance;
}

export const githubPace: Pace = {
  writes: { burst: 20, perSecond: 1 },
  notices: { burst: 5, perSecond: 1 / 3 },
};

/** What an installation has left, as it was at a moment. */
export interface Purse {
  readonly writes: number;
  readonly notices: number;
  readonly at: number;
}

export interface Cost {
  readonly writes: number;
  readonly notices: number;
}

export function fullPurse(pace: Pace, now: number): Purse {
  return { writes: pace.writes.burst, notices: pace.notices.burst, at: now };
}

/** The purse after paying, or how long until it can. A clock that went back fills nothing and takes nothing. */
export function pay(
  pace: Pace,
  purse: Purse,
  cost: Cost,
  now: number,
): { readonly kind: 'paid'; readonly purse: Purse } | { readonly kind: 'wait'; readonly ms: number } {
  const seconds = Math.max(now - purse.at, 0) / 1000;
  const filled = (allowance: Allowance, left: number) =>
    Math.min(left + seconds * allowance.perSecond, allowance.burst);
  const writes = filled(pace.writes, purse.writes);
  const notices = filled(pace.notices, purse.notices);
  // More than a burst at once can never be saved up: then a full purse is enough.
  const missing = (allowance: Allowance, left: number, wanted: number) =>
    (Math.min(wanted, allowance.burst) - left) / allowance.perSecond;
  const wait = Math.max(missing(pace.writes, writes, cost.writes), missing(pace.notices, notices, cost.notices));
  if (wait > 0) return { kind: 'wait', ms: Math.ceil(wait * 1000) };
  return { kind: 'paid', purse: { writes: writes - cost.writes, notices: notices - cost.notices, at: now } };
}

/** What putting a posting there costs. Creating a comment or a pull request notifies people, editing does not. */
export function costOf(posting: Posting, known: Remote | null): Cost {
  switch (posting.kind) {
    case 'reaction':
    case 'check-run':
    case 'pull-request-section':
      return { writes: 1, notices: 0 };
    case 'comment':
    case 'sticky':
    case 'commit-comment':
      return { writes: 1, notices: known === null ? 1 : 0 };
    case 'deployment':
      return { writes: known === null ? 2 : 1, notices: 0 };
    case 'pull-request':
      return known === null ? { writes: 4, notices: 1 } : { writes: 1, notices: 0 };
    case 'branch-commit':
      return { writes: known === null ? 3 : 0, notices: 0 };
    default:
      return never(posting);
  }
}
