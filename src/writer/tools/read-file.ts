import { z } from 'zod';
import { isEncrypted } from '../writable-path.ts';
import { done, tool, wrong } from '../tool.ts';

const mostLines = 400;
const mostCharacters = 40_000;

export const readFile = tool({
  name: 'read_file',
  effect: 'read',
  description:
    'Reads a file with line numbers (which are not part of it), at most 400 lines at a time. A file must be read before it is edited. Encrypted files are not shown.',
  input: z.strictObject({ path: z.string().min(1).max(400), from: z.int().min(1).default(1) }),
  async run({ path, from }, { draft }) {
    const text = await draft.text(path);
    if (text === null) return wrong(`There is no text file ${path}. list_files shows what there is.`);
    // Ciphertext tells a model nothing, and what it tells of keys and recipients is nobody's business.
    if (isEncrypted(text))
      return wrong(`${path} is encrypted and is not shown. People write secrets; refer to them by name.`);
    const lines = text.split('\n');
    if (from > lines.length) return wrong(`${path} ends at line ${lines.length}.`);
    const shown = lines.slice(from - 1, from - 1 + mostLines);
    const numbered = shown.map((line, index) => `${String(from + index).padStart(4)}  ${line}`).join('\n');
    if (numbered.length > mostCharacters) return wrong(`${path} has lines too long to show; grep finds the place.`);
    draft.showed(path, text);
    const end = from - 1 + shown.length;
    return done(
      end < lines.length ? `${numbered}\n… ${lines.length - end} more lines; read on from ${end + 1}` : numbered,
    );
  },
});
