import { never } from '../core/bug.ts';
import type { HostName } from '../core/names.ts';
import { outcomeMeanings } from '../core/outcome.ts';
import type { Deploy } from './deploy.ts';
import type { Claim, Held, HostRecord } from './host-record.ts';
import { missedAfter } from './missed.ts';
import type { Rollout } from './rollout.ts';

/**
 * Whose turn it is on a machine. The lock says who works on it this minute and dies with its worker; the claim says
 * which deploy it belongs to, and stays until that deploy has an end. So a second rollout never starts on a host
 * that the first left half-way. Pure.
 */

interface Asker {
  readonly rollout: string;
  readonly host: HostName;
}

const same = (claim: Claim, asker: Asker): boolean => claim.rollout === asker.rollout && claim.host === asker.host;

export type Turn =
  | { readonly kind: 'mine'; readonly record: HostRecord }
  /** `behind` has the host or is the next to have it; `position` deploys come first. */
  | { readonly kind: 'later'; readonly record: HostRecord; readonly behind: Claim; readonly position: number };

/** Claims the host, or joins the end of those who wait. Asking again keeps the place. */
export function claimHost(record: HostRecord, asker: Asker, at: number): Turn {
  if (record.claim !== null && same(record.claim, asker)) return { kind: 'mine', record };
  const waiting = record.waiting.some((claim) => same(claim, asker))
    ? record.waiting
    : [...record.waiting, { rollout: asker.rollout, host: asker.host, since: at }];
  const position = waiting.findIndex((claim) => same(claim, asker));
  const mine = waiting[position];
  if (record.claim === null && position === 0 && mine !== undefined)
    return { kind: 'mine', record: { ...record, claim: mine, waiting: waiting.slice(1) } };
  const behind = record.claim ?? waiting[0];
  if (behind === undefined) throw new Error('bug: waits behind nobody');
  const unchanged = waiting === record.waiting;
  return {
    kind: 'later',
    record: unchanged ? record : { ...record, waiting },
    behind,
    position: position + (record.claim === null ? 0 : 1),
  };
}

/** Without those whose rollout is gone or done with the host: they will never come. */
export function withoutGone(record: HostRecord, isGone: (claim: Claim) => boolean): HostRecord {
  const waiting = record.waiting.filter((claim) => !isGone(claim));
  const claim = record.claim !== null && isGone(record.claim) ? null : record.claim;
  return claim === record.claim && waiting.length === record.waiting.length ? record : { ...record, claim, waiting };
}

/**
 * What a deploy that ended leaves behind. Doing it twice changes nothing, because the claim is gone after the first time.
 * `rollout`: the one that it belongs to; null where that is not remembered any more.
 */
export function settleHost(record: HostRecord, deploy: Deploy, rollout: Rollout | null, at: number): HostRecord {
  const waiting = record.waiting.filter((claim) => !same(claim, deploy));
  if (record.claim === null || !same(record.claim, deploy))
    return waiting.length === record.waiting.length ? record : { ...record, waiting };
  const missed = missedAfter(record.missed, deploy, rollout);
  return { ...record, ...remembered(record, deploy, at), ...awaited(deploy, at), missed, claim: null, waiting };
}

function remembered(record: HostRecord, deploy: Deploy, at: number): Partial<HostRecord> {
  const { outcome } = deploy;
  if (outcome === null) return {};
  const heldBy = (bad: Held['bad']): Held => ({
    rollout: deploy.rollout,
    outcome,
    reason: deploy.reason,
    sha: deploy.sha,
    bad,
    since: at,
  });
  switch (deploy.kind) {
    case 'verify':
      return {};
    case 'rollback': {
      // The bad one is what ran before the rollback; it must not come back with the next unrelated merge.
      const held = heldBy(deploy.baseline?.running ?? null);
      if (outcome === 'deployed') return { ...moved(record, deploy, at), held };
      return outcomeMeanings[outcome].held ? { held } : {};
    }
    case 'deploy':
    case 'reboot':
      // Built and shown; the host runs what it ran.
      if (deploy.reason?.code === 'dry-mode') return {};
      if (outcomeMeanings[outcome].good) return { ...moved(record, deploy, at), held: null };
      return outcomeMeanings[outcome].held ? { held: heldBy(deploy.target) } : {};
    default:
      return never(deploy.kind);
  }
}

/** What waits for a reboot: a deploy that asked for `boot` has settled what the host boots into, one way or the other. */
function awaited(deploy: Deploy, at: number): Partial<HostRecord> {
  const { outcome, target, sha, rollout } = deploy;
  if (outcome === 'boot-pending' && target !== null) return { pending: { path: target, sha, rollout, since: at } };
  // Somebody rebooted it by hand: it runs what waited.
  const arrived = deploy.kind === 'reboot' && outcome === 'unchanged';
  return deploy.bootAsked || arrived ? { pending: null } : {};
}

/** What runs now, and what ran before it. */
function moved(record: HostRecord, deploy: Deploy, at: number): Partial<HostRecord> {
  const { target, baseline } = deploy;
  if (target === null || baseline === null) return {};
  const knownSha = (path: string) =>
    [record.current, record.previous].find((system) => system?.path === path)?.sha ?? null;
  const sha = deploy.kind === 'rollback' ? knownSha(target) : deploy.sha;
  const current = { path: target, sha, at };
  if (target === baseline.running) return { current };
  return { current, previous: { path: baseline.running, sha: knownSha(baseline.running) } };
}
