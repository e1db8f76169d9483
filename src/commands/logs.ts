import { isRefusal, refuse } from '../core/refusal.ts';
import type { Command } from './command.ts';
import { hostsNamed } from './targets.ts';

export const logs: Command = {
  name: 'logs',
  usage: '/logs <host> [<unit>]',
  summary:
    'Shows the end of the journal of a unit of a host, or of all units that have failed there, to everybody who reads this page.',
  examples: ['/logs wolfhound', '/logs wolfhound nginx.service'],
  decide(words, { config }) {
    const [asked, unit = null, ...more] = words;
    if (asked === undefined) return refuse('bad-arguments', { reason: 'names no host' });
    const hosts = hostsNamed([asked], config);
    if (isRefusal(hosts)) return hosts;
    const [host, ...others] = hosts;
    if (host === undefined || others.length > 0)
      return refuse('bad-arguments', { reason: 'takes one host' }, `/logs ${host ?? '<host>'}`);
    if (more.length > 0)
      return refuse('bad-arguments', { reason: 'takes one unit' }, `/logs ${host} ${unit ?? '<unit>'}`);
    // systemd.unit(5). A backslash is in no rule of sudo's that the account has.
    if (unit !== null && !/^[A-Za-z0-9:_.@][A-Za-z0-9:_.@-]{0,254}$/.test(unit))
      return refuse('bad-arguments', { reason: `names "${unit}", which is no unit` }, `/logs ${host}`);
    return { kind: 'logs', host, unit };
  },
};
