import { attributeOf, fingerprintOf } from '../config/host-target.ts';
import { never } from '../core/bug.ts';
import { type CommitSha, type HostName, shortSha } from '../core/names.ts';
import { isRefusal, type Refusal } from '../core/refusal.ts';
import { changedEntries } from '../core/tree-diff.ts';
import type { ExpectedRecord } from '../host/machine.ts';
import { renderRefusals } from '../report/refusals.ts';
import { hostKey, parseHostRecord } from '../rollout/host-record.ts';
import { mannerOf } from '../rollout/manner-of.ts';
import { hostsBeneath } from '../rollout/hosts-beneath.ts';
import { policyOf } from '../rollout/policy-of.ts';
import { mayReboot } from '../rollout/may-reboot.ts';
import { type RequestedHost, startRollout } from '../rollout/start-rollout.ts';
import type { Rollout } from '../rollout/rollout.ts';
import { waveOrderOf } from '../rollout/waves.ts';
import { affectedOf } from './affected-of.ts';
import type { Bot } from './bot.ts';
import { gateRefusal } from './deploy-gate.ts';
import { derivedBetween, type DerivedOf } from './derived-of.ts';
import { closedNow, forcedBy, type Meant, withoutLocked } from './may-begin.ts';
import { onlyForward } from './only-forward.ts';
import { postingKeys } from './posting-keys.ts';
import { type Fleet, readFleet } from './read-fleet.ts';
import { reportPlaces, reportRollout } from './report-rollout.ts';
import { type RolloutJob, rolloutJobShape } from './rollout-job.ts';
import { tellLater } from './tell-later.ts';
import { wakeDeploys } from './wake-deploys.ts';
import { zoneSources, zoneTexts } from './zone-texts.ts';
import { changedZonesOf } from './expected-records.ts';
import { knownServersAt } from './known-serials.ts';

/** The story of a yes: read the fleet, find the hosts and what must be true of them afterwards, and begin the rollout. */
export async function beginRollout(bot: Bot, payload: unknown): Promise<void> {
  const job = rolloutJobShape.parse(payload);
  const fleet = await readFleet(bot.forge, job.repository);
  if (fleet.kind === 'no-fleet') return sayRefused(bot, job, [fleet.refusal]);
  if (job.kind === 'merge' && !fleet.config.deploy.on_merge) return;
  const closed = await closedNow(bot, job, fleet);
  if (closed !== null) return sayRefused(bot, job, [closed]);
  const barred = 'sha' in job ? await gateRefusal(bot, job, fleet) : null;
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
    kind: job.kind === 'merge' || job.kind === 'catch-up' ? 'deploy' : job.kind,
    repository: job.repository,
    sha: request.sha ?? ('sha' in job ? job.sha : null),
    cause: causeOf(job),
    reason: reasonOf(job),
    catchesUp: job.kind === 'catch-up' ? job.catchesUp : [],
    policy: policyOf(fleet.config, { anytime: job.kind === 'verify' || forcedBy(job) !== null }),
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
  for (const host of job.kind === 'catch-up' ? [job.host] : [])
    await tellLater(bot, started.rollout.catchesUp, host, { kind: 'begun', rollout: started.rollout.id });
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
          derived: change.derivedOf(host),
          adopt: job.flags.adopt,
        }),
      );
      return { hosts, refusals: [] };
    }
    case 'merge':
      return mergeRequest(bot, job, fleet);
    case 'reboot':
      return rebootRequest(bot, job, fleet);
    case 'catch-up':
      return { hosts: await caughtUpHost(bot, job, fleet), refusals: [] };
    default:
      return never(job);
  }
}

/** The host with what it missed; none where it is at the commit by now, or was brought elsewhere. */
async function caughtUpHost(
  bot: Bot,
  job: RolloutJob & { readonly kind: 'catch-up' },
  fleet: Fleet,
): Promise<readonly RequestedHost[]> {
  const [asked] = requested(fleet, job.host, { named: false, touched: 'shared', records: [] });
  const found = asked === undefined ? null : await bot.records.read(hostKey(asked.fingerprint));
  const missed = found === null ? [] : parseHostRecord(found.value).missed;
  const mine = missed.find(({ sha }) => sha === job.sha);
  if (asked === undefined || mine === undefined) return [];
  return [{ ...asked, touched: mine.touched, records: mine.records, derived: mine.derived }];
}

function causeOf(job: RolloutJob): Rollout['cause'] {
  if (job.kind === 'merge' || job.kind === 'catch-up')
    return { kind: 'merge', by: job.by, pullRequest: job.pullRequest };
  const merged = job.kind === 'deploy' && job.merged;
  return { kind: 'command', by: job.by, issue: issueOf(job), comment: job.comment, forced: forcedBy(job), merged };
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
    const [records, derived] = [change.recordsOf(host), change.derivedOf(host)];
    const asked = requested(fleet, host, { named: false, touched, records, derived });
    for (const one of asked) {
      const refusal = await onlyForward(bot, job, one);
      if (refusal === null) hosts.push(one);
      else refusals.push(refusal);
    }
  }
  return { hosts, refusals };
}

interface Change {
  readonly touched: ReadonlyMap<HostName, 'own' | 'shared'>;
  readonly recordsOf: (host: HostName) => readonly ExpectedRecord[];
  readonly derivedOf: DerivedOf;
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

function requested(
  fleet: Fleet,
  host: HostName,
  {
    adopt = false,
    ...more
  }: Pick<RequestedHost, 'named' | 'touched' | 'records' | 'derived'> & { readonly adopt?: boolean },
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
    case 'catch-up':
      return `${job.host} was offline when #${job.pullRequest} was merged by ${job.by}`;
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
