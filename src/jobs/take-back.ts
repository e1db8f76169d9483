import type { HostName } from '../core/names.ts';
import { refuse } from '../core/refusal.ts';
import { renderTakenBack } from '../report/host-acts.ts';
import { renderRefusals } from '../report/refusals.ts';
import { readRecord } from '../rollout/change-record.ts';
import { phaseOf } from '../rollout/deploy-changes.ts';
import { deployRecord } from '../rollout/drive-deps.ts';
import { placeOf, placesOf, type Rollout } from '../rollout/rollout.ts';
import type { Bot } from './bot.ts';
import { reportNeverBegun, reportRollout } from './report-rollout.ts';
import { wakeDeploys } from './wake-deploys.ts';

type Act = { readonly kind: 'stop' } | { readonly kind: 'cancel'; readonly hosts: readonly HostName[] };

interface Asked {
  readonly issue: number;
  readonly by: string;
  readonly typed: string;
  readonly repository: string;
}

/**
 * Takes back what the rollouts of one conversation have not activated yet. Those that wait end here; those that are at
 * work see it before they activate, and what activates is brought to its end.
 */
export async function takeBack(bot: Bot, act: Act, { issue, by, typed, repository }: Asked): Promise<string> {
  const running = (await bot.rollouts.running()).filter((rollout) => rollout.repository.name === repository);
  const here = running.filter((rollout) => issueOf(rollout) === issue);
  const taken: HostName[] = [];
  const late: HostName[] = [];
  for (const rollout of here) {
    const open = placesOf(rollout).flatMap(([host, { state }]) => (state.kind === 'ended' ? [] : [host]));
    const hosts = act.kind === 'stop' ? open : open.filter((host) => act.hosts.includes(host));
    if (hosts.length === 0) continue;
    for (const host of hosts) ((await isLate(bot, rollout, host)) ? late : taken).push(host);
    const fact = { kind: 'cancelled', by, hosts, whole: act.kind === 'stop' } as const;
    const { rollout: after, wake } = await bot.rollouts.advance(rollout.id, [fact], bot.clock.now());
    if (after === null) continue;
    await reportRollout(bot, rollout.id);
    if (after.endedAt !== null) await reportNeverBegun(bot, after);
    // Those that wait for their turn on a busy host look again now.
    const waiting = hosts.filter((host) => placeOf(after, host)?.state.kind === 'begun');
    await wakeDeploys(bot, [...wake, ...waiting.map((host) => ({ rollout: rollout.id, host }))]);
  }
  if (taken.length === 0 && late.length === 0) {
    const elsewhere = [...new Set(running.map(issueOf))].filter((other) => other !== issue).map((other) => `#${other}`);
    const refusal = refuse('nothing-running', { elsewhere });
    return renderRefusals([{ refusal, typed }]);
  }
  return renderTakenBack({ by, whole: act.kind === 'stop', taken, late });
}

function issueOf({ cause }: Rollout): number {
  return cause.kind === 'merge' ? cause.pullRequest : cause.issue;
}

async function isLate(bot: Bot, rollout: Rollout, host: HostName): Promise<boolean> {
  const deploy = await readRecord(bot.records, deployRecord(rollout.id, host));
  return deploy !== null && phaseOf(deploy) !== 'before';
}
