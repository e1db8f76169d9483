import { z } from 'zod';
import { done, tool, wrong } from '../tool.ts';

export const askHuman = tool({
  name: 'ask_human',
  effect: 'talk',
  description:
    'Asks the person who wrote the issue one question and ends this run. Use it for topology (which hosts, which VLAN, quorum), security (a new public port, who may log in), and secrets: never decide those. Not for what the repository already answers.',
  input: z.strictObject({
    category: z.enum(['topology', 'security', 'secrets', 'other']),
    question: z.string().min(10).max(600),
    options: z.array(z.string().min(1).max(200)).min(2).max(5),
    recommended: z.string().min(1).max(200),
  }),
  async run(question, { draft }) {
    if (!question.options.includes(question.recommended)) return wrong('`recommended` must be one of `options`.');
    draft.question = question;
    return done('The question is asked.');
  },
});
