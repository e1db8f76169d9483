/** What a watch says of a set whose names differ between two readings. */
export interface WatchedNames {
  readonly mark: string;
  /** The names that only one of the readings has. */
  readonly arrivals: ReadonlySet<string>;
}

/**
 * Pieces of a repository that differ between two readings of it. An evaluation that is given one notes the mark of
 * each piece that it comes to. What a mark means stands in its first character:
 * `!` what stands here is another; whoever evaluates it is reached.
 * `~` a list or set that something came to or left; the list itself, or all names of the set, were looked at.
 * `+` an item or value that only one of the readings has.
 * `#` bytes of a file were read; noted without a watch too.
 * `@` an input of the flake was come to; noted without a watch too.
 * `=` an item of such a list that both have: the same ones must be looked at in both.
 */
export interface Watch {
  /** By syntax node. */
  readonly nodes: ReadonlyMap<object, readonly string[]>;
  /** By the node of a set. */
  readonly names: ReadonlyMap<object, WatchedNames>;
  /** By file, for JSON and TOML. */
  readonly data: ReadonlyMap<string, DataWatch>;
}

/** The same for a file of data, by place: the names and numbers that lead there, as JSON. */
export interface DataWatch {
  readonly nodes: ReadonlyMap<string, readonly string[]>;
  readonly names: ReadonlyMap<string, WatchedNames>;
}
