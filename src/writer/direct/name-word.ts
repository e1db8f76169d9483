/** Words of the grammar are no names: `add the for 10.0.0.1` is a slip, not a record. */
const notNames = new Set([
  'a',
  'an',
  'the',
  'for',
  'to',
  'at',
  'with',
  'record',
  'records',
  'dns',
  'entry',
  'in',
  'from',
  'of',
  'and',
  'it',
  'that',
  'this',
  'as',
  'all',
  'every',
  'everything',
  'is',
  'on',
  'me',
  'us',
  'you',
  'him',
  'her',
  'them',
  'my',
  'our',
  'your',
  'here',
  'there',
  'everyone',
  'anything',
  'something',
]);

/** A DNS name as people type one: labels of letters, digits, `-`, `_`, a `*` in front, `@` for the top. */
export function isNameWord(text: string): boolean {
  if (text === '@') return true;
  if (notNames.has(text.toLowerCase())) return false;
  return /^(\*\.)?([A-Za-z0-9_]([A-Za-z0-9_/-]{0,61}[A-Za-z0-9_])?)(\.[A-Za-z0-9_]([A-Za-z0-9_/-]{0,61}[A-Za-z0-9_])?)*\.?$/.test(
    text,
  );
}
