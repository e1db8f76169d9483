import { isRefusal, refuse } from '../core/refusal.ts';
import type { Command } from './command.ts';
import { splitFlags } from './flags.ts';
import { commitFor, hostsNamed, splitSha } from './targets.ts';

export const deploy: Command = {
  name: 'deploy',
  usage: '/deploy <host>… | #<tag> | all [@<sha>] [--adopt] [--force --reason "<why>"]',
  summary: "Brings hosts to the pull request's commit: builds, tests, verifies, and puts back what is bad.",
  examples: [
    '/deploy wolfhound',
    '/deploy #dns',
    '/deploy all',
    '/deploy wolfhound @0123456789ab',
    '/deploy wolfhound --adopt',
    '/deploy wolfhound --force --reason "the mail is down"',
  ],
  decide(words, { pullRequest, config }) {
    const asked = splitFlags(words, ['--adopt', '--force', '--reason']);
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
    // Whoever adopts says of each host that what runs there is right; nobody knows that of every host of a tag.
    const { adopt } = asked.flags;
    if (adopt && hosts.some((host) => !split.rest.includes(host)))
      return refuse(
        'bad-arguments',
        { reason: 'adopts only hosts that are named one by one' },
        `/deploy ${hosts.join(' ')} --adopt`,
      );
    const options = adopt ? ' --adopt' : '';
    const sha = commitFor(pullRequest, split.sha, (head) => `/deploy ${split.rest.join(' ')} @${head}${options}`);
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
