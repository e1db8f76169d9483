import { z } from 'zod';
import { globMatcher, globShape } from '../glob.ts';
import { shownPath } from '../shown-text.ts';
import { done, tool } from '../tool.ts';

const most = 400;

export const listFiles = tool({
  name: 'list_files',
  effect: 'read',
  description:
    'Lists the files of the repository, with the edits of this change, by glob (`hosts/**`, `modules/*.nix`; `**` for all). At most 400.',
  input: z.strictObject({ glob: globShape }),
  async run({ glob }, { draft }) {
    const matches = globMatcher(glob);
    const paths = (await draft.tree.list()).map(({ path }) => path).filter((path) => matches(path));
    if (paths.length === 0) return done(`No file matches ${glob}.`);
    const rest = paths.length > most ? `\n… and ${paths.length - most} more; use a narrower glob` : '';
    return done(paths.slice(0, most).map(shownPath).join('\n') + rest);
  },
});
