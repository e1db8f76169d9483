import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { isUsed, readBody, usedEvents } from '../../src/jobs/intake.ts';

const app = z
  .object({
    public: z.boolean(),
    default_permissions: z.record(z.string(), z.string()),
    default_events: z.array(z.string()),
  })
  .parse(parse(readFileSync(new URL('../../app.yml', import.meta.url), 'utf8')));

describe('app.yml', () => {
  test('subscribes to exactly the events that the inbox reads', () => {
    expect([...app.default_events].sort()).toEqual(Object.keys(usedEvents).sort());
  });

  test('is private and asks for nothing that reaches beyond the repository', () => {
    expect(app.public).toBe(false);
    expect(Object.keys(app.default_permissions)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/administration|secrets|members|workflows|actions/)]),
    );
  });
});

test.each([
  ['issues', 'opened', true],
  ['push', null, true],
  ['issues', 'edited', false],
  ['issue_comment', 'edited', false],
  ['issues', null, false],
  ['__proto__', 'opened', false],
  ['toString', null, false],
])('%s %s is used: %s', (event, action, used) => {
  expect(isUsed(event, action)).toBe(used);
});

test.each([
  ['{"a":1}', true],
  ['[]', false],
  ['null', false],
  ['"x"', false],
  ['{', false],
  ['', false],
])('the body %s is taken: %s', (text, taken) => {
  expect(readBody(text) !== null).toBe(taken);
});
