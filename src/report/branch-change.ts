import type { Finding } from '../core/finding.ts';
import { code, plain } from './markdown.ts';
import { renderFindings } from './plan.ts';

/** What stands on a pull request of the bot when one more change goes onto its branch. The plan shows the records. */
export function renderAddedToBranch(title: string, asker: string, findings: readonly Finding[]): string {
  return [
    `Asked for by ${code(asker)}; it goes onto this branch as one commit: ${plain(title)}. The plan of that commit follows.`,
    renderFindings(findings),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}
