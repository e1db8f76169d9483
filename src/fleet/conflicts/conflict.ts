import type { Finding } from '../../core/finding.ts';
import type { Fact } from '../fact.ts';

/**
 * Two facts that cannot both hold, or one that nothing answers. Pure: it sees every fact of a repository and returns
 * findings. What cannot be told from the facts is not said: a false alarm costs more trust than a missed one.
 */
export interface Conflict {
  readonly id: string;
  /** One sentence for the README. */
  readonly summary: string;
  find(facts: readonly Fact[]): readonly Finding[];
}
