import { isRefusal, refuse } from '../core/refusal.ts';
import type { Command } from './command.ts';
import { splitFlags } from './flags.ts';
import { splitTime } from './lock-time.ts';
import { hostsNamed } from './targets.ts';

export const lock: Command = {
  name: 'lock',
  usage: '/lock <host>… | #<tag> | all [--for 2h] --reason "<why>"',
  summary: 'Keeps hosts as they are: no deploy and no merge reaches them until the lock is taken off or runs out.',
  examples: ['/lock wolfhound --reason "the disk is being replaced"', '/lock #dns --for 2h --reason "moving racks"'],
  decide(words, { config }) {
    const timed = splitTime(words);
    if (isRefusal(timed)) return timed;
    const asked = splitFlags(timed.rest, ['--reason']);
    if (isRefusal(asked)) return asked;
    const { reason } = asked.flags;
    const typed = asked.rest.length === 0 ? (Object.keys(config.hosts)[0] ?? '<host>') : asked.rest.join(' ');
    if (asked.rest.length === 0 || reason === null)
      return refuse(
        'bad-arguments',
        { reason: asked.rest.length === 0 ? 'names no host' : 'names no reason: others read why they have to wait' },
        `/lock ${typed} --reason ${JSON.stringify(reason ?? 'why')}`,
      );
    const hosts = hostsNamed(asked.rest, config);
    return isRefusal(hosts) ? hosts : { kind: 'lock', hosts, forMs: timed.forMs, reason };
  },
};
