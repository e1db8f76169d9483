/** One asked change to one record. Owner and zone are canonical; data is in presentation form with absolute names. */
export type RecordChange =
  | {
      readonly action: 'create';
      readonly zone: string;
      readonly owner: string;
      readonly type: string;
      /** Null: as the siblings have it. */
      readonly ttl: number | null;
      readonly data: string;
    }
  | {
      readonly action: 'update';
      readonly zone: string;
      readonly owner: string;
      readonly type: string;
      /** The data that goes. */
      readonly before: string;
      readonly data: string;
      /** Null: stays as it is. */
      readonly ttl: number | null;
    }
  | {
      readonly action: 'delete';
      readonly zone: string;
      readonly owner: string;
      readonly type: string;
      readonly data: string;
    };
