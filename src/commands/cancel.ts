import { isRefusal } from '../core/refusal.ts';
import type { Command } from './command.ts';
import { hostsNamed } from './targets.ts';

export const cancel: Command = {
  name: 'cancel',
  usage: '/cancel [<host>… | #<tag> | all]',
  summary: 'Takes hosts back that this conversation began to deploy and that have not activated anything yet.',
  examples: ['/cancel', '/cancel wolfhound'],
  decide(words, { config }) {
    const hosts = hostsNamed(words.length === 0 ? ['all'] : words, config);
    return isRefusal(hosts) ? hosts : { kind: 'cancel', hosts };
  },
};
