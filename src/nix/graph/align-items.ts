/** Beyond this many comparisons two lists count as different altogether. */
const mostComparisons = 250_000;

/**
 * Pairs the items of two lists in their order, as many as can be: `[1, 2]` are the same item in both, `[1, null]` one
 * that only the first has. Null where the lists are too long to tell.
 */
export function alignItems(
  a: readonly string[],
  b: readonly string[],
): readonly (readonly [number | null, number | null])[] | null {
  if (a.length * b.length > mostComparisons) return null;
  const width = b.length + 1;
  const longest = new Int32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const below = longest[(i + 1) * width + j] as number;
      const beside = longest[i * width + j + 1] as number;
      longest[i * width + j] =
        a[i] === b[j] ? (longest[(i + 1) * width + j + 1] as number) + 1 : Math.max(below, beside);
    }
  }
  const pairs: (readonly [number | null, number | null])[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const canPair = i < a.length && j < b.length && a[i] === b[j];
    if (canPair) pairs.push([i++, j++]);
    else if (
      j >= b.length ||
      (i < a.length && (longest[(i + 1) * width + j] as number) >= (longest[i * width + j + 1] as number))
    )
      pairs.push([i++, null]);
    else pairs.push([null, j++]);
  }
  return pairs;
}
