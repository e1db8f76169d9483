import { decodeText } from '../../core/tree.ts';
import type { SayingFile } from '../../dns/serial-makers.ts';
import type { GitOutput } from './past-texts.ts';

/** More files than this are no configuration of one server. */
const mostFiles = 50;

/** The text files of a commit that hold one of the words. `./`: paths are from the folder that git runs in. */
export async function filesSaying(
  git: GitOutput,
  { commit, words, prefix }: { readonly commit: string; readonly words: readonly string[]; readonly prefix: '' | './' },
): Promise<readonly SayingFile[]> {
  // git ends with 1 where no file says any.
  const listed = await git(['grep', '-l', '-z', '-I', '-F', ...words.flatMap((word) => ['-e', word]), commit]).catch(
    () => new Uint8Array(),
  );
  const names = new TextDecoder()
    .decode(listed)
    .split('\0')
    .filter((name) => name !== '');
  const files: SayingFile[] = [];
  for (const name of names.slice(0, mostFiles)) {
    const path = name.slice(commit.length + 1);
    const bytes = await git(['cat-file', 'blob', `${commit}:${prefix}${path}`]).catch(() => null);
    const text = bytes === null ? null : decodeText(bytes);
    if (text !== null) files.push({ path, text });
  }
  return files;
}
