/** One file's change between two commits, as GitHub's diff entries carry it. */
export interface FileChange {
  readonly path: string;
  readonly previousPath: string | null;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed';
  readonly blob: string;
  readonly additions: number;
  readonly deletions: number;
  /** The hunks, without git's header lines. Null for a binary file. */
  readonly patch: string | null;
}

type Raw = Pick<FileChange, 'path' | 'previousPath' | 'status' | 'blob'>;

const statusOf: Readonly<Record<string, FileChange['status']>> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  C: 'copied',
  T: 'changed',
};

/** Reads `git diff-tree -r -z --raw --numstat -M`: all raw records first, then all counts, in one order. */
export function parseChanges(output: string, patches: string): FileChange[] {
  const fields = output.split('\0');
  const raws: Raw[] = [];
  let at = 0;
  for (; fields[at]?.startsWith(':') === true; ) {
    const [, , before = '', after = '', letter = ''] = (fields[at] ?? '').split(' ');
    const status = statusOf[letter.charAt(0)] ?? 'changed';
    const two = status === 'renamed' || status === 'copied';
    const path = fields[at + (two ? 2 : 1)] ?? '';
    const previousPath = two ? (fields[at + 1] ?? null) : null;
    raws.push({ path, previousPath, status, blob: status === 'removed' ? before : after });
    at += two ? 3 : 2;
  }
  const hunks = splitPatches(patches);
  let section = 0;
  return raws.map((raw) => {
    const [added = '0', deleted = '0'] = (fields[at] ?? '').split('\t');
    // With -z a rename's counts end in an empty path, and both paths follow.
    at += raw.previousPath === null ? 1 : 3;
    const number = (text: string): number => (text === '-' ? 0 : Number(text));
    // git shows a file that becomes a link as one that goes and one that comes: two sections for one record.
    const sections = raw.status === 'changed' ? 2 : 1;
    const patch = hunks.slice(section, section + sections).filter((hunk) => hunk !== null);
    section += sections;
    return {
      ...raw,
      additions: number(added),
      deletions: number(deleted),
      patch: patch.length === 0 ? null : patch.join('\n'),
    };
  });
}

/** The hunks of each file of a patch, in order. */
function splitPatches(patches: string): (string | null)[] {
  if (patches === '') return [];
  return patches
    .split(/^diff --git .*\n/m)
    .slice(1)
    .map((part) => {
      const start = part.search(/^@@ /m);
      return start < 0 ? null : part.slice(start).replace(/\n$/, '');
    });
}
