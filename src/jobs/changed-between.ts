import type { CommitSha, HostName } from '../core/names.ts';
import { changedEntries } from '../core/tree-diff.ts';
import type { ExpectedRecord } from '../host/machine.ts';
import { affectedOf } from './affected-of.ts';
import type { Bot } from './bot.ts';
import { derivedBetween, type DerivedOf } from './derived-of.ts';
import { changedZonesOf } from './expected-records.ts';
import { knownServersAt } from './known-serials.ts';
import type { Fleet } from './read-fleet.ts';
import type { RolloutJob } from './rollout-job.ts';
import { issueOf } from './told-job.ts';
import { zoneSources, zoneTexts } from './zone-texts.ts';

/** What a commit changes: for which hosts, and what must be true of them afterwards. */
export interface Change {
  readonly touched: ReadonlyMap<HostName, 'own' | 'shared'>;
  readonly recordsOf: (host: HostName) => readonly ExpectedRecord[];
  readonly derivedOf: DerivedOf;
}

/** What `head` changes against `base`: for which hosts, and which DNS records the servers among them must then answer. */
export async function changeBetween(
  bot: Bot,
  job: RolloutJob & { readonly sha: CommitSha },
  fleet: Fleet,
  { base, head }: { readonly base: CommitSha; readonly head: CommitSha },
): Promise<Change> {
  const treeAt = (sha: CommitSha) => (sha === fleet.sha ? fleet.tree : bot.forge.tree(job.repository, sha));
  const [before, after] = [treeAt(base), treeAt(job.sha)];
  const paths = (await changedEntries(before, treeAt(head))).map(({ path }) => path);
  const [old, fresh] = await Promise.all([zoneTexts(before, fleet.config), zoneTexts(after, fleet.config)]);
  const zones = changedZonesOf(fleet.config, zoneSources(fleet.config), old, fresh);
  const at = { repository: job.repository, sha: fleet.sha };
  const known = await knownServersAt(bot, at, zones.zones, async () => zones.zones);
  const touched = await touchedBy(bot, job, fleet, { base, head }, paths);
  const among = job.kind === 'deploy' ? job.hosts : [...touched.keys()];
  return {
    touched,
    recordsOf: (host) => zones.recordsOf(host, among, known.serials),
    derivedOf: await derivedBetween(bot, job.repository, fleet.config, { base, head }),
  };
}

/** A merge also brings files together that were apart on the branch: what it changes is read in its own commit as well. */
async function touchedBy(
  bot: Bot,
  job: RolloutJob & { readonly sha: CommitSha },
  fleet: Fleet,
  { base, head }: { readonly base: CommitSha; readonly head: CommitSha },
  paths: readonly string[],
): Promise<Change['touched']> {
  const merged = job.kind === 'merge' ? job.sha : null;
  const between = { base, head, merged, pullRequest: issueOf(job) };
  const { hosts } = await affectedOf(bot, job.repository, fleet.config, between, paths);
  return new Map([...hosts].map(([host, { touched }]) => [host, touched] as const));
}
