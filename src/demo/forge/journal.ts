/** Who did something: the App by its key, an installation by its token, or a person in the practice forge. */
export type Who =
  | { readonly kind: 'app' }
  | { readonly kind: 'installation'; readonly id: number }
  | { readonly kind: 'user'; readonly login: string }
  | { readonly kind: 'nobody' };

/** One write, in the order in which they took effect. */
export interface JournalEntry {
  readonly at: Date;
  readonly method: string;
  /** The route's template (`/repos/{owner}/{repo}/issues`), or the name of a person's act (`openIssue`). */
  readonly route: string;
  readonly path: string;
  readonly who: Who;
  /** What was answered; 0 where the connection was cut instead. */
  readonly status: number;
  /** Whether it took effect: a lost reply has an effect and no status. */
  readonly done: boolean;
}

/** One request of any kind, as it was answered. */
export interface RequestEntry {
  readonly at: Date;
  readonly method: string;
  readonly path: string;
  /** Null where no route matched. */
  readonly route: string | null;
  readonly who: Who;
  readonly status: number;
  readonly injected: boolean;
}
