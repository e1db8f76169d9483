import { z } from 'zod';
import { done, tool } from '../tool.ts';

export const setPlan = tool({
  name: 'set_plan',
  effect: 'talk',
  description:
    'Says what this change will do, as a short list that people see while it is made. Call it once you know, and again to tick items off.',
  input: z.strictObject({
    items: z
      .array(z.strictObject({ text: z.string().min(3).max(200), done: z.boolean() }))
      .min(1)
      .max(20),
  }),
  async run({ items }, { draft }) {
    draft.plan = items;
    return done('The plan is shown on the issue.');
  },
});
