import { z } from 'zod';
import { Fault } from '../core/fault.ts';
import type { Fingerprint, HostName, RepositoryName } from '../core/names.ts';
import type { HostState } from '../host/machine.ts';
import { deployKey } from '../rollout/deploy.ts';
import { type DeploymentPayload, parseDeploymentPayload } from '../rollout/deployment-payload.ts';
import { locksEnvironment, parseLocksPayload } from '../rollout/locks-payload.ts';
import { rebuild, type Rebuilt, restore } from '../rollout/rebuild.ts';
import type { Bot } from './bot.ts';
import type { DeploymentMemory } from './deployment-memory.ts';
import type { RepositoryRef } from './forge.ts';
import { restoreHead } from './heads.ts';
import { rememberedMs } from './outbox-parts.ts';
import { restoreLocks } from './mirror-locks.ts';
import { type Fleet, type NoFleet, readFleet } from './read-fleet.ts';
import { reportDeploy, reportRollout } from './report-rollout.ts';

export interface RecoverParts {
  readonly bot: Bot;
  readonly memory: DeploymentMemory;
  /** The operator's list. */
  readonly repositories: readonly RepositoryName[];
}

/** Several of the newest rollouts of one host, each with up to three deployments. */
const mostPerHost = 30;
/** A deploy that nobody went on with for so long is history: the world has moved on, and so have the people. */
const resumedWithinMs = 3 * 24 * 60 * 60 * 1000;
const besideEachOther = 8;
/** How long a host that switches is waited for; one that takes longer is attached to. */
const settledWithinMs = 60_000;

/** Written once a repository was read: where it is missing, the store knows nothing, and the forge may know more. */
const markShape = z.object({ schemaVersion: z.literal(1), at: z.number(), lost: z.boolean() });
const markKey = (repository: RepositoryName) => `recovered/${repository}`;

/**
 * Makes a lost store anew from what the forge remembers and the hosts say. Nothing that is stored is touched, so any
 * number of workers may do it at once, and again. Resolves to whether something was lost that the forge may still
 * show: then a posting that is not remembered may be there all the same.
 */
export async function recover(parts: RecoverParts): Promise<{ readonly lost: boolean }> {
  let lost = !parts.bot.durable;
  for (const name of parts.repositories) {
    try {
      lost = (await recoverRepository(parts, name)) || lost;
    } catch (error) {
      if (!(error instanceof Fault) || error.retry === 'later') throw error;
      // One repository that cannot be read (a permission was not granted) is no reason not to serve the others.
      parts.bot.log.warn('what was deployed could not be read from the forge', { repository: name, error });
    }
  }
  return { lost };
}

async function recoverRepository(parts: RecoverParts, name: RepositoryName): Promise<boolean> {
  const { bot } = parts;
  const found = await bot.records.read(markKey(name));
  const mark = found === null ? undefined : markShape.safeParse(found.value).data;
  if (mark !== undefined && bot.durable) return mark.lost && bot.clock.now() - mark.at < rememberedMs;
  const repository = await parts.memory.repository(name);
  if (repository === null) {
    bot.log.warn('the App is not installed on a repository that it is to serve', { repository: name });
    return false;
  }
  const fleet = await readFleet(bot.forge, repository);
  const payloads = await remembered(parts, repository, fleet);
  const locked = fleet.kind === 'fleet' ? await lockedBefore(parts, repository, fleet) : [];
  if (payloads.length > 0) await takeBack(bot, payloads);
  const lost = payloads.length + locked.length > 0;
  const fresh = { schemaVersion: 1, at: bot.clock.now(), lost };
  // Another worker may have written it meanwhile, and says the same.
  await bot.records.write(markKey(name), found?.version ?? 0, fresh);
  return lost;
}

/** Locks the hosts again that people had locked, as the forge remembers it. */
async function lockedBefore(
  { bot, memory }: RecoverParts,
  repository: RepositoryRef,
  { config }: Fleet,
): Promise<readonly HostName[]> {
  const newest = (await memory.payloads(repository, locksEnvironment, 1))[0];
  const hosts = await restoreLocks(bot, config, parseLocksPayload(newest) ?? []);
  if (hosts.length > 0)
    bot.tell({ step: 'locks-restored', text: `people’s locks were read from the forge: ${hosts.join(', ')}` });
  return hosts;
}

/** Our payloads of every host that the config names, as far as they still count. */
async function remembered(
  { bot, memory }: RecoverParts,
  repository: RepositoryRef,
  fleet: Fleet | NoFleet,
): Promise<readonly DeploymentPayload[]> {
  const environments = fleet.kind === 'fleet' ? (Object.keys(fleet.config.hosts) as HostName[]) : [null];
  const read = await inTurns(environments, (host) =>
    memory.payloads(repository, host, host === null ? 100 : mostPerHost),
  );
  const ours = read.flat().flatMap((value) => parseDeploymentPayload(value) ?? []);
  const since = bot.clock.now() - resumedWithinMs;
  return (
    ours
      .filter((payload) => isOver(payload) || payload.rollout.startedAt >= since)
      // The repository may have been renamed and the App installed anew: what counts is by which it is reached now.
      .map((payload) => ({ ...payload, rollout: { ...payload.rollout, repository } }))
  );
}

/** Stores what the payloads and the hosts say, and tells people how it stands where the loss cut off the telling. */
async function takeBack(bot: Bot, payloads: readonly DeploymentPayload[]): Promise<void> {
  const newest = newestOfEach(payloads);
  const open = newest.filter((payload) => !isOver(payload));
  const rebuilt = rebuild(payloads, await statesOf(bot, open), bot.clock.now());
  for (const { rollout } of open) {
    const { cause, sha, repository } = rollout;
    if (cause.kind === 'command' && sha !== null) await restoreHead(bot.records, repository.name, cause.issue, sha);
  }
  await restore(bot.records, rebuilt);
  bot.log.info('what was under way was read from the forge', {
    rollouts: rebuilt.rollouts.length,
    hosts: rebuilt.hosts.length,
    open: open.length,
  });
  await reportOpen(bot, open, rebuilt);
}

async function reportOpen(bot: Bot, open: readonly DeploymentPayload[], rebuilt: Rebuilt): Promise<void> {
  const ids = new Set(open.map(({ rollout }) => rollout.id));
  for (const id of ids) {
    const rollout = await bot.rollouts.read(id);
    if (rollout === null) continue;
    for (const deploy of rebuilt.deploys) {
      const was = open.some(({ host, deploy: known }) => host === deploy.host && known?.rollout === id);
      if (deploy.rollout === id && deploy.outcome !== null && was) await reportDeploy(bot, rollout, deploy.host);
    }
    await reportRollout(bot, id);
  }
}

/** How the hosts are on which something was begun. One that cannot be asked now is asked by whoever drives it. */
async function statesOf(bot: Bot, open: readonly DeploymentPayload[]): Promise<ReadonlyMap<Fingerprint, HostState>> {
  const begun = open.filter(({ deploy }) => deploy !== null);
  const looked = await inTurns(begun, async (payload) => {
    const state = await lookAt(bot, payload);
    return state === null ? [] : [[payload.place.fingerprint, state] as const];
  });
  return new Map(looked.flat());
}

async function lookAt(bot: Bot, { rollout, host, place }: DeploymentPayload): Promise<HostState | null> {
  // Stored: it was not lost, and whoever drives it looks.
  if ((await bot.records.read(deployKey(rollout.id, host))) !== null) return null;
  const acquired = await bot.drive.locks.acquire(place.fingerprint, {
    owner: `recover:${host}:${crypto.randomUUID()}`,
    reason: `looking at ${host} after the store was lost`,
    expireAfterMs: 2 * settledWithinMs,
  });
  if (acquired.kind === 'taken') return null;
  try {
    const machine = await bot.drive.machines(rollout).open(host, acquired.lock.token);
    try {
      const end = bot.clock.now() + settledWithinMs;
      let state = await machine.look();
      // What was begun before the loss goes on by itself; once it is over, the host shows what came of it.
      while (state.switching && bot.clock.now() < end) {
        await bot.clock.sleep(500);
        state = await machine.look();
      }
      return state;
    } finally {
      await machine.close();
    }
  } catch (error) {
    if (error instanceof Fault) return null;
    throw error;
  } finally {
    await bot.drive.locks.release(acquired.lock);
  }
}

/** Nothing is left to do for the host in this rollout. */
function isOver({ place, deploy }: DeploymentPayload): boolean {
  return place.state.kind === 'ended' || (deploy !== null && deploy.outcome !== null);
}

/** The forge gives the newest first. */
function newestOfEach(payloads: readonly DeploymentPayload[]): readonly DeploymentPayload[] {
  const newest = new Map<string, DeploymentPayload>();
  for (const payload of payloads) {
    const key = `${payload.rollout.id}:${payload.host}`;
    const known = newest.get(key);
    if (known === undefined || (!isOver(known) && isOver(payload))) newest.set(key, payload);
  }
  return [...newest.values()];
}

async function inTurns<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += besideEachOther) {
    results.push(...(await Promise.all(items.slice(start, start + besideEachOther).map(work))));
  }
  return results;
}
