import type { Finding } from '../core/finding.ts';
import { renderFindings } from './plan.ts';

/** What an ask holds that its page does not show, for whoever reviews the change; empty where there is nothing. */
export function renderHidden(findings: readonly Finding[]): string {
  if (findings.length === 0) return '';
  return `**The ask holds text that its page does not show.** Read it before you say yes.\n\n${renderFindings(findings)}`;
}
