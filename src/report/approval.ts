import { type CommitSha, shortSha } from '../core/names.ts';
import { code, count, prose } from './markdown.ts';

/** What stands under an `/approve` that counted: who said yes to what, so that it can be read later. */
export function renderApproved({
  by,
  sha,
  risks,
}: {
  readonly by: string;
  readonly sha: CommitSha;
  readonly risks: readonly string[];
}): string {
  return [
    `${code(by)} says yes to ${count(risks.length, 'risk')} of ${code(shortSha(sha))}:`,
    risks.map((risk) => `- ${prose(risk)}`).join('\n'),
    'The yes is bound to this commit: a push takes it back. What it held up can be deployed now.',
  ].join('\n\n');
}
