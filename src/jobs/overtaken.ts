import type { HostName } from '../core/names.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { hostKey, parseHostRecord } from '../rollout/host-record.ts';
import { placeOf, type Rollout } from '../rollout/rollout.ts';
import type { Bot } from './bot.ts';

/**
 * Whether a later commit reached the host while a merge waited for it: two merges that waited for one window, or for
 * one host, may come in any order, and the earlier one must not take the later one back. A person's `/deploy` may.
 */
export async function overtaken(
  bot: Pick<Bot, 'forge' | 'records'>,
  rollout: Rollout,
  host: HostName,
): Promise<Refusal | null> {
  const { kind, cause, sha, repository, startedAt } = rollout;
  if (kind !== 'deploy' || cause.kind !== 'merge' || sha === null) return null;
  const place = placeOf(rollout, host);
  const found = place === null ? null : await bot.records.read(hostKey(place.fingerprint));
  const current = found === null ? null : parseHostRecord(found.value).current;
  // What was there at the begin was compared then; only what came since is asked for.
  if (current === null || current.sha === null || current.sha === sha || current.at < startedAt) return null;
  const { isAncestor } = await bot.forge.compare(repository, sha, current.sha);
  return isAncestor ? refuse('overtaken', { host, merge: sha, hostCommit: current.sha }) : null;
}
