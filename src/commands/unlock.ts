import { isRefusal, refuse } from '../core/refusal.ts';
import type { Command } from './command.ts';
import { splitFlags } from './flags.ts';
import { hostsNamed } from './targets.ts';

export const unlock: Command = {
  name: 'unlock',
  usage: '/unlock <host>… | #<tag> | all [--force --reason "<why>"]',
  summary: "Takes one's own locks off hosts; with a reason also those of others.",
  examples: ['/unlock wolfhound', '/unlock all --force --reason "Ann is away, the disk is in"'],
  decide(words, { config }) {
    const asked = splitFlags(words, ['--force', '--reason']);
    if (isRefusal(asked)) return asked;
    if (asked.rest.length === 0)
      return refuse(
        'bad-arguments',
        { reason: 'names no host' },
        `/unlock ${Object.keys(config.hosts)[0] ?? '<host>'}`,
      );
    const hosts = hostsNamed(asked.rest, config);
    return isRefusal(hosts) ? hosts : { kind: 'unlock', hosts, flags: asked.flags };
  },
};
