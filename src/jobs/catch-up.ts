import { createHash } from 'node:crypto';
import { fingerprintOf } from '../config/host-target.ts';
import { Fault } from '../core/fault.ts';
import type { Fingerprint, HostName } from '../core/names.ts';
import { changeRecord } from '../rollout/change-record.ts';
import type { HostRecord, Missed } from '../rollout/host-record.ts';
import { hostRecord } from '../rollout/host-turns.ts';
import { askAgainAfter, type CatchUp, isProven, mayAsk, mayCatchUp } from '../rollout/may-catch-up.ts';
import { missedAtOnce } from '../rollout/missed.ts';
import { openingAt } from '../rollout/opening.ts';
import { goneOf } from '../rollout/seats.ts';
import { policyOf } from '../rollout/policy-of.ts';
import { personLockOn } from '../rollout/person-lock.ts';
import type { Rollout } from '../rollout/rollout.ts';
import type { Bot } from './bot.ts';
import { wakeCatchUp } from './wake-catch-up.ts';
import { onlyForward } from './only-forward.ts';
import { type Fleet, readFleet } from './read-fleet.ts';
import { answersAgain } from './answers-again.ts';
import { catchUpJobShape, type RolloutJob } from './rollout-job.ts';
import { tellLater } from './tell-later.ts';

/**
 * Asks a host that was offline whether it is back, and where it is, begins to bring it to the newest commit that it
 * missed. One asker goes on for a host, by turns: its next turn is in the queue before this one is over, so that no
 * crash ends it, and an asker of an older turn leaves.
 */
export async function catchUp(bot: Bot, payload: unknown): Promise<void> {
  const { fingerprint, turn } = catchUpJobShape.parse(payload);
  // A turn that finds nothing to do is used up too: the next one has another name.
  const idle = (known: HostRecord) => known.missed.length === 0;
  const { after: record } = await takeTurn(bot, fingerprint, turn, idle);
  const first = record?.missed[0];
  if (record === null || first === undefined || turn < record.asked) return;
  await wakeCatchUp(bot, { fingerprint, turn: turn + 1 }, askAgainAfter(first, bot.clock.now()));
  await takeTurn(bot, fingerprint, turn, () => true);
  try {
    await askOnce(bot, record, turn);
  } catch (error) {
    // The forge or the store was away: the next turn asks again.
    if (!(error instanceof Fault)) throw error;
    bot.log.warn('a host that was offline could not be seen to', { host: first.host, error });
  }
}

function takeTurn(bot: Bot, fingerprint: Fingerprint, turn: number, may: (record: HostRecord) => boolean) {
  return changeRecord(bot.records, hostRecord(fingerprint), (known) =>
    known === null || known.asked > turn || !may(known) ? known : { ...known, asked: turn + 1 },
  );
}

async function askOnce(bot: Bot, record: HostRecord, turn: number): Promise<void> {
  const last = record.missed.at(-1);
  if (last === undefined) return;
  const { host } = last;
  const ids = record.missed.map(({ rollout }) => rollout);
  const lock = await personLockOn(bot.records, record.fingerprint, bot.clock.now());
  const known = { record, rollouts: await rolloutsOf(bot, ids), lock, now: bot.clock.now() };
  const ask = mayAsk({ ...known, missed: last });
  if (ask.kind !== 'ask') return settle(bot, record, host, ask);
  await tellLater(bot, ids, host, { kind: 'waiting', why: null });
  if (!(await answersAgain(bot, last, record.fingerprint))) return;
  const newest = await newestOf(bot, record.missed);
  const fleet = await readFleet(bot.forge, newest.repository);
  // A config that cannot be read is mended or not; the host waits for that as everybody does.
  if (fleet.kind === 'no-fleet') return;
  const configured = Object.hasOwn(fleet.config.hosts, host) ? fleet.config.hosts[host] : undefined;
  if (configured === undefined || fingerprintOf(configured) !== record.fingerprint)
    return forget(bot, record.fingerprint, record.missed);
  const missed = missedAtOnce(record.missed, newest);
  const may = mayCatchUp({ ...known, missed, ...(await forgeFacts(bot, fleet, record, missed)) });
  if (may.kind !== 'ask') return settle(bot, record, host, may);
  if (await hasRoom(bot, missed, known.rollouts, fleet)) await beginCatchUp(bot, record, missed, turn);
}

async function settle(
  bot: Bot,
  record: HostRecord,
  host: HostName,
  may: Exclude<CatchUp, { readonly kind: 'ask' }>,
): Promise<void> {
  const ids = record.missed.map(({ rollout }) => rollout);
  if (may.kind === 'wait') return tellLater(bot, ids, host, { kind: 'waiting', why: may.why });
  if (may.why !== null) await tellLater(bot, ids, host, { kind: 'left', why: may.why });
  return forget(bot, record.fingerprint, record.missed);
}

async function forgeFacts(
  bot: Bot,
  { config, sha: tip }: Fleet,
  { fingerprint, current }: HostRecord,
  { repository, sha, host, pullRequest }: Missed,
) {
  const contains = async (commit: typeof sha) => (await bot.forge.compare(repository, sha, commit)).isAncestor;
  const pull = await bot.forge.pullRequest(repository, pullRequest);
  return {
    isMerged: await contains(tip),
    isThere: current !== null && current.sha !== null && (await contains(current.sha)),
    backwards: await onlyForward(bot, { repository, sha, head: pull.headSha }, { host, fingerprint }),
    room: await roomLacks(bot, config, host),
    opening: openingAt(config.deploy, bot.clock.now()),
  };
}

/** The hosts that are away, where no further one may be: a rollout that is only refused tells nobody anything new. */
async function roomLacks(bot: Bot, config: Fleet['config'], host: Missed['host']): Promise<readonly HostName[] | null> {
  for (const group of policyOf(config).groups) {
    const gone = group.hosts.includes(host) ? await goneOf(bot.records, group, host) : [];
    if (gone.length >= group.most) return gone;
  }
  return null;
}

/** The one that contains the others; of two that do not know each other the later one. */
async function newestOf(bot: Bot, missed: HostRecord['missed']): Promise<Missed> {
  let newest: Missed | undefined;
  for (const one of missed) {
    const isOlder = newest !== undefined && (await bot.forge.compare(one.repository, one.sha, newest.sha)).isAncestor;
    if (!isOlder) newest = one;
  }
  if (newest === undefined) throw new Error('bug: a host that missed nothing is asked again');
  return newest;
}

async function rolloutsOf(bot: Bot, ids: readonly string[]): Promise<readonly Rollout[]> {
  const all = await Promise.all(ids.map((id) => bot.rollouts.read(id)));
  return all.filter((rollout) => rollout !== null);
}

/**
 * A commit that ended well nowhere yet is tried on one host at a time: after a power cut all come back in the same
 * minute, and there are no waves among them.
 */
async function hasRoom(bot: Bot, missed: Missed, rollouts: readonly Rollout[], { config }: Fleet): Promise<boolean> {
  const running = (await bot.rollouts.running()).filter(
    ({ catchesUp, sha, repository }) =>
      catchesUp.length > 0 && sha === missed.sha && repository.name === missed.repository.name,
  );
  return running.length < (isProven(rollouts) ? config.deploy.parallel : 1);
}

async function beginCatchUp(bot: Bot, record: HostRecord, missed: Missed, turn: number): Promise<void> {
  const { repository, host, sha, pullRequest, by } = missed;
  const pull = await bot.forge.pullRequest(repository, pullRequest);
  // One commit from here on: what it contains needs no looking after any more.
  await changeRecord(bot.records, hostRecord(record.fingerprint), (known) =>
    known === null
      ? null
      : { ...known, missed: [...known.missed.filter((one) => !isAmong(record.missed, one)), missed] },
  );
  const id = `u${pullRequest}-${createHash('sha256').update(`${missed.rollout} ${host}`).digest('hex').slice(0, 16)}`;
  const job: RolloutJob = {
    kind: 'catch-up',
    repository,
    id,
    by,
    pullRequest,
    sha,
    head: pull.headSha,
    base: pull.baseSha,
    host,
    catchesUp: record.missed.map(({ rollout }) => rollout),
  };
  bot.tell({
    step: 'host-is-back',
    host,
    pr: pullRequest,
    sha,
    text: `${host} answers again, and missed #${pullRequest}`,
  });
  // Asked for anew at each turn: what refused it at the last one (an approval that was lost) may be mended. It begins once.
  await bot.queue.add('rollout', job, { id: `rollout:${repository.name}:${id}:${turn}` });
}

async function forget(bot: Bot, fingerprint: Fingerprint, missed: readonly Missed[]): Promise<void> {
  await changeRecord(bot.records, hostRecord(fingerprint), (known) =>
    known === null ? null : { ...known, missed: known.missed.filter((one) => !isAmong(missed, one)) },
  );
}

/** What came since is not among what was looked at. */
function isAmong(missed: readonly Missed[], { rollout }: Missed): boolean {
  return missed.some((one) => one.rollout === rollout);
}
