import type { core } from 'zod';

/** What a value is, in the words of somebody who writes YAML. */
const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};

const kindOf = (expected: string): string => kinds[expected] ?? expected;

function kindOfValue(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return kindOf(typeof value);
}

/** One mistake in what somebody configured: what is wrong with the value, and what may stand there. */
export function mistakeWords(issue: core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? `is missing; ${kindOf(issue.expected)} is expected`
        : `is ${kindOfValue(issue.input)}; ${kindOf(issue.expected)} is expected`;
    case 'too_small':
      return bound(issue.origin, Number(issue.minimum), 'more', issue.message);
    case 'too_big':
      return bound(issue.origin, Number(issue.maximum), 'less', issue.message);
    case 'invalid_format':
      // A message of the shape's own says more.
      return issue.format === 'url' && issue.message === 'Invalid URL'
        ? 'is no web address, as http://10.0.20.11:3000/'
        : issue.message;
    default:
      return issue.message;
  }
}

function bound(origin: string, limit: number, way: 'more' | 'less', message: string): string {
  switch (origin) {
    case 'number':
    case 'int':
      return `must be ${limit} or ${way}`;
    case 'string':
      return way === 'more' && limit === 1 ? 'must not be empty' : `must have ${limit} characters or ${way}`;
    case 'array':
      return `must hold ${limit} or ${way}`;
    default:
      return message;
  }
}
