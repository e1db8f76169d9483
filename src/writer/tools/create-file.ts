import { z } from 'zod';
import { admitEdit } from '../admit-edit.ts';
import { tool, wrong } from '../tool.ts';

export const createFile = tool({
  name: 'create_file',
  effect: 'write',
  description: 'Makes a new file. Existing files are changed with `replace`, never written over.',
  input: z.strictObject({ path: z.string().min(1).max(400), content: z.string().max(200_000) }),
  async run({ path, content }, desk) {
    if (await desk.draft.exists(path)) return wrong(`${path} is there already; change it with replace.`);
    return admitEdit(desk, path, content.endsWith('\n') ? content : `${content}\n`, `Created ${path}.`);
  },
});
