import { refuse } from '../core/refusal.ts';
import type { Command } from './command.ts';

export const stop: Command = {
  name: 'stop',
  usage: '/stop',
  summary:
    'Stops what this conversation began: no further host begins, and an activation that runs is brought to its end.',
  examples: ['/stop'],
  decide: (words) =>
    words.length === 0
      ? { kind: 'stop' }
      : refuse('bad-arguments', { reason: 'takes no words: it stops the whole rollout' }, `/cancel ${words.join(' ')}`),
};
