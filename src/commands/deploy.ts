import { isRefusal, refuse } from '../core/refusal.ts';
import type { Command } from './command.ts';
import { splitFlags } from './flags.ts';
import { commitFor, hostsNamed, splitSha } from './targets.ts';

export const deploy: Command = {
  name: 'deploy',
  usage: '/deploy <host>… | #<tag> | all [@<sha>] [--force --reason "<why>"]',
  summary: "Brings hosts to the pull request's commit: builds, tests, verifies, and puts back what is bad.",
  examples: [
    '/deploy wolfhound',
    '/deploy #dns',
    '/deploy all',
    '/deploy wolfhound @0123456789ab',
    '/deploy wolfhound --force --reason "the mail is down"',
  ],
  decide(words, { pullRequest, config }) {
    const asked = splitFlags(words, ['--force', '--reason']);
    if (isRefusal(asked)) return asked;
    const split = splitSha(asked.rest);
    if (isRefusal(split)) return split;
    if (split.rest.length === 0) {
      // One host, never all: whoever copies the line deploys the least.
      return refuse(
        'bad-arguments',
        { reason: 'names no host' },
        `/deploy ${Object.keys(config.hosts)[0] ?? '<host>'}`,
      );
    }
    const hosts = hostsNamed(split.rest, config);
    if (isRefusal(hosts)) return hosts;
    if (pullRequest === null)
      return refuse('bad-arguments', {
        reason: 'works on pull requests only: a deploy brings hosts to a reviewed commit',
      });
    const sha = commitFor(pullRequest, split.sha, (head) => `/deploy ${split.rest.join(' ')} @${head}`);
    return isRefusal(sha)
      ? sha
      : {
          kind: 'deploy',
          pullRequest: pullRequest.number,
          sha,
          hosts,
          named: hosts.filter((host) => split.rest.includes(host)),
          flags: asked.flags,
        };
  },
};
