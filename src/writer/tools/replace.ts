import { z } from 'zod';
import { admitEdit } from '../admit-edit.ts';
import { tool, wrong } from '../tool.ts';

export const replace = tool({
  name: 'replace',
  effect: 'write',
  description:
    'Replaces a text in a file that was read. `old` must occur exactly once, to the letter, with its indentation; take enough lines around it to make it unique. Line numbers are not part of a file.',
  input: z.strictObject({ path: z.string().min(1).max(400), old: z.string().min(1), new: z.string() }),
  async run({ path, old, new: text }, desk) {
    const current = await desk.draft.text(path);
    if (current === null) return wrong(`There is no text file ${path}. create_file makes a new one.`);
    if (!desk.draft.wasSeen(path, current)) return wrong(`Read ${path} first: it was not shown in its present state.`);
    if (old === text) return wrong('`old` and `new` are the same.');
    const places = placesOf(current, old);
    const [only, ...others] = places;
    if (only === undefined) return wrong(whereElse(current, old, text, path));
    if (others.length > 0)
      return wrong(
        `\`old\` occurs ${places.length} times in ${path} (lines ${places.map((at) => lineAt(current, at)).join(', ')}); take more lines around it.`,
      );
    const after = current.slice(0, only) + text + current.slice(only + old.length);
    return admitEdit(desk, path, after, `Replaced at line ${lineAt(current, only)} of ${path}.`);
  },
});

function placesOf(text: string, part: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + 1)) places.push(at);
  return places;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** A miss is most often white space or memory; showing the nearest real lines lets the next try succeed. */
function whereElse(current: string, old: string, text: string, path: string): string {
  if (text !== '' && current.includes(text))
    return `\`old\` is not in ${path}, but \`new\` already is. Nothing was changed.`;
  const wanted = old
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const lines = current.split('\n');
  const start = lines.findIndex((line) => line.trim() !== '' && line.trim() === wanted[0]);
  if (start === -1) return `\`old\` is not in ${path}. Read it again. Nothing was changed.`;
  const real = lines.slice(start, start + Math.max(wanted.length, 1) + 2).join('\n');
  return `\`old\` is not in ${path} to the letter. What stands at line ${start + 1} is:\n${real}\nNothing was changed.`;
}
