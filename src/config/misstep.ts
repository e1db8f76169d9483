/** A mistake of the config file: the key that it stands at, and what is wrong there. */
export interface Misstep {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}
