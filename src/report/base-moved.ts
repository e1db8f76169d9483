import { type CommitSha, shortSha } from '../core/names.ts';
import { code, listed } from './markdown.ts';

/** What stands on our pull request once it followed the default branch. */
export function renderMergedBase(branch: string, sha: CommitSha, zones: readonly string[]): string {
  return `${code(branch)} moved on and changed ${listed(zones.map(code))} too. The bot merged ${code(shortSha(sha))} into this branch: all records of both, and a serial that is newer than both.`;
}

/** What stands there where more than serials is between the two. */
export function renderByHand(branch: string, files: readonly string[]): string {
  return `${code(branch)} moved on and changed the same lines, or files that only a person can merge: ${listed(files.map(code), 20)}. The bot leaves this branch as it is. Merge ${code(branch)} by hand, or close this and ask again.`;
}
