import type { Finding } from '../core/finding.ts';
import type { TreeEntry } from '../core/tree.ts';

/** One file of a diff. Texts are null where there is no such file on that side, or where it is not text. */
export interface ChangedFile {
  readonly path: string;
  readonly before: { readonly mode: TreeEntry['mode']; readonly text: string | null } | null;
  readonly after: { readonly mode: TreeEntry['mode']; readonly text: string | null } | null;
}

/** What a pull request changes, as every guard sees it. */
export interface Diff {
  readonly files: readonly ChangedFile[];
}

/** Judges a diff. Pure: a guard sees texts and returns findings; what follows from them is decided elsewhere. */
export interface Guard {
  readonly id: string;
  /** One sentence for the README. */
  readonly summary: string;
  judge(diff: Diff): readonly Finding[];
}
