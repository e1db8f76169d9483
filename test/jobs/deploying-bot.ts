import type { Bot } from '../../src/jobs/bot.ts';
import { rolloutReporting } from '../../src/jobs/report-rollout.ts';
import { createRolloutReports } from '../../src/jobs/rollout-reports.ts';
import { newWorld, type World } from '../rollout/deploying.ts';
import { fakeBot, type Played } from './fake-bot.ts';

/** A bot over memory whose hosts are there: fake ones, which deploys really reach. */
export function deployingBot(hosts: readonly string[], played: Played, more: Partial<Bot> = {}) {
  const world: World = newWorld(hosts);
  const scene = fakeBot(played);
  const { records, clock } = world;
  const { rollouts, locks } = world.deps;
  const { outbox, log } = scene.bot;
  const bot: Bot = {
    ...scene.bot,
    records,
    clock,
    rollouts,
    drive: { locks, machines: (rollout) => world.deps.machines(rollout) },
    reports: createRolloutReports({ report: rolloutReporting({ records, rollouts, outbox }), clock, log }),
    ...more,
  };
  const bodies = (text: string) =>
    scene.posted.flatMap(({ posting }) => ('body' in posting && posting.body.includes(text) ? [posting.body] : []));
  return { ...scene, bot, world, bodies };
}
