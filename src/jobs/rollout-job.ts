import { z } from 'zod';
import { noFlags } from '../commands/flags.ts';
import { parseCommitSha, parseFingerprint, parseHostName } from '../core/names.ts';
import { repositoryShape } from './change-job.ts';

const sha = z.string().transform((text, context) => {
  const parsed = parseCommitSha(text);
  if (parsed !== null) return parsed;
  context.addIssue({ code: 'custom', message: 'not a full commit id' });
  return z.NEVER;
});
const hostName = z.string().transform((text, context) => {
  const parsed = parseHostName(text);
  if (parsed !== null) return parsed;
  context.addIssue({ code: 'custom', message: 'not a host name' });
  return z.NEVER;
});

const flags = z.object({ adopt: z.boolean(), force: z.boolean(), reason: z.string().nullable() }).default(noFlags);

/** A rollout that is to begin. Its id is made from what caused it, so that beginning it twice begins one. */
export const rolloutJobShape = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('deploy'),
    repository: repositoryShape,
    id: z.string(),
    by: z.string(),
    pullRequest: z.int(),
    comment: z.int(),
    sha,
    hosts: z.array(hostName),
    /** Typed by their own names. */
    named: z.array(hostName),
    flags,
    /** The pull request was merged when it was asked for. */
    merged: z.boolean().default(false),
  }),
  z.object({
    kind: z.enum(['verify', 'rollback']),
    repository: repositoryShape,
    id: z.string(),
    by: z.string(),
    issue: z.int(),
    comment: z.int(),
    hosts: z.array(hostName),
    flags,
  }),
  z.object({
    kind: z.literal('reboot'),
    repository: repositoryShape,
    id: z.string(),
    by: z.string(),
    issue: z.int(),
    comment: z.int(),
    host: hostName,
    /** As typed: 12 digits or more. */
    commit: z.string(),
    flags,
  }),
  z.object({
    kind: z.literal('merge'),
    repository: repositoryShape,
    id: z.string(),
    by: z.string(),
    pullRequest: z.int(),
    /** The merge commit, what was merged, and where the base branch was when the pull request was last looked at. */
    sha,
    head: sha,
    base: sha,
  }),
  /** A host that was offline answers again: it is brought to what it missed, which its record holds. */
  z.object({
    kind: z.literal('catch-up'),
    repository: repositoryShape,
    id: z.string(),
    by: z.string(),
    pullRequest: z.int(),
    sha,
    head: sha,
    base: sha,
    host: hostName,
    catchesUp: z.array(z.string()),
  }),
]);
export type RolloutJob = z.output<typeof rolloutJobShape>;

/** One host of a rollout that is to be driven on. */
export const deployJobShape = z.object({ rollout: z.string(), host: hostName });
export type DeployJob = z.output<typeof deployJobShape>;

/** A host that was offline, to be asked whether it is back. `turn`: of the asker, so that there is one at a time. */
export const catchUpJobShape = z.object({
  fingerprint: z.string().transform((text, context) => {
    const parsed = parseFingerprint(text);
    if (parsed !== null) return parsed;
    context.addIssue({ code: 'custom', message: 'not a fingerprint' });
    return z.NEVER;
  }),
  turn: z.int(),
});
export type CatchUpJob = z.output<typeof catchUpJobShape>;

/** A plan that is to be made for the head of a pull request. */
export const planJobShape = z.object({ repository: repositoryShape, branch: z.string(), pullRequest: z.int(), sha });
export type PlanJob = z.output<typeof planJobShape>;
