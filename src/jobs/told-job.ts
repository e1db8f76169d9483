import { never } from '../core/bug.ts';
import { shortSha } from '../core/names.ts';
import type { Rollout } from '../rollout/rollout.ts';
import { forcedBy } from './may-begin.ts';
import type { RolloutJob } from './rollout-job.ts';

/** Who or what begins the rollout, as its record keeps it. */
export function causeOf(job: RolloutJob): Rollout['cause'] {
  if (job.kind === 'merge' || job.kind === 'catch-up')
    return { kind: 'merge', by: job.by, pullRequest: job.pullRequest };
  const merged = job.kind === 'deploy' && job.merged;
  return { kind: 'command', by: job.by, issue: issueOf(job), comment: job.comment, forced: forcedBy(job), merged };
}

/** What it is for, in a line for the log and for answers. */
export function reasonOf(job: RolloutJob): string {
  switch (job.kind) {
    case 'deploy':
      return `/deploy by ${job.by} at ${shortSha(job.sha)}`;
    case 'merge':
      return `merge of #${job.pullRequest} by ${job.by}`;
    case 'verify':
    case 'rollback':
      return `/${job.kind} by ${job.by}`;
    case 'reboot':
      return `/reboot of ${job.host} by ${job.by} at ${job.commit.slice(0, 12)}`;
    case 'catch-up':
      return `${job.host} was offline when #${job.pullRequest} was merged by ${job.by}`;
    default:
      return never(job);
  }
}

/** The conversation that it belongs to. */
export function issueOf(job: RolloutJob): number {
  return 'issue' in job ? job.issue : job.pullRequest;
}
