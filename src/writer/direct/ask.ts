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
    }
  /** The name shall lead to a host, however it is written down. */
  | {
      readonly kind: 'point';
      readonly name: string;
      readonly target: string;
      readonly ttl: number | null;
      readonly zone: string | null;
    }
  | {
      readonly kind: 'remove';
      readonly name: string;
      /** Null: whatever is there, if it is one record set. */
      readonly type: string | null;
      /** Null: all of the set. */
      readonly data: string | null;
      readonly zone: string | null;
    };
