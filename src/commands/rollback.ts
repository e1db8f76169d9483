import { isRefusal, refuse } from '../core/refusal.ts';
import type { Command } from './command.ts';
import { splitFlags } from './flags.ts';
import { hostsNamed } from './targets.ts';

export const rollback: Command = {
  name: 'rollback',
  usage: '/rollback <host> [--force --reason "<why>"]',
  summary:
    'Brings one host back to the system that it ran before its last deploy, and holds it there; with a reason also in a freeze.',
  examples: ['/rollback wolfhound', '/rollback wolfhound --force --reason "the mail is down"'],
  decide(words, { config }) {
    const asked = splitFlags(words, ['--force', '--reason']);
    if (isRefusal(asked)) return asked;
    const hosts = hostsNamed(asked.rest, config);
    if (isRefusal(hosts)) return hosts;
    const [host, ...more] = hosts;
    if (host === undefined) return refuse('bad-arguments', { reason: 'names no host' });
    // One at a time: a rollback skips review, so it stays a deliberate act on one machine.
    if (more.length > 0 || asked.rest.length > 1)
      return refuse('bad-arguments', { reason: 'takes one host' }, `/rollback ${host}`);
    return { kind: 'rollback', host, flags: asked.flags };
  },
};
