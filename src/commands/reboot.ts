import { isRefusal, refuse } from '../core/refusal.ts';
import type { Command } from './command.ts';
import { splitFlags } from './flags.ts';
import { hostsNamed, splitSha } from './targets.ts';

/**
 * The second yes that a system needs which cannot be activated live. The line names the commit, so nobody reboots a
 * host into something other than what they read about; whether it is the one that waits there is known to the records.
 */
export const reboot: Command = {
  name: 'reboot',
  usage: '/reboot <host> @<sha> [--force --reason "<why>"]',
  summary: 'Reboots one host into the system that waits there for a reboot, verifies it, and puts back what is bad.',
  examples: ['/reboot wolfhound @0123456789ab', '/reboot wolfhound @0123456789ab --force --reason "the disk waits"'],
  decide(words, { config }) {
    const asked = splitFlags(words, ['--force', '--reason']);
    if (isRefusal(asked)) return asked;
    const split = splitSha(asked.rest);
    if (isRefusal(split)) return split;
    const [host] = split.rest;
    if (host === undefined) return refuse('bad-arguments', { reason: 'names no host' });
    if (split.rest.length > 1 || host.startsWith('#') || host === 'all')
      return refuse('bad-arguments', { reason: 'takes one host by its name' });
    const hosts = hostsNamed([host], config);
    if (isRefusal(hosts)) return hosts;
    const [named] = hosts;
    if (named === undefined) return refuse('bad-arguments', { reason: 'names no host' });
    if (split.sha === null)
      return refuse('bad-arguments', {
        reason: 'names no commit: the report of the deploy that left the host waiting has the line to type',
      });
    return { kind: 'reboot', host: named, commit: split.sha, flags: asked.flags };
  },
};
