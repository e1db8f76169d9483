/** Thrown where the program itself is wrong. A person only ever reads "internal error" and an id. */
export function assert(condition: unknown, claim: string): asserts condition {
  if (!condition) throw new Error(`bug: expected ${claim}`);
}

/** Ends an exhaustive switch: the compiler refuses it while a case is missing. */
export function never(value: never): never {
  throw new Error(`bug: no case for ${JSON.stringify(value)}`);
}
