import type { Finding } from '../core/finding.ts';
import type { ChangedFile, Guard } from './guard.ts';

/**
 * Symlinks and submodules make a path mean something that the diff does not show: a link may leave the repository when a
 * host evaluates it, a submodule brings a commit that nobody reviewed here.
 */
export const specialFiles: Guard = {
  id: 'special-files',
  summary: 'The pull request adds or changes a symlink, a submodule or an executable bit.',
  judge: ({ files }) => files.flatMap(findingsOf),
};

function findingsOf({ path, before, after }: ChangedFile): Finding[] {
  if (after === null) return [];
  const find = (level: Finding['level'], message: string): Finding[] => [
    { check: 'special-files', file: path, level, message },
  ];
  switch (after.mode) {
    case 'submodule':
      return find('warning', 'a submodule is added or moved: its content is not part of this diff');
    case 'symlink':
      return find(
        leavesRepository(path, after.text) ? 'error' : 'warning',
        `a symlink now points to ${after.text ?? 'something that is not text'}`,
      );
    case 'file':
    case 'executable':
      if (before === null || before.mode === after.mode) return [];
      return find('note', `the file becomes ${after.mode === 'executable' ? 'executable' : 'a plain file'}`);
  }
}

/** Whether a link's target leaves the repository: absolute, or up past its top. */
function leavesRepository(path: string, target: string | null): boolean {
  if (target === null || target.startsWith('/')) return true;
  let depth = path.split('/').length - 1;
  for (const part of target.split('/')) {
    if (part === '..') depth -= 1;
    else if (part !== '.' && part !== '') depth += 1;
    if (depth < 0) return true;
  }
  return false;
}
