import { refuse } from '../core/refusal.ts';
import type { Command } from './command.ts';

const verbs = ['add', 'set', 'point', 'remove', 'delete'];

/** What a record may be is the zone's to say; here only the place and the first words are looked at. */
export const dns: Command = {
  name: 'dns',
  usage: '/dns add|set <name> [<ttl>] <type> <value> | point <name> <host> | remove <name> [<type> [<value>]]',
  summary:
    'Changes DNS records: on an issue as a new pull request, on a pull request of the bot as one more commit. Several lines are one change.',
  examples: [
    '/dns add consul.fleet.lan A 10.0.20.30',
    '/dns set grafana.fleet.lan 300 CNAME wolfhound.fleet.lan',
    '/dns remove old-wiki.fleet.lan',
  ],
  decide(words, { pullRequest }) {
    const [verb, name] = words;
    if (verb === undefined || !verbs.includes(verb.toLowerCase()))
      return refuse('bad-arguments', { reason: `begins with one of ${verbs.slice(0, 4).join(', ')}` });
    if (name === undefined) return refuse('bad-arguments', { reason: 'names no record' });
    if (pullRequest === null) return { kind: 'dns', onto: null };
    if (pullRequest.ownBranch === null || pullRequest.state !== 'open')
      return refuse('bad-arguments', {
        reason: 'works on issues and on open pull requests of the bot: no other branch is its to change',
      });
    return { kind: 'dns', onto: pullRequest.ownBranch };
  },
};
