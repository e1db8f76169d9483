import type { FleetConfig } from '../config/fleet-config.ts';
import { type CommitSha, type HostName, parseHostName, shortSha } from '../core/names.ts';
import { nearest } from '../core/nearest.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { PullRequestSnapshot } from './command.ts';

/** `wolfhound`, `#dns` and `all`, in any mixture, as hosts of the fleet in its own order and without repeats. */
export function hostsNamed(words: readonly string[], config: FleetConfig): readonly HostName[] | Refusal {
  const known = Object.keys(config.hosts) as HostName[];
  const wanted = new Set<HostName>();
  for (const word of words) {
    const found =
      word === 'all' ? known : word.startsWith('#') ? taggedHosts(word.slice(1), config) : oneHost(word, known);
    if ('kind' in found) return found;
    for (const host of found) wanted.add(host);
  }
  if (wanted.size > config.limits.max_hosts) {
    return refuse('bad-arguments', {
      reason: `names ${wanted.size} hosts; at most ${config.limits.max_hosts} are allowed (\`limits.max_hosts\`)`,
    });
  }
  return known.filter((host) => wanted.has(host));
}

function oneHost(word: string, known: readonly HostName[]): readonly HostName[] | Refusal {
  const name = parseHostName(word);
  if (name !== null && known.includes(name)) return [name];
  const meant = nearest(word, known);
  return refuse('unknown-host', {
    host: word,
    ...(meant === null ? {} : { meant }),
    known: known.slice(0, 20),
    count: known.length,
  });
}

function taggedHosts(tag: string, config: FleetConfig): readonly HostName[] | Refusal {
  const tagged = (Object.keys(config.hosts) as HostName[]).filter((host) => config.hosts[host]?.tags.includes(tag));
  if (tagged.length > 0) return tagged;
  const tags = [...new Set(Object.values(config.hosts).flatMap((host) => host.tags))].sort();
  const meant = nearest(tag, tags);
  return refuse('unknown-tag', { tag, ...(meant === null ? {} : { meant }), known: tags.slice(0, 20) });
}

/** Takes `@sha` words out of a command's words. At least 12 digits: fewer can be made to collide on purpose. */
export function splitSha(
  words: readonly string[],
): { readonly rest: readonly string[]; readonly sha: string | null } | Refusal {
  const shas = words.filter((word) => word.startsWith('@'));
  const rest = words.filter((word) => !word.startsWith('@'));
  if (shas.length > 1) return refuse('bad-arguments', { reason: 'names more than one commit' });
  const sha = shas[0]?.slice(1) ?? null;
  if (sha !== null && !/^[0-9a-f]{12,40}$/.test(sha)) {
    return refuse('bad-arguments', {
      reason: `names "@${sha}", which is no commit: write 12 to 40 digits of it (0-9, a-f)`,
    });
  }
  return { rest, sha };
}

/**
 * The one commit that a command on a pull request may act on: its recorded head while it is open, its merge commit
 * once it is merged. A comment carries no commit, so without `@sha` the head must be the one that the bot last showed:
 * a push between reading the plan and typing the command is refused with the line to type.
 */
export function commitFor(
  pullRequest: PullRequestSnapshot,
  sha: string | null,
  retype: (sha: string) => string,
): CommitSha | Refusal {
  if (pullRequest.fromFork) return refuse('fork-pull-request', { number: pullRequest.number });
  if (pullRequest.state === 'closed') return refuse('pull-request-closed', { number: pullRequest.number });
  const current = pullRequest.state === 'merged' ? pullRequest.mergeCommit : pullRequest.recordedHead;
  if (current === null) return refuse('head-unknown', { number: pullRequest.number }, '/plan');
  if (sha !== null) {
    if (current.startsWith(sha)) return current;
    return refuse(
      'sha-mismatch',
      { asked: sha, current: shortSha(current), state: pullRequest.state },
      retype(shortSha(current)),
    );
  }
  if (pullRequest.state === 'merged' || pullRequest.shownHead === current) return current;
  const shown: Record<string, string> =
    pullRequest.shownHead === null ? {} : { shown: shortSha(pullRequest.shownHead) };
  return refuse('head-moved', { current: shortSha(current), ...shown }, retype(shortSha(current)));
}
