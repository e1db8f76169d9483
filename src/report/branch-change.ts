import type { Finding } from '../core/finding.ts';
import { code, plain } from './markdown.ts';
import { renderFindings } from './plan.ts';

/** What stands on an issue that is asked again while its pull request holds more than the bot's first commit. */
export function renderHasMoreCommits(pullRequest: number): string {
  return `#${pullRequest} is the pull request of this issue, and it has further commits by now: what was asked there, a merge of the default branch, or somebody's own. It stays as it is, so that nothing of that is lost. Ask for more there with \`/dns add …\`, or close it and ask here again: then a new one is made.`;
}

/** What stands on a pull request of the bot when one more change goes onto its branch. The plan shows the records. */
export function renderAddedToBranch(title: string, asker: string, findings: readonly Finding[]): string {
  return [
    `Asked for by ${code(asker)}; it goes onto this branch as one commit: ${plain(title)}. The plan of that commit follows.`,
    renderFindings(findings),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}
