import { decodeText } from '../../core/tree.ts';
import type { PastText } from '../../dns/serial-evidence.ts';

/** git's standard output for these words; rejects where it ends badly. */
export type GitOutput = (words: readonly string[]) => Promise<Uint8Array>;

/** The last states of one file up to a commit, oldest first. Empty where git does not know the file. */
export async function pastTexts(
  git: GitOutput,
  { commit, path, most }: { readonly commit: string; readonly path: string; readonly most: number },
): Promise<readonly PastText[]> {
  const listed = await git(['--literal-pathspecs', 'log', `-${most}`, '--format=%H %ct', commit, '--', path]).catch(
    () => new Uint8Array(),
  );
  const past: PastText[] = [];
  for (const line of new TextDecoder().decode(listed).split('\n').reverse()) {
    const [sha = '', at = ''] = line.split(' ');
    if (sha === '') continue;
    // A commit that took the file away has no text of it.
    const bytes = await git(['cat-file', 'blob', `${sha}:${path}`]).catch(() => null);
    const text = bytes === null ? null : decodeText(bytes);
    if (text !== null) past.push({ text, at: Number(at) });
  }
  return past;
}
