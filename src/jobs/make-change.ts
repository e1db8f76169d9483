import { renderConfigMistakes } from '../report/config-mistakes.ts';
import { renderWithoutModel } from '../report/help.ts';
import { refuse } from '../core/refusal.ts';
import { renderRefusal } from '../report/refusals.ts';
import type { Bot } from './bot.ts';
import { changeBranch } from './change-branch.ts';
import { changeDirectly } from './change-directly.ts';
import { changeJobShape } from './change-job.ts';
import { sayOnIssue } from './change-postings.ts';
import { changeWithModel } from './change-with-model.ts';
import { readFleet } from './read-fleet.ts';

/** The story of an ask: read the fleet, make the change without a model if that is possible, else with one, or say why not. */
export async function makeChange(bot: Bot, payload: unknown, signal: AbortSignal): Promise<void> {
  const job = changeJobShape.parse(payload);
  const fleet = await readFleet(bot.forge, job.repository, job.branch);
  if (fleet.kind === 'no-fleet') {
    const mistakes = fleet.findings.length === 0 ? '' : `\n\n${renderConfigMistakes(fleet.findings, 'default-branch')}`;
    await sayOnIssue(bot, job, 'result', renderRefusal(fleet.refusal) + mistakes);
    bot.tell({ step: 'refused', issue: job.issue, text: fleet.refusal.code });
    return;
  }
  const refusal =
    job.onto === undefined ? await changeDirectly(bot, job, fleet) : await changeBranch(bot, job, fleet, job.onto);
  if (refusal === null) return;
  if (refusal.code === 'ask-not-understood' && job.onto === undefined) {
    if (bot.model !== null) return changeWithModel(bot, job, fleet, bot.model, signal);
    await sayOnIssue(bot, job, 'result', `${renderRefusal(refuse('no-model'))}\n\n${renderWithoutModel()}`);
    bot.tell({ step: 'refused', issue: job.issue, text: 'no-model' });
    return;
  }
  await sayOnIssue(bot, job, 'result', renderRefusal(refusal));
  bot.tell({ step: 'refused', issue: job.issue, text: refusal.code });
}
