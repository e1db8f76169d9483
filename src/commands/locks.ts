import { isRefusal } from '../core/refusal.ts';
import type { Command } from './command.ts';
import { hostsNamed } from './targets.ts';

export const locks: Command = {
  name: 'locks',
  usage: '/locks [<host>… | #<tag> | all]',
  summary: 'Lists the locks that people put on hosts: whose, why, and until when.',
  examples: ['/locks', '/locks #dns'],
  decide(words, { config }) {
    const hosts = hostsNamed(words.length === 0 ? ['all'] : words, config);
    return isRefusal(hosts) ? hosts : { kind: 'locks', hosts };
  },
};
