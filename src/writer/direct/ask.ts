/** One DNS change as a person asks for it, before any name is looked up. */
export type DnsAsk =
  | {
      readonly kind: 'add' | 'set';
      readonly name: string;
      /** In upper case; null where the data tells it (an address). */
      readonly type: string | null;
      /** As typed: an address, a name, quoted strings. */
      readonly data: string;
      /** In seconds. */
      readonly ttl: number | null;
      readonly zone: string | null;
      /** Of a `set`: the data that goes, where it was said. */
      readonly from?: string;
    }
  /** The name shall lead to a host, however it is written down. */
  | {
      readonly kind: 'point';
      readonly name: string;
      readonly target: string;
      readonly ttl: number | null;
      readonly zone: string | null;
      /** It was asked for as something new. */
      readonly fresh?: true;
    }
  | {
      readonly kind: 'remove';
      readonly name: string;
      /** Null: whatever is there, if it is one record set. */
      readonly type: string | null;
      /** Null: all of the set. */
      readonly data: string | null;
      readonly zone: string | null;
      /** However many there are. */
      readonly all?: true;
      /** `the old wiki`: it may be the name `old-wiki` that is meant. */
      readonly old?: true;
    }
  /** All records of a name go to another one. */
  | { readonly kind: 'rename'; readonly name: string; readonly to: string; readonly zone: string | null }
  /** Only how long answers are kept changes. */
  | {
      readonly kind: 'ttl';
      readonly name: string;
      /** Null: whatever is there. */
      readonly type: string | null;
      readonly ttl: number;
      readonly zone: string | null;
    };
