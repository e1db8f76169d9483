import { isRefusal, refuse } from '../core/refusal.ts';
import type { Command } from './command.ts';
import { hostsNamed } from './targets.ts';

export const rollback: Command = {
  name: 'rollback',
  usage: '/rollback <host>',
  summary: 'Brings one host back to the system that it ran before its last deploy, and holds it there.',
  examples: ['/rollback wolfhound'],
  decide(words, { config }) {
    const hosts = hostsNamed(words, config);
    if (isRefusal(hosts)) return hosts;
    const [host, ...more] = hosts;
    if (host === undefined) return refuse('bad-arguments', { reason: 'names no host' });
    // One at a time: a rollback skips review, so it stays a deliberate act on one machine.
    if (more.length > 0 || words.length > 1)
      return refuse('bad-arguments', { reason: 'takes one host' }, `/rollback ${host}`);
    return { kind: 'rollback', host };
  },
};
