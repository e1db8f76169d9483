import { createHash } from 'node:crypto';
import { z } from 'zod';
import { parseCommitSha, parseRepositoryName } from '../core/names.ts';
import type { Clock } from '../core/clock.ts';
import type { Records } from '../core/records.ts';
import type { Lane, Posted, Posting, RepositoryRef } from './forge.ts';
import type { Remote } from './forge-writer.ts';

/** What is stored of one posting, from before anything is sent until long after it is there. */
export interface PostingRecord {
  readonly schemaVersion: 1;
  readonly repository: RepositoryRef;
  readonly key: string;
  readonly lane: Lane;
  /** What must be on the forge; null once it is, when its digest is enough. */
  readonly posting: Posting | null;
  readonly digest: string;
  /** Grows with every change of what must be there. */
  readonly revision: number;
  readonly delivered: Delivered | null;
  /** Set before a try, in milliseconds, and cleared with its result: while it is set, the forge may know more than we. */
  readonly attemptedSince: number | null;
  readonly tries: number;
  /** Why the revision will never be there. */
  readonly failed: { readonly revision: number; readonly detail: string } | null;
}

export interface Delivered {
  readonly revision: number;
  readonly at: number;
  readonly remote: Remote;
}

const remoteShape = z
  .object({
    id: z.number(),
    url: z.string(),
    sha: z.string().optional(),
    memory: z.record(z.string(), z.union([z.string(), z.number()])),
  })
  .transform((one): Remote => {
    const sha = parseCommitSha(one.sha ?? '');
    const { id, url, memory } = one;
    return sha === null ? { id, url, memory } : { id, url, memory, sha };
  });

const repositoryShape = z
  .object({ name: z.string(), installation: z.number().int() })
  .transform((one, context): RepositoryRef => {
    const name = parseRepositoryName(one.name);
    if (name !== null) return { name, installation: one.installation };
    context.addIssue({ code: 'custom', message: 'not a repository name' });
    return z.NEVER;
  });

const recordShape = z.object({
  schemaVersion: z.literal(1),
  repository: repositoryShape,
  key: z.string(),
  lane: z.enum(['result', 'acknowledgement', 'progress']),
  // Written by `put` from a value of this very type; only its kind is looked at again.
  posting: z.custom<Posting>((value) => typeof value === 'object' && value !== null && 'kind' in value).nullable(),
  digest: z.string(),
  revision: z.number().int(),
  delivered: z.object({ revision: z.number().int(), at: z.number(), remote: remoteShape }).nullable(),
  attemptedSince: z.number().nullable(),
  tries: z.number().int(),
  failed: z.object({ revision: z.number().int(), detail: z.string() }).nullable(),
});

/** The record as it is stored, with the version that a write has to name. */
export async function readRecord(
  records: Records,
  key: string,
): Promise<{ readonly record: PostingRecord; readonly version: number } | null> {
  const found = await records.read(key);
  return found === null ? null : { record: recordShape.parse(found.value), version: found.version };
}

export const recordPrefix = 'outbox/';

/** One record per repository and posting key. */
export function recordKeyOf(repository: RepositoryRef, key: string): string {
  return `${recordPrefix}${repository.installation}/${repository.name}/${key}`;
}

/** The posting's hidden name on the forge. It says nothing about the key and cannot be guessed into another one's. */
export function markOf(repository: RepositoryRef, key: string): string {
  return createHash('sha256').update(`${repository.name} ${key}`).digest('hex').slice(0, 32);
}

/** Equal for postings that ask for the same. The callers build them in one place each, so the order of keys is steady. */
export function digestOf(posting: Posting): string {
  return createHash('sha256').update(JSON.stringify(posting)).digest('hex');
}

/** Nothing is left to do: the newest revision is there, or never will be. */
export function isSettled(record: PostingRecord): boolean {
  return record.delivered?.revision === record.revision || record.failed?.revision === record.revision;
}

/** Resolves when what was put last is on the forge or never will be, or when the time is over. */
export async function untilSettled(
  { records, clock }: { readonly records: Records; readonly clock: Clock },
  repository: RepositoryRef,
  posting: { readonly key: string; readonly withinMs: number },
): Promise<void> {
  const end = clock.now() + posting.withinMs;
  for (;;) {
    const found = await readRecord(records, recordKeyOf(repository, posting.key));
    if (found === null || isSettled(found.record) || clock.now() >= end) return;
    await clock.sleep(50);
  }
}

/** The record after `put`: null where it already asks for exactly this and may still come, or has. */
export function withPosting(
  known: PostingRecord | null,
  wanted: { readonly repository: RepositoryRef; readonly key: string; readonly lane: Lane; readonly posting: Posting },
): PostingRecord | null {
  const digest = digestOf(wanted.posting);
  if (known === null) {
    return {
      schemaVersion: 1,
      ...wanted,
      digest,
      revision: 1,
      delivered: null,
      attemptedSince: null,
      tries: 0,
      failed: null,
    };
  }
  const hopeless = known.failed?.revision === known.revision;
  if (known.digest === digest && !hopeless) return null;
  // The installation may be another one since: the App was taken out and put in again.
  return { ...known, ...wanted, digest, revision: known.revision + 1, tries: 0 };
}

/** The record once `revision` is on the forge; a newer one may have been put meanwhile and then stays to be sent. */
export function withDelivery(record: PostingRecord, delivered: Delivered): PostingRecord {
  const newest = record.revision === delivered.revision;
  return { ...record, delivered, attemptedSince: null, tries: 0, posting: newest ? null : record.posting };
}

export function postedOf(remote: Remote): Posted {
  const { id, url, sha } = remote;
  return sha === undefined ? { id, url } : { id, url, sha };
}
