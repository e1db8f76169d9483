import type { Finding } from './finding.ts';

/** A person's yes to the risks of one commit, as they stood in its plan. */
export interface Consent {
  readonly by: string;
  /** As `riskOf` names them: a plan that is made anew and names another one waits again. */
  readonly risks: readonly string[];
}

/** A risk by its guard and its name in that guard; null for a finding that is none. */
export function riskOf({ check, risk }: Finding): string | null {
  return risk === undefined ? null : `${check}: ${risk}`;
}

/** The risks that still wait for a yes. */
export function openRisks(findings: readonly Finding[], consent: Consent | null): readonly Finding[] {
  return findings.filter((finding) => {
    const risk = riskOf(finding);
    return finding.level === 'error' && risk !== null && consent?.risks.includes(risk) !== true;
  });
}

/** The errors that nobody can say yes to: they are mended, or set aside with a reason. */
export function errorsIn(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter((finding) => finding.level === 'error' && riskOf(finding) === null);
}
