import type { Command } from './command.ts';

export const help: Command = {
  name: 'help',
  usage: '/help',
  summary: 'Lists the commands and the hosts and tags that they take.',
  examples: ['/help'],
  decide: () => ({ kind: 'help' }),
};
