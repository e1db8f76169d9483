import { z } from 'zod';
import type { CommitSha, RepositoryName } from '../core/names.ts';
import type { Records } from '../core/records.ts';
import type { Consent } from '../core/risk.ts';
import { keepLatest } from './keep-latest.ts';

const shape = z.object({ schemaVersion: z.literal(1), by: z.string(), risks: z.array(z.string()) });

const keyOf = (repository: RepositoryName, sha: CommitSha) => `consent/${repository}/${sha}`;

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
  await keepLatest(records, keyOf(repository, sha), { schemaVersion: 1, by: consent.by, risks: [...consent.risks] });
}
