/** What the system says of a file that cannot be read or written (errno(3)), as a person would. */
const words: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  EISDIR: 'is a folder, and a file is wanted',
  ENOTDIR: 'is not there: a part of it is a file and no folder',
  EACCES: 'may not be read or written by this account',
  EPERM: 'may not be read or written by this account',
  EROFS: 'cannot be written: the disk is read-only',
  ENOSPC: 'cannot be written: the disk is full',
  ELOOP: 'is a link that leads in a circle',
  ENAMETOOLONG: 'has a name that is too long',
};

/** The sentence for a file that was named and cannot be used; null for everything else, which is a bug of ours. */
export function unreadableFile(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return null;
  const why = words[String(error.code)];
  if (why === undefined) return null;
  // Reading an open folder names no path.
  return 'path' in error ? `${String(error.path)} ${why}.` : `What was named ${why}.`;
}
