import { describe, expect, test } from 'vitest';
import { noFlags } from '../../src/commands/flags.ts';
import type { Finding } from '../../src/core/finding.ts';
import { parseCommitSha, parseRepositoryName } from '../../src/core/names.ts';
import { assert } from '../../src/core/bug.ts';
import { consentTo, keepConsent } from '../../src/jobs/consent.ts';
import { keepVerdict, keptVerdict, mayDeploy, verdictOf } from '../../src/jobs/verdict.ts';
import { MemoryRecords } from './fakes.ts';

const sha = parseCommitSha('a'.repeat(40));
const other = parseCommitSha('b'.repeat(40));
const repository = parseRepositoryName('homelab/fleet');
assert(sha !== null && other !== null && repository !== null, 'names');

const wrong: Finding = { check: 'zones', level: 'error', message: 'no SOA' };
const risky: Finding = {
  check: 'zones-care',
  level: 'error',
  risk: 'fleet.lan. NS',
  message: 'needs a yes: the NS change',
};
const mild: Finding = { check: 'zones', level: 'warning', message: 'unequal TTLs' };
const forced = { ...noFlags, force: true, reason: 'the mail is down' };
const yes = { by: 'ann', risks: ['zones-care: fleet.lan. NS'] };

describe('whether a judged commit may be deployed', () => {
  test.each([
    ['nothing but a warning', [mild], null, noFlags],
    ['a risk that a person said yes to', [risky], yes, noFlags],
    ['an error that a person set aside', [wrong], null, forced],
    ['both', [wrong, risky], yes, forced],
  ])('with %s it may', (_name, findings, consent, flags) => {
    expect(mayDeploy(sha, { verdict: verdictOf(findings), consent, flags }, '/deploy a')).toBeNull();
  });

  test.each([
    [
      'an error',
      [wrong],
      null,
      noFlags,
      { code: 'findings-open', next: '/deploy a --force --reason "why they do not count"' },
    ],
    ['a risk', [risky], null, noFlags, { code: 'approval-needed', next: '/approve @aaaaaaaaaaaa' }],
    ['a risk, whatever is forced', [risky], null, forced, { code: 'approval-needed' }],
    [
      'a risk, after a yes to another one',
      [risky],
      { by: 'ann', risks: ['zones-care: x. NS'] },
      noFlags,
      { code: 'approval-needed' },
    ],
    ['an error, after a yes to the risk', [wrong, risky], yes, noFlags, { code: 'findings-open' }],
  ])('with %s it may not', (_name, findings, consent, flags, refused) => {
    expect(mayDeploy(sha, { verdict: verdictOf(findings), consent, flags }, '/deploy a')).toMatchObject(refused);
  });
});

describe('a yes', () => {
  test('is kept for its commit and for no other', async () => {
    const records = new MemoryRecords();
    await keepConsent(records, repository, sha, yes);
    expect(await consentTo(records, repository, sha)).toEqual(yes);
    expect(await consentTo(records, repository, other)).toBeNull();
  });
});

test('the verdict of a plan is kept, and the one of a later plan for the same commit stands', async () => {
  const records = new MemoryRecords();
  await keepVerdict(records, repository, sha, verdictOf([wrong, risky, mild]));
  await keepVerdict(records, repository, sha, verdictOf([risky]));
  expect(await keptVerdict(records, repository, sha)).toEqual({
    errors: [],
    risks: [{ risk: 'zones-care: fleet.lan. NS', message: 'needs a yes: the NS change' }],
  });
});
