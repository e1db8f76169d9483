import type { Finding } from '../core/finding.ts';
import type { TreeEntry } from '../core/tree.ts';
import { type Desk, done, type ToolAnswer, wrong } from './tool.ts';
import { isEncrypted, whyNotWritable } from './writable-path.ts';

/**
 * Takes an edit into the draft, or says why not. The same gate stands before every tool that writes: the path may be
 * written, the content is no ciphertext and no zone, the change does not outgrow its limit, and the text has no syntax
 * error that was not there before. A refused edit leaves the draft as it was.
 */
export async function admitEdit(desk: Desk, path: string, after: string | null, said: string): Promise<ToolAnswer> {
  const { draft } = desk;
  const before = await draft.text(path);
  const hindrance = whyNotWritable(path);
  if (hindrance !== null) return wrong(`${path} ${hindrance}. Nothing was changed.`);
  const entries = await draft.tree.list();
  const entry = entries.find((one) => one.path === path);
  const inTheWay = entry === undefined ? whatIsInTheWay(entries, path) : null;
  if (inTheWay !== null) return wrong(`${path} ${inTheWay}. Nothing was changed.`);
  if (entry !== undefined && (entry.mode === 'symlink' || entry.mode === 'submodule'))
    return wrong(`${path} is a ${entry.mode}. Nothing was changed.`);
  if (entry !== undefined && before === null) return wrong(`${path} is not text. Nothing was changed.`);
  if ([before, after].some((text) => text !== null && isEncrypted(text)))
    return wrong(`${path} is encrypted; people write secrets. Nothing was changed.`);
  if ([before, after].some((text) => text !== null && desk.isZone(path, text)))
    return wrong(`${path} is a DNS zone: use the dns tool, which raises the serial. Nothing was changed.`);
  const touched = new Set([...draft.edits.map((edit) => edit.path), path]);
  if (touched.size > desk.maxFiles)
    return wrong(
      `The change would touch ${touched.size} files; at most ${desk.maxFiles} are allowed. Nothing was changed.`,
    );
  const mistakes =
    after === null ? [] : newMistakes(before === null ? [] : desk.syntax(path, before), desk.syntax(path, after));
  if (mistakes.length > 0)
    return wrong(`With this edit ${path} does not parse: ${mistakes.join('; ')}. Nothing was changed.`);
  await draft.put(path, after);
  return done(said);
}

/** A new path that a repository or a file system cannot hold beside those that are there. */
function whatIsInTheWay(entries: readonly TreeEntry[], path: string): string | null {
  const folded = path.toLowerCase();
  for (const { path: other } of entries) {
    if (path.startsWith(`${other}/`)) return `would lie in ${other}, which is not a folder`;
    if (other.startsWith(`${path}/`)) return 'is a folder';
    // A checkout on a disk without case would hold only one of the two.
    if (other.toLowerCase() === folded || foldersDifferByCase(path, other))
      return `differs from ${other} only by its case`;
  }
  return null;
}

/** Whether two paths go through one folder that they spell with different case. */
function foldersDifferByCase(one: string, other: string): boolean {
  const theirs = other.split('/').slice(0, -1);
  for (const [index, part] of one.split('/').slice(0, -1).entries()) {
    const their = theirs[index];
    if (their?.toLowerCase() !== part.toLowerCase()) return false;
    if (their !== part) return true;
  }
  return false;
}

/** Mistakes by message, because an edit moves the lines of old ones. */
function newMistakes(before: readonly Finding[], after: readonly Finding[]): string[] {
  const old = new Map<string, number>();
  for (const { message } of before) old.set(message, (old.get(message) ?? 0) + 1);
  const fresh: string[] = [];
  for (const { message, line, column } of after) {
    const left = old.get(message) ?? 0;
    if (left > 0) old.set(message, left - 1);
    else fresh.push(`line ${line ?? '?'}:${column ?? '?'} ${message}`);
  }
  return fresh;
}
