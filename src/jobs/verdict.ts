import { z } from 'zod';
import type { Flags } from '../commands/flags.ts';
import type { Finding } from '../core/finding.ts';
import { type CommitSha, type RepositoryName, shortSha } from '../core/names.ts';
import type { Records } from '../core/records.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { type Consent, errorsIn, openRisks, riskOf } from '../core/risk.ts';
import { keepLatest } from './keep-latest.ts';

/** What the guards found in one commit, as far as it decides whether the commit may be deployed. */
export interface Verdict {
  /** The guards whose errors are to be mended. */
  readonly errors: readonly string[];
  readonly risks: readonly { readonly risk: string; readonly message: string }[];
}

const shape = z.object({
  schemaVersion: z.literal(1),
  errors: z.array(z.string()),
  risks: z.array(z.object({ risk: z.string(), message: z.string() })),
});

const keyOf = (repository: RepositoryName, sha: CommitSha) => `verdict/${repository}/${sha}`;

export function verdictOf(findings: readonly Finding[]): Verdict {
  return {
    errors: errorsIn(findings).map(({ check }) => check),
    risks: openRisks(findings, null).map((finding) => ({ risk: riskOf(finding) ?? '', message: finding.message })),
  };
}

/** The verdict of the commit's last plan, or null where it has none. */
export async function keptVerdict(
  records: Records,
  repository: RepositoryName,
  sha: CommitSha,
): Promise<Verdict | null> {
  const found = await records.read(keyOf(repository, sha));
  const parsed = found === null ? undefined : shape.safeParse(found.value).data;
  return parsed === undefined ? null : { errors: parsed.errors, risks: parsed.risks };
}

export async function keepVerdict(
  records: Records,
  repository: RepositoryName,
  sha: CommitSha,
  { errors, risks }: Verdict,
): Promise<void> {
  const value = { schemaVersion: 1, errors: [...errors], risks: [...risks] };
  await keepLatest(records, keyOf(repository, sha), value);
}

/**
 * Whether a judged commit may be deployed. Errors may be set aside by a person with a reason; a risk may not, because
 * its yes is one word to type. `retype` is the line that was typed, or would have been.
 */
export function mayDeploy(
  sha: CommitSha,
  { verdict, consent, flags }: { readonly verdict: Verdict; readonly consent: Consent | null; readonly flags: Flags },
  retype: string,
): Refusal | null {
  const waiting = verdict.risks.filter(({ risk }) => consent?.risks.includes(risk) !== true);
  if (waiting.length > 0) {
    const risks = waiting.map(({ message }) => message);
    return refuse(
      'approval-needed',
      { sha, count: risks.length, risks: risks.slice(0, 20) },
      `/approve @${shortSha(sha)}`,
    );
  }
  if (verdict.errors.length === 0 || flags.force) return null;
  const checks = [...new Set(verdict.errors)];
  return refuse(
    'findings-open',
    { sha, count: verdict.errors.length, checks },
    `${retype} --force --reason "why they do not count"`,
  );
}
