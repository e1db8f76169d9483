import { type Edit, overlay } from '../core/edit.ts';
import { entryAt, textAt, type Tree } from '../core/tree.ts';

/** One thing that the change will do, as the model announces it and ticks it off. */
export interface PlanItem {
  readonly text: string;
  readonly done: boolean;
}

export interface Question {
  readonly category: 'topology' | 'security' | 'secrets' | 'other';
  readonly question: string;
  readonly options: readonly string[];
  readonly recommended: string;
}

export interface Submission {
  readonly title: string;
  readonly summary: string;
  readonly hosts: readonly string[];
  readonly risks: readonly string[];
  readonly verify: readonly string[];
}

/**
 * A change in the making: a tree that is never written to, and edits laid over it. It lives in memory only; nothing of
 * it reaches a disk or a forge before it was submitted and judged.
 */
export class Draft {
  readonly #base: Tree;
  readonly #edits = new Map<string, Edit>();
  /** The text of each file as the model last saw it. An edit of anything else would be made blindly. */
  readonly #seen = new Map<string, string>();
  plan: readonly PlanItem[] = [];
  question: Question | null = null;
  submission: Submission | null = null;

  constructor(base: Tree) {
    this.#base = base;
  }

  get tree(): Tree {
    return overlay(this.#base, this.edits);
  }

  /** The tree before any edit. */
  get base(): Tree {
    return this.#base;
  }

  /** Sorted by path, without those that came to nothing. */
  get edits(): readonly Edit[] {
    return [...this.#edits.values()]
      .filter((edit) => edit.before !== edit.after)
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  text(path: string): Promise<string | null> {
    return textAt(this.tree, path);
  }

  async exists(path: string): Promise<boolean> {
    return (await entryAt(this.tree, path)) !== null;
  }

  showed(path: string, text: string): void {
    this.#seen.set(path, text);
  }

  wasSeen(path: string, text: string): boolean {
    return this.#seen.get(path) === text;
  }

  /** Lays a text over a path; null deletes. The writer of an edit has seen its result. */
  async put(path: string, after: string | null): Promise<void> {
    const before = this.#edits.get(path)?.before ?? (await textAt(this.#base, path));
    this.#edits.set(path, { path, before, after });
    if (after === null) this.#seen.delete(path);
    else this.#seen.set(path, after);
  }
}
