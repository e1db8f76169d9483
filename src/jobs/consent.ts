import { z } from 'zod';
import type { CommitSha, RepositoryName } from '../core/names.ts';
import type { Records } from '../core/records.ts';
import type { Consent } from '../core/risk.ts';

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
