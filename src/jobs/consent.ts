import { z } from 'zod';
import type { Finding } from '../core/finding.ts';
import type { CommitSha, RepositoryName } from '../core/names.ts';
import type { Records } from '../core/records.ts';

/** A person's yes to the risks of one commit, as they stood in its plan. */
export interface Consent {
  readonly by: string;
  /** The names of the risks: a plan that is made anew and names another one waits again. */
  readonly risks: readonly string[];
}

const shape = z.object({ schemaVersion: z.literal(1), by: z.string(), risks: z.array(z.string()) });

const keyOf = (repository: RepositoryName, sha: CommitSha) => `consent/${repository}/${sha}`;
/** Longer than a pull request stays open. Whoever merges later is asked again, which is the safe side. */
const keptMs = 180 * 24 * 60 * 60 * 1000;

/** The yes that was given to a commit's risks, or null. It is bound to the full commit: a push takes it back. */
export async function consentTo(records: Records, repository: RepositoryName, sha: CommitSha): Promise<Consent | null> {
  const found = await records.read(keyOf(repository, sha));
  const parsed = found === null ? undefined : shape.safeParse(found.value).data;
  return parsed === undefined ? null : { by: parsed.by, risks: parsed.risks };
}

export async function keepConsent(
  records: Records,
  repository: RepositoryName,
  sha: CommitSha,
  consent: Consent,
): Promise<void> {
  const key = keyOf(repository, sha);
  const value = { schemaVersion: 1, by: consent.by, risks: [...consent.risks] };
  for (;;) {
    const found = await records.read(key);
    if (await records.write(key, found?.version ?? 0, value, { expireAfterMs: keptMs })) return;
  }
}

/** A risk by its guard and its name in that guard. */
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
