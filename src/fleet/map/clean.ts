/** A name or value from the repository as one short piece of a line: nothing in it can begin a line of its own. */
export function clean(text: string): string {
  // oxlint-disable-next-line no-control-regex
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\s]+/g, ' ').trim();
  return plain.length > 90 ? `${Array.from(plain).slice(0, 89).join('')}…` : plain;
}
