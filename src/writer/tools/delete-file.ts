import { z } from 'zod';
import { admitEdit } from '../admit-edit.ts';
import { tool, wrong } from '../tool.ts';

export const deleteFile = tool({
  name: 'delete_file',
  effect: 'write',
  description: 'Deletes a file that was read. Make sure that nothing imports it any more.',
  input: z.strictObject({ path: z.string().min(1).max(400) }),
  async run({ path }, desk) {
    const current = await desk.draft.text(path);
    if (current === null) return wrong(`There is no text file ${path}.`);
    if (!desk.draft.wasSeen(path, current)) return wrong(`Read ${path} first: it was not shown in its present state.`);
    return admitEdit(desk, path, null, `Deleted ${path}.`);
  },
});
