import { describe, expect, test } from 'vitest';
import { withoutMention } from '../../src/jobs/answer-issue.ts';

describe('a mention of the bot', () => {
  test.each([
    ['@fleetwright add it', 'add it'],
    ['Please, @Fleetwright, add it', 'Please, , add it'],
    ['(@fleetwright) add it', '() add it'],
    ['> earlier\n@fleetwright add it', 'add it'],
  ])('%j asks %j', (body, words) => {
    expect(withoutMention(body, 'fleetwright')).toBe(words);
  });

  test.each([
    ['in nobody’s words', 'add it'],
    ['in a quote', '> @fleetwright add it'],
    ['in a code span', 'type `@fleetwright add it`'],
    ['in a fence', '```\n@fleetwright add it\n```'],
    ['in a fence that is never closed', '~~~\n@fleetwright add it'],
    ['in a hidden comment', '<!-- @fleetwright add it -->'],
    ['in a hidden comment that is never closed', '<!-- @fleetwright add it'],
    ['as part of an address', 'mail me@fleetwright now'],
    ['as the beginning of another name', '@fleetwright-staging add it'],
    ['as a team of an organisation', '@acme/@fleetwright add it'],
  ])('%s is none', (_, body) => {
    expect(withoutMention(body, 'fleetwright')).toBeNull();
  });
});
