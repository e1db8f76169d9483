import { z } from 'zod';
import { decodeText } from '../../core/tree.ts';
import { globMatcher } from '../glob.ts';
import { done, tool } from '../tool.ts';

const mostLines = 80;
const largestFile = 1_000_000;

export const grep = tool({
  name: 'grep',
  effect: 'read',
  description:
    'Finds a plain text (not a pattern, without regard to case) in the files that match a glob, with file and line. At most 80 lines.',
  input: z.strictObject({ text: z.string().min(2).max(200), glob: z.string().min(1).max(200).default('**') }),
  async run({ text, glob }, { draft }) {
    const { tree } = draft;
    const matches = globMatcher(glob);
    const wanted = text.toLowerCase();
    const found: string[] = [];
    for (const entry of await tree.list()) {
      if (
        !matches(entry.path) ||
        entry.mode === 'submodule' ||
        entry.mode === 'symlink' ||
        (entry.size ?? 0) > largestFile
      )
        continue;
      const content = decodeText(await tree.read(entry.blob));
      if (content === null || !content.toLowerCase().includes(wanted)) continue;
      content.split('\n').forEach((line, index) => {
        if (line.toLowerCase().includes(wanted)) found.push(`${entry.path}:${index + 1}: ${line.trim().slice(0, 200)}`);
      });
      if (found.length > mostLines) break;
    }
    if (found.length === 0) return done(`Nothing matches ${JSON.stringify(text)} in ${glob}.`);
    const rest = found.length > mostLines ? '\n… and more; narrow the glob or the text' : '';
    return done(found.slice(0, mostLines).join('\n') + rest);
  },
});
