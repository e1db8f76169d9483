import { isRefusal, refuse } from '../core/refusal.ts';
import type { Command } from './command.ts';
import { commitFor } from './targets.ts';

export const plan: Command = {
  name: 'plan',
  usage: '/plan',
  summary:
    "Shows what the pull request's head would change: hosts, zones with their records, findings, and the commit.",
  examples: ['/plan'],
  decide(words, { pullRequest }) {
    if (words.length > 0) return refuse('bad-arguments', { reason: 'takes no words' }, '/plan');
    if (pullRequest === null) return refuse('bad-arguments', { reason: 'works on pull requests only' });
    if (pullRequest.fromFork) return refuse('fork-pull-request', { number: pullRequest.number });
    // Planning is what makes a head known and shown, so it takes the recorded head whatever was shown before.
    if (pullRequest.recordedHead === null)
      return refuse(
        'head-unknown',
        { number: pullRequest.number },
        'push a commit, or close and reopen the pull request',
      );
    const sha = commitFor({ ...pullRequest, shownHead: pullRequest.recordedHead }, null, (head) => `/plan @${head}`);
    return isRefusal(sha) ? sha : { kind: 'plan', pullRequest: pullRequest.number, sha };
  },
};
