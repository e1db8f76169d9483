import { z } from 'zod';
import { decodeText } from '../../core/tree.ts';
import { globMatcher, globShape } from '../glob.ts';
import { shownLine, shownPath } from '../shown-text.ts';
import { done, tool } from '../tool.ts';
import { isEncrypted } from '../writable-path.ts';

const mostLines = 80;
const largestFile = 1_000_000;
/** Of all files of one call together: a search through everything must not hold the worker. */
const mostBytes = 30_000_000;

export const grep = tool({
  name: 'grep',
  effect: 'read',
  description:
    'Finds a plain text (not a pattern, without regard to case) in the files that match a glob, with file and line. At most 80 lines. Encrypted files are passed over.',
  input: z.strictObject({ text: z.string().min(2).max(200), glob: globShape.default('**') }),
  async run({ text, glob }, { draft }) {
    const { tree } = draft;
    const matches = globMatcher(glob);
    const wanted = text.toLowerCase();
    const found: string[] = [];
    let bytesLeft = mostBytes;
    for (const entry of await tree.list()) {
      if (entry.mode === 'submodule' || entry.mode === 'symlink' || (entry.size ?? 0) > largestFile) continue;
      if (!matches(entry.path)) continue;
      const bytes = await tree.read(entry.blob);
      bytesLeft -= bytes.length;
      // Not every tree knows sizes before it reads.
      const content = bytes.length > largestFile ? null : decodeText(bytes);
      if (content !== null && !isEncrypted(content))
        found.push(...linesWith(content, wanted, mostLines + 1 - found.length, shownPath(entry.path)));
      if (found.length > mostLines || bytesLeft < 0) break;
    }
    const cut = found.length > mostLines || bytesLeft < 0 ? '\n… and perhaps more; narrow the glob or the text' : '';
    if (found.length === 0) return done(`Nothing matches ${JSON.stringify(text)} in ${glob}.${cut}`);
    return done(found.slice(0, mostLines).join('\n') + cut);
  },
});

/** Goes from find to find, so that a file of short lines is never taken apart as a whole. */
function linesWith(content: string, wanted: string, most: number, path: string): string[] {
  const lower = content.toLowerCase();
  // Rarely a lower-case letter is longer than its capital (İ), and then the places of the two texts differ.
  const searched = lower.length === content.length ? lower : content;
  const found: string[] = [];
  let line = 1;
  let counted = 0;
  for (let at = searched.indexOf(wanted); at !== -1 && found.length < most; ) {
    for (let stop = content.indexOf('\n', counted); stop !== -1 && stop < at; stop = content.indexOf('\n', counted)) {
      line += 1;
      counted = stop + 1;
    }
    const end = content.indexOf('\n', at);
    found.push(
      `${path}:${line}: ${shownLine(content.slice(counted, end === -1 ? content.length : end), at - counted)}`,
    );
    at = end === -1 ? -1 : searched.indexOf(wanted, end + 1);
  }
  return found;
}
