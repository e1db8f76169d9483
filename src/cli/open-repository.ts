import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { commitTree, type GitTree, workingTree } from '../adapters/git/git-tree.ts';
import { Fault } from '../core/fault.ts';
import { folderTree } from '../core/tree.ts';

const run = promisify(execFile);

/** The files of a checkout, or of one of its commits where a revision is given. A fault says in words what git did not find. */
export async function openRepository(folder: string, revision?: string): Promise<GitTree> {
  const top = await git(folder, ['rev-parse', '--show-toplevel'], `${folder} is not a git checkout`);
  const inside = await git(folder, ['rev-parse', '--show-prefix'], `${folder} is not a git checkout`);
  if (revision === undefined) return part(workingTree(top), inside);
  // `--end-of-options`: a revision that begins with a dash is no option.
  const commit = await git(
    top,
    ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`],
    `there is no commit ${revision} in ${folder}`,
  );
  return part(commitTree(top, commit), inside);
}

/** A folder inside a checkout is a repository of its own here: its flake knows nothing of what is around it. */
function part(tree: GitTree, inside: string): GitTree {
  return inside === '' ? tree : { ...folderTree(tree, inside), close: () => tree.close() };
}

async function git(folder: string, words: readonly string[], sentence: string): Promise<string> {
  try {
    return (await run('git', ['-C', folder, ...words])).stdout.trim();
  } catch (cause) {
    throw new Fault('git-failed', 'reading the repository', 'never', { cause, detail: sentence });
  }
}
