import type { HostName } from './names.ts';

/** Something that a guard or a probe saw. Always the whole list is reported, never only the first. */
export interface Finding {
  /** The id of the guard or probe that saw it. */
  readonly check: string;
  /** `error` stops what is being judged; `warning` is shown and does not stop; `note` informs. */
  readonly level: 'error' | 'warning' | 'note';
  readonly message: string;
  /**
   * Of an error that no code can judge: it stops until a person says yes to this risk, and need not be mended. The text
   * tells it from the other risks of one diff, the same for the same diff.
   */
  readonly risk?: string;
  readonly host?: HostName;
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  /** In UTF-16 code units from 1, as editors count. */
  readonly column?: number;
}
