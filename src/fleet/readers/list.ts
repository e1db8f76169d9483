import { addresses } from './addresses.ts';
import type { FactReader } from './fact-reader.ts';
import { hostNames } from './host-names.ts';

/** One line a reader. */
export const factReaders: readonly FactReader[] = [hostNames, addresses];
