import { isRefusal, refuse } from '../core/refusal.ts';
import type { Command } from './command.ts';
import { hostsNamed } from './targets.ts';

export const free: Command = {
  name: 'free',
  usage: '/free <host>…',
  summary: 'Frees hosts that are held, without deploying anything: the next merge may move them again.',
  examples: ['/free wolfhound'],
  decide(words, { config }) {
    const hosts = hostsNamed(words, config);
    if (isRefusal(hosts)) return hosts;
    const [first = Object.keys(config.hosts)[0] ?? '<host>'] = hosts;
    // The commit that was taken back is still below every later one: whoever frees a host has that host in mind.
    if (hosts.length === 0 || hosts.some((host) => !words.includes(host)))
      return refuse('bad-arguments', { reason: 'frees only hosts that are named one by one' }, `/free ${first}`);
    return { kind: 'free', hosts };
  },
};
