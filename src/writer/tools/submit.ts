import { z } from 'zod';
import { done, tool, wrong } from '../tool.ts';

const mostFindings = 20;

export const submit = tool({
  name: 'submit',
  effect: 'talk',
  description: 'Ends the run and hands the change over for review. Refused while code finds errors in it.',
  input: z.strictObject({
    title: z.string().min(5).max(100).describe('What the change does, in the imperative, without a full stop.'),
    summary: z.string().min(20).max(4000).describe('For the reviewer: what was done and why so, in Markdown.'),
    hosts: z.array(z.string()).max(50).describe('The hosts that the change is meant to reach.'),
    risks: z.array(z.string().max(300)).max(10).describe('What a reviewer should look at twice.'),
    verify: z.array(z.string().max(300)).max(10).describe('How to see that it works.'),
  }),
  async run(submission, desk) {
    if (desk.draft.edits.length === 0)
      return wrong('There is no edit to submit. If nothing needs to change, ask_human and say so.');
    const errors = (await desk.judge()).filter(({ level, risk }) => level === 'error' && risk === undefined);
    if (errors.length > 0) {
      const lines = errors
        .slice(0, mostFindings)
        .map(
          ({ check, file, line, message }) =>
            `- ${check}${file === undefined ? '' : ` ${file}:${line ?? 1}`}: ${message}`,
        );
      return wrong(`The change cannot be handed over yet:\n${lines.join('\n')}`);
    }
    desk.draft.submission = submission;
    return done('Submitted.');
  },
});
