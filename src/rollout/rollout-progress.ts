import { z } from 'zod';
import type { HostName } from '../core/names.ts';
import type { Outcome } from '../core/outcome.ts';
import { placesOf, type Rollout, type RolloutHost, rolloutHost, rolloutShape } from './rollout.ts';
import { hostName, outcome } from './shapes.ts';

/**
 * What moves in a rollout. It is stored beside the rollout as it began, because it is written with every host that ends:
 * a thousand hosts would otherwise write a thousand times what is known of a thousand hosts.
 */
const progressShape = z.object({
  schemaVersion: z.literal(1),
  cancelled: rolloutShape.shape.cancelled,
  stopped: rolloutShape.shape.stopped,
  waits: rolloutShape.shape.waits,
  endedAt: rolloutShape.shape.endedAt,
  /** Hosts by how they are, where that is not as it was at the begin and a word says it. */
  begun: z.array(hostName),
  ended: z.partialRecord(outcome, z.array(hostName)),
  /** Those of which more is to be said. */
  told: z.record(hostName, z.object({ state: rolloutHost.shape.state, later: rolloutHost.shape.later })),
});
export type RolloutProgress = z.output<typeof progressShape>;

export const progressKey = (id: string): string => `rollout-progress:${id}`;

export function parseProgress(value: unknown): RolloutProgress {
  return progressShape.parse(value);
}

/** What is different now from how the rollout began. */
export function progressOf(begin: Rollout, now: Rollout): RolloutProgress {
  const begun: HostName[] = [];
  const ended: Partial<Record<Outcome, HostName[]>> = {};
  const told: RolloutProgress['told'] = {};
  for (const [host, { state, later }] of placesOf(now)) {
    const was = begin.hosts[host];
    if (was?.state === state && was.later === later) continue;
    if (state.kind === 'begun' && later === null) begun.push(host);
    else if (state.kind === 'ended' && state.reason === null && later === null)
      (ended[state.outcome] ??= []).push(host);
    else told[host] = { state, later };
  }
  const { cancelled, stopped, waits, endedAt } = now;
  return { schemaVersion: 1, cancelled, stopped, waits, endedAt, begun, ended, told };
}

/** The rollout as it is now. Hosts that it did not begin with are nobody's. */
export function withProgress(begin: Rollout, progress: RolloutProgress): Rollout {
  const { cancelled, stopped, waits, endedAt } = progress;
  const hosts: Record<HostName, RolloutHost> = { ...begin.hosts };
  const put = (host: HostName, state: RolloutHost['state'], later: RolloutHost['later']): void => {
    const place = Object.hasOwn(hosts, host) ? hosts[host] : undefined;
    if (place !== undefined) hosts[host] = { ...place, state, later };
  };
  for (const host of progress.begun) put(host, { kind: 'begun' }, null);
  for (const [how, names] of Object.entries(progress.ended) as [Outcome, readonly HostName[]][])
    for (const host of names) put(host, { kind: 'ended', outcome: how, reason: null }, null);
  for (const [host, { state, later }] of Object.entries(progress.told) as [
    HostName,
    RolloutProgress['told'][HostName],
  ][])
    put(host, state, later);
  return { ...begin, hosts, cancelled, stopped, waits, endedAt };
}
