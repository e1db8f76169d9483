/** What a row of `Entries` holds, and in which order. `state`: the kind, and two bits for what can be true beside it. */
export const column = {
  state: 0,
  start: 1,
  end: 2,
  line: 3,
  ownerAt: 4,
  ownerEnd: 5,
  ttlAt: 6,
  classAt: 7,
  typeAt: 8,
  dataAt: 9,
  wordsEnd: 10,
  ownerEntry: 11,
  ttl: 12,
  scope: 13,
  type: 14,
} as const;

/** One of the numbers of a row. By its number and not by its name: a million looks are taken at a large file. */
export type Column = (typeof column)[keyof typeof column];

export const rowWidth = 15;
