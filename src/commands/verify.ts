import { isRefusal, refuse } from '../core/refusal.ts';
import type { Command } from './command.ts';
import { hostsNamed } from './targets.ts';

export const verify: Command = {
  name: 'verify',
  usage: '/verify <host>… | #<tag> | all',
  summary: 'Looks at hosts and asks their probes again, without changing anything.',
  examples: ['/verify wolfhound'],
  decide(words, { config }) {
    if (words.length === 0) return refuse('bad-arguments', { reason: 'names no host' }, '/verify all');
    const hosts = hostsNamed(words, config);
    return isRefusal(hosts) ? hosts : { kind: 'verify', hosts };
  },
};
