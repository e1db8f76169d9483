import { z } from 'zod';
import { parseRepositoryName } from '../core/names.ts';

export const repositoryShape = z.object({
  name: z.string().transform((text, context) => {
    const name = parseRepositoryName(text);
    if (name !== null) return name;
    context.addIssue({ code: 'custom', message: 'not a repository name' });
    return z.NEVER;
  }),
  installation: z.int(),
});

/** An ask on its way to a pull request: the words as they were signed, never read again from the API. */
export const changeJobShape = z.object({
  repository: repositoryShape,
  /** The default branch, as the event named it. */
  branch: z.string(),
  issue: z.int(),
  title: z.string(),
  body: z.string(),
  /** The words of the comment that asked, where it was one. */
  said: z.string().nullable(),
  asker: z.string(),
  /** The branch of ours that gets one more commit, by which comment; `issue` is its pull request then. */
  onto: z.object({ branch: z.string(), comment: z.int() }).optional(),
});

export type ChangeJob = z.output<typeof changeJobShape>;
