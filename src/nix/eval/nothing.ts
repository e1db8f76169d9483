import type { AttrsValue } from './values.ts';

/** What stands where a condition keeps a definition out: no definition at all, which an empty set is. */
export const nothing: AttrsValue = { kind: 'attrs', slots: new Map(), rest: null };
