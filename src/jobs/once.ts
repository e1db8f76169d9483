/**
 * One effect per key, although deliveries and jobs come twice. A claim belongs to an owner: a job that was killed after
 * it claimed is run again under the same owner and may go on, while every other owner is told that it is too late.
 */
export interface Once {
  /**
   * Whether `owner` may do what `key` names: true for the first owner who asks, and for that owner again.
   * The claim is forgotten `ttlMs` after it was last asked for with success. Keys and owners may hold any characters.
   */
  claim(key: string, owner: string, ttlMs: number): Promise<boolean>;
}
