import type { CommitSha } from '../core/names.ts';
import { refuse } from '../core/refusal.ts';
import { renderApproved } from '../report/approval.ts';
import { renderRefusals } from '../report/refusals.ts';
import type { Bot } from './bot.ts';
import { consentTo, keepConsent } from './consent.ts';
import type { RepositoryRef } from './forge.ts';
import { keptVerdict } from './verdict.ts';

interface Yes {
  readonly repository: RepositoryRef;
  readonly sha: CommitSha;
  readonly by: string;
  /** As typed. */
  readonly typed: string;
}

/**
 * Keeps a person's yes to the risks that the plan of a commit names. `given` is false where there was nothing to say yes
 * to; the words are for the person in either case. A yes covers what the plan named, and nothing that comes later.
 */
export async function approveRisks(
  bot: Bot,
  { repository, sha, by, typed }: Yes,
): Promise<{ readonly given: boolean; readonly words: string }> {
  const verdict = await keptVerdict(bot.records, repository.name, sha);
  const known = await consentTo(bot.records, repository.name, sha);
  const risks = (verdict?.risks ?? []).filter(({ risk }) => known?.risks.includes(risk) !== true);
  if (risks.length === 0) {
    const refusal =
      verdict === null ? refuse('nothing-to-approve', {}, '/plan') : refuse('nothing-to-approve', { sha });
    return { given: false, words: renderRefusals([{ refusal, typed }]) };
  }
  const all = [...(known?.risks ?? []), ...risks.map(({ risk }) => risk)];
  await keepConsent(bot.records, repository.name, sha, { by, risks: all });
  const words = renderApproved({ by, sha, risks: risks.map(({ message }) => message) });
  return { given: true, words };
}
