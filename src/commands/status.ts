import { isRefusal } from '../core/refusal.ts';
import type { Command } from './command.ts';
import { hostsNamed } from './targets.ts';

export const status: Command = {
  name: 'status',
  usage: '/status [<host>… | #<tag> | all]',
  summary: 'Shows where each host is: its last deploy, what it runs, and whether it is held or locked.',
  examples: ['/status', '/status wolfhound'],
  decide(words, { config }) {
    const hosts = hostsNamed(words.length === 0 ? ['all'] : words, config);
    return isRefusal(hosts) ? hosts : { kind: 'status', hosts };
  },
};
