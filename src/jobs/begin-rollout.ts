import { attributeOf, fingerprintOf, zoneServersOf } from '../config/host-target.ts';
import { never } from '../core/bug.ts';
import { type CommitSha, type HostName, shortSha } from '../core/names.ts';
import { isRefusal, type Refusal } from '../core/refusal.ts';
import { changedEntries } from '../core/tree-diff.ts';
import { changedRecords } from '../dns/changed-records.ts';
import type { ExpectedRecord } from '../host/machine.ts';
import { renderRefusals } from '../report/refusals.ts';
import { hostKey, parseHostRecord } from '../rollout/host-record.ts';
import { mayDeployMerge } from '../rollout/may-deploy-merge.ts';
import { mannerOf } from '../rollout/manner-of.ts';
import { hostsBeneath } from '../rollout/hosts-beneath.ts';
import { policyOf } from '../rollout/policy-of.ts';
import { mayReboot } from '../rollout/may-reboot.ts';
import { type RequestedHost, startRollout } from '../rollout/start-rollout.ts';
import { waveOrderOf } from '../rollout/waves.ts';
import { affectedOf } from './affected-of.ts';
import type { Bot } from './bot.ts';
import { gateRefusal } from './deploy-gate.ts';
import { closedNow, forcedBy, type Meant, withoutLocked } from './may-begin.ts';
import { postingKeys } from './posting-keys.ts';
import { type Fleet, readFleet } from './read-fleet.ts';
import { reportPlaces, reportRollout } from './report-rollout.ts';
import { type RolloutJob, rolloutJobShape } from './rollout-job.ts';
import { wakeDeploys } from './wake-deploys.ts';
import { zoneSources, zoneTexts } from './zone-texts.ts';

/** The story of a yes: read the fleet, find the hosts and what must be true of them afterwards, and begin the rollout. */
export async function beginRollout(bot: Bot, payload: unknown): Promise<void> {
  const job = rolloutJobShape.parse(payload);
  const fleet = await readFleet(bot.forge, job.repository);
  if (fleet.kind === 'no-fleet') return sayRefused(bot, job, [fleet.refusal]);
  if (job.kind === 'merge' && !fleet.config.deploy.on_merge) return;
  const closed = await closedNow(bot, job, fleet);
  if (closed !== null) return sayRefused(bot, job, [closed]);
  const barred = job.kind === 'deploy' || job.kind === 'merge' ? await gateRefusal(bot, job, fleet) : null;
  if (barred !== null) return sayRefused(bot, job, [barred]);
  const asked = await requestOf(bot, job, fleet);
  const request = await withoutLocked(bot, job, asked);
  if (request.refusals.length > 0) await sayRefused(bot, job, request.refusals);
  if (request.hosts.length === 0) {
    if (request.refusals.length === 0)
      bot.tell({ step: 'nothing-to-deploy', pr: issueOf(job), text: 'the commit changes no host' });
    return;
  }
  const started = await startRollout(bot, {
    id: job.id,
    kind: job.kind === 'merge' ? 'deploy' : job.kind,
    repository: job.repository,
    sha: request.sha ?? ('sha' in job ? job.sha : null),
    cause:
      job.kind === 'merge'
        ? { kind: 'merge', by: job.by, pullRequest: job.pullRequest }
        : { kind: 'command', by: job.by, issue: issueOf(job), comment: job.comment, forced: forcedBy(job) },
    reason: reasonOf(job),
    policy: policyOf(fleet.config),
    order: waveOrderOf(fleet.config, hostsBeneath(fleet.config, await bot.ground())),
    hosts: request.hosts,
  });
  if (isRefusal(started)) return sayRefused(bot, job, [started]);
  const names = Object.keys(started.rollout.hosts);
  bot.tell({
    step: 'rollout-begun',
    pr: issueOf(job),
    ...('sha' in job ? { sha: job.sha } : {}),
    text: `${reasonOf(job)}: ${names.join(', ')}`,
  });
  await reportRollout(bot, started.rollout.id);
  await reportPlaces(bot, started.rollout);
  await wakeDeploys(bot, started.wake);
}

async function requestOf(bot: Bot, job: RolloutJob, fleet: Fleet): Promise<Meant> {
  switch (job.kind) {
    case 'verify':
    case 'rollback':
      return {
        hosts: job.hosts.flatMap((host) => requested(fleet, host, { named: true, touched: 'own', records: [] })),
        refusals: [],
      };
    case 'deploy': {
      const { mergeBase } = await bot.forge.compare(job.repository, fleet.sha, job.sha);
      const change = await changeBetween(bot, job, fleet, { base: mergeBase ?? fleet.sha, head: job.sha });
      const hosts = job.hosts.flatMap((host) =>
        requested(fleet, host, {
          named: job.named.includes(host),
          touched: change.touched.get(host) ?? 'shared',
          records: change.recordsOf(host),
          adopt: job.flags.adopt,
        }),
      );
      return { hosts, refusals: [] };
    }
    case 'merge':
      return mergeRequest(bot, job, fleet);
    case 'reboot':
      return rebootRequest(bot, job, fleet);
    default:
      return never(job);
  }
}

async function rebootRequest(bot: Bot, job: RolloutJob & { readonly kind: 'reboot' }, fleet: Fleet): Promise<Meant> {
  const [asked] = requested(fleet, job.host, { named: true, touched: 'own', records: [] });
  const found = asked === undefined ? null : await bot.records.read(hostKey(asked.fingerprint));
  const pending = mayReboot(job.host, found === null ? null : parseHostRecord(found.value).pending, job.commit);
  if (isRefusal(pending)) return { hosts: [], refusals: [pending] };
  return {
    hosts: asked === undefined ? [] : [asked],
    refusals: [],
    ...(pending.sha === null ? {} : { sha: pending.sha }),
  };
}

/**
 * Every host that the merge changes something for, and that it only brings forward. What it changes is what its pull
 * request changes: the event's base may be long behind the branch, and everything that was merged since would count too.
 */
async function mergeRequest(bot: Bot, job: RolloutJob & { readonly kind: 'merge' }, fleet: Fleet): Promise<Meant> {
  const { mergeBase } = await bot.forge.compare(job.repository, job.base, job.head);
  const change = await changeBetween(bot, job, fleet, { base: mergeBase ?? job.base, head: job.head });
  const hosts: RequestedHost[] = [];
  const refusals: Refusal[] = [];
  for (const [host, touched] of change.touched) {
    const refusal = await mergeRefusal(bot, job, fleet, host);
    if (refusal !== null) refusals.push(refusal);
    else hosts.push(...requested(fleet, host, { named: false, touched, records: change.recordsOf(host) }));
  }
  return { hosts, refusals };
}

async function mergeRefusal(
  bot: Bot,
  job: RolloutJob & { readonly kind: 'merge' },
  fleet: Fleet,
  host: HostName,
): Promise<Refusal | null> {
  const configured = fleet.config.hosts[host];
  const fingerprint = configured === undefined ? null : fingerprintOf(configured);
  const found = fingerprint === null ? null : await bot.records.read(hostKey(fingerprint));
  const hostCommit = found === null ? null : (parseHostRecord(found.value).current?.sha ?? null);
  if (hostCommit === null || hostCommit === job.sha) return null;
  const { isAncestor } = await bot.forge.compare(job.repository, hostCommit, job.sha);
  const mergedHeads = isAncestor ? [] : await headsMergedInto(bot, job, hostCommit);
  return mayDeployMerge({ host, merge: job.sha, hostCommit, isAncestor, mergedHeads });
}

/** `commit`, where it is the head of a pull request whose merge commit the merge contains. */
async function headsMergedInto(
  bot: Bot,
  job: RolloutJob & { readonly kind: 'merge' },
  commit: CommitSha,
): Promise<readonly CommitSha[]> {
  if (job.head === commit) return [commit];
  for (const { headSha, merged, mergeCommit } of await bot.forge.pullRequestsOf(job.repository, commit)) {
    if (headSha !== commit || !merged || mergeCommit === null) continue;
    if ((await bot.forge.compare(job.repository, mergeCommit, job.sha)).isAncestor) return [commit];
  }
  return [];
}

interface Change {
  readonly touched: ReadonlyMap<HostName, 'own' | 'shared'>;
  readonly recordsOf: (host: HostName) => readonly ExpectedRecord[];
}

/** What `head` changes against `base`: for which hosts, and which DNS records the servers among them must then answer. */
async function changeBetween(
  bot: Bot,
  job: RolloutJob & { readonly sha: CommitSha },
  fleet: Fleet,
  { base, head }: { readonly base: CommitSha; readonly head: CommitSha },
): Promise<Change> {
  const treeAt = (sha: CommitSha) => (sha === fleet.sha ? fleet.tree : bot.forge.tree(job.repository, sha));
  const [before, after] = [treeAt(base), treeAt(job.sha)];
  const paths = (await changedEntries(before, treeAt(head))).map(({ path }) => path);
  const [old, fresh] = await Promise.all([zoneTexts(before, fleet.config), zoneTexts(after, fleet.config)]);
  const records = zoneSources(fleet.config).map((source) => ({
    zone: source.zone,
    changed: changedRecords(source, old, fresh),
  }));
  return {
    touched: await touchedBy(bot, job, fleet, { base, head }, paths),
    recordsOf: (host) =>
      records.flatMap(({ zone, changed }) =>
        zoneServersOf(fleet.config, zone).some((server) => server.host === host) ? changed : [],
      ),
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

function requested(
  fleet: Fleet,
  host: HostName,
  { adopt = false, ...more }: Pick<RequestedHost, 'named' | 'touched' | 'records'> & { readonly adopt?: boolean },
): RequestedHost[] {
  const configured = fleet.config.hosts[host];
  const fingerprint = configured === undefined ? null : fingerprintOf(configured);
  if (fingerprint === null) return [];
  const manner = mannerOf(fleet.config, host, { adopt });
  return [{ host, fingerprint, attribute: attributeOf(fleet.config, host), manner, ...more }];
}

function reasonOf(job: RolloutJob): string {
  switch (job.kind) {
    case 'deploy':
      return `/deploy by ${job.by} at ${shortSha(job.sha)}`;
    case 'merge':
      return `merge of #${job.pullRequest} by ${job.by}`;
    case 'verify':
    case 'rollback':
      return `/${job.kind} by ${job.by}`;
    case 'reboot':
      return `/reboot of ${job.host} by ${job.by} at ${job.commit.slice(0, 12)}`;
    default:
      return never(job);
  }
}

function issueOf(job: RolloutJob): number {
  return 'issue' in job ? job.issue : job.pullRequest;
}

async function sayRefused(bot: Bot, job: RolloutJob, refusals: readonly Refusal[]): Promise<void> {
  const body = renderRefusals(refusals.map((refusal) => ({ refusal, typed: reasonOf(job) })));
  await bot.outbox.put(job.repository, postingKeys.refusedRollout(job.id), 'result', {
    kind: 'comment',
    issue: issueOf(job),
    body,
  });
  bot.tell({ step: 'refused', pr: issueOf(job), text: refusals.map(({ code }) => code).join(', ') });
}
