import { z } from 'zod';
import { noFlags } from '../commands/flags.ts';
import { parseCommitSha, parseHostName } from '../core/names.ts';
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
    flags: z.object({ adopt: z.boolean(), force: z.boolean(), reason: z.string().nullable() }).default(noFlags),
  }),
  z.object({
    kind: z.enum(['verify', 'rollback']),
    repository: repositoryShape,
    id: z.string(),
    by: z.string(),
    issue: z.int(),
    comment: z.int(),
    hosts: z.array(hostName),
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
]);
export type RolloutJob = z.output<typeof rolloutJobShape>;

/** One host of a rollout that is to be driven on. */
export const deployJobShape = z.object({ rollout: z.string(), host: hostName });
export type DeployJob = z.output<typeof deployJobShape>;

/** A plan that is to be made for the head of a pull request. */
export const planJobShape = z.object({ repository: repositoryShape, branch: z.string(), pullRequest: z.int(), sha });
export type PlanJob = z.output<typeof planJobShape>;
