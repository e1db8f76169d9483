import { isRefusal, refuse } from '../core/refusal.ts';
import type { Command } from './command.ts';
import { commitFor, splitSha } from './targets.ts';

export const approve: Command = {
  name: 'approve',
  usage: '/approve [@<sha>]',
  summary:
    'Says yes to the risks that the plan names, such as a changed name server: nothing of the commit is deployed before.',
  examples: ['/approve', '/approve @0123456789ab'],
  decide(words, { pullRequest }) {
    const split = splitSha(words);
    if (isRefusal(split)) return split;
    if (split.rest.length > 0)
      return refuse(
        'bad-arguments',
        { reason: 'takes no words but a commit: it is a yes to the whole plan' },
        '/approve',
      );
    if (pullRequest === null) return refuse('bad-arguments', { reason: 'works on pull requests only' });
    // What was read is the head's plan, also where its merge has a commit of its own by now.
    const read = pullRequest.state === 'merged' ? ({ ...pullRequest, state: 'open' } as const) : pullRequest;
    const sha = commitFor(read, split.sha, (head) => `/approve @${head}`);
    return isRefusal(sha) ? sha : { kind: 'approve', pullRequest: pullRequest.number, sha };
  },
};
