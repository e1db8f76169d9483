import type { Fingerprint } from '../core/names.ts';
import type { Records } from '../core/records.ts';
import type { HostState } from '../host/machine.ts';
import { advance } from './advance.ts';
import { changeRecord } from './change-record.ts';
import type { Deploy } from './deploy.ts';
import { baselineOf, because, end, phaseOf, to } from './deploy-changes.ts';
import { deployFrom, type DeploymentPayload } from './deployment-payload.ts';
import { deployRecord } from './drive-deps.ts';
import { claimHost, settleHost } from './host-claims.ts';
import { type HostRecord, newHostRecord } from './host-record.ts';
import { hostRecord } from './host-turns.ts';
import { resume, startOver } from './reconcile.ts';
import type { Rollout } from './rollout.ts';
import { beginRecord } from './stored-rollouts.ts';

/** What is stored again after the store was lost. */
export interface Rebuilt {
  readonly rollouts: readonly Rollout[];
  readonly deploys: readonly Deploy[];
  readonly hosts: readonly HostRecord[];
}

/**
 * Makes the records anew from what the forge remembers and what the hosts say, where they could be asked. A payload
 * may be older than what was done since, so a host that is not where its payload says is never taken for untouched.
 */
export function rebuild(
  payloads: readonly DeploymentPayload[],
  states: ReadonlyMap<Fingerprint, HostState>,
  at: number,
): Rebuilt {
  const newest = new Map<string, DeploymentPayload>();
  for (const payload of payloads) {
    const key = `${payload.rollout.id}:${payload.host}`;
    const other = newest.get(key);
    if (other === undefined || ageOf(payload) > ageOf(other)) newest.set(key, payload);
  }
  const all = [...newest.values()];
  const deploys = all.flatMap((payload) => {
    const deploy = deployFrom(payload);
    return deploy === null ? [] : [rebuiltDeploy(deploy, states.get(deploy.fingerprint) ?? null, at)];
  });
  const rollouts = rebuiltRollouts(all, deploys, at);
  return { rollouts, deploys, hosts: rebuiltHosts(deploys, rollouts, at) };
}

/** An end is newer than everything, and of two steps the later. */
function ageOf({ deploy }: DeploymentPayload): number {
  if (deploy === null) return 0;
  return deploy.outcome === null ? deploy.stepAt : Number.POSITIVE_INFINITY;
}

export function rebuiltDeploy(deploy: Deploy, state: HostState | null, at: number): Deploy {
  // A host that cannot be asked is asked by the drive that takes the deploy up.
  if (deploy.outcome !== null || state === null || deploy.baseline === null || deploy.kind === 'verify') return deploy;
  // The payload may be from before `boot` was asked: putting the boot default back once too often does no harm.
  const asked = { testAsked: true, bootAsked: true, attempts: { ...deploy.attempts, boot: deploy.attempts.boot + 1 } };
  if (phaseOf(deploy) !== 'before') return resume({ ...deploy, ...asked }, state);
  // Ours, as far as anybody can tell: asking for the same run again attaches to it, and another's is told as that.
  if (state.switching && deploy.target !== null)
    return to(deploy, deploy.pending ? 'boot' : 'test', { ...asked, bootId: state.bootId });
  const { running: old, profile } = baselineOf(deploy);
  if (state.running === old && state.profile === profile) return startOver(deploy);
  // What waits for a reboot never runs before it: only its place as the boot default shows.
  if (deploy.pending && state.running === old && state.profile === deploy.target)
    return to(deploy, 'boot', { ...asked, testAsked: false, bootId: state.bootId });
  if (deploy.target !== null && state.running === deploy.target)
    return to(deploy, 'probe', { ...asked, bootId: state.bootId });
  const facts = { running: state.running ?? 'none', profile: state.profile ?? 'none', before: old };
  return { ...end({ ...deploy, testAsked: true }, 'unknown', because('changed-by-others', facts)), endedAt: at };
}

function rebuiltRollouts(payloads: readonly DeploymentPayload[], deploys: readonly Deploy[], at: number): Rollout[] {
  const ids = [...new Set(payloads.map(({ rollout }) => rollout.id))];
  return ids.flatMap((id) => {
    const mine = payloads.filter(({ rollout }) => rollout.id === id);
    const [first] = mine;
    if (first === undefined) return [];
    const hosts = Object.fromEntries(mine.map(({ host, place }) => [host, place])) as Rollout['hosts'];
    const stopped = mine.map(({ rollout }) => rollout.stopped).find((stop) => stop !== null) ?? null;
    const ended = deploys.flatMap(({ rollout, host, outcome, reason }) =>
      rollout === id && outcome !== null ? [{ kind: 'ended', host, outcome, reason } as const] : [],
    );
    // A payload from before the end says "not over"; the facts say the rest.
    return [advance({ ...first.rollout, endedAt: null, stopped, hosts }, ended, at)];
  });
}

/** Plays the deploys over again, oldest first: who has the host, what it runs, and what it is held from. */
function rebuiltHosts(deploys: readonly Deploy[], rollouts: readonly Rollout[], at: number): HostRecord[] {
  const records = new Map<Fingerprint, HostRecord>();
  const order = (deploy: Deploy) => deploy.endedAt ?? Number.POSITIVE_INFINITY;
  for (const deploy of [...deploys].sort((a, b) => order(a) - order(b) || a.startedAt - b.startedAt)) {
    const record = records.get(deploy.fingerprint) ?? newHostRecord(deploy.fingerprint);
    const claimed = claimHost(record, deploy, deploy.startedAt).record;
    const rollout = rollouts.find(({ id }) => id === deploy.rollout) ?? null;
    const after = deploy.outcome === null ? claimed : settleHost(claimed, deploy, rollout, deploy.endedAt ?? at);
    records.set(deploy.fingerprint, after);
  }
  return [...records.values()];
}

/** Stores what was rebuilt, wherever nothing is stored: what is there is newer than the forge's memory. */
export async function restore(records: Records, { rollouts, deploys, hosts }: Rebuilt): Promise<void> {
  // The rollouts last: a deploy is only worked on once its rollout is there.
  for (const host of hosts) await changeRecord(records, hostRecord(host.fingerprint), (stored) => stored ?? host);
  for (const deploy of deploys)
    await changeRecord(records, deployRecord(deploy.rollout, deploy.host), (stored) => stored ?? deploy);
  for (const rollout of rollouts) await changeRecord(records, beginRecord(rollout.id), (stored) => stored ?? rollout);
}
