import { describe, expect, test } from 'vitest';
import { parseSettings } from '../../src/config/settings.ts';

describe('settings', () => {
  test('serve no repository unless the operator names it', () => {
    expect(parseSettings({})).toMatchObject({ kind: 'settings', settings: { FLEETWRIGHT_REPOSITORIES: [] } });
  });

  test('take repositories by comma or blank, and compare them without case', () => {
    expect(parseSettings({ FLEETWRIGHT_REPOSITORIES: 'Me/Fleet, you/other\n' })).toMatchObject({
      settings: { FLEETWRIGHT_REPOSITORIES: ['me/fleet', 'you/other'] },
    });
  });

  test('count an empty value as not given', () => {
    expect(parseSettings({ REDIS_URL: '', PORT: '' })).toMatchObject({ kind: 'settings', settings: { PORT: 3000 } });
  });

  test.each([
    ['a repository without an owner', { FLEETWRIGHT_REPOSITORIES: 'fleet' }, '"fleet" is not of the form owner/name'],
    ['a port that is none', { PORT: '99999' }, 'PORT:'],
    ['an App number that is a word', { APP_ID: 'mine' }, 'APP_ID: must be the number of the GitHub App'],
    ['a Redis address of another kind', { REDIS_URL: 'http://127.0.0.1:6379' }, 'REDIS_URL:'],
  ])('refuse %s', (_name, environment, message) => {
    const parsed = parseSettings(environment);
    expect(parsed.kind === 'invalid' && parsed.mistakes.join('\n')).toContain(message);
  });
});
