import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { branchFor, issueOfBranch } from '../../src/jobs/change-postings.ts';

describe('the branch of a change', () => {
  test.each([
    ['Add an A record consul.fleet.lan', 'fleetwright/issue-7-add-an-a-record-consul'],
    ['Füge Köln hinzu', 'fleetwright/issue-7-fu-ge-ko-ln-hinzu'],
    ['../../etc/passwd; rm -rf ~', 'fleetwright/issue-7-etc-passwd-rm-rf'],
    ['@{-1} refs/heads/main.lock', 'fleetwright/issue-7-1-refs-heads-main-lock'],
    ['設定', 'fleetwright/issue-7'],
    ['', 'fleetwright/issue-7'],
  ])('of %j is %s', (title, branch) => {
    expect(branchFor(7, title)).toBe(branch);
  });

  test('is a name that git takes, and leads back to its issue, whatever the title', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), fc.string({ unit: 'binary' }), (issue, title) => {
        const branch = branchFor(issue, title);
        expect(branch).toMatch(/^fleetwright\/issue-\d+(-[a-z0-9]+)*$/);
        expect(branch.length).toBeLessThanOrEqual(80);
        expect(issueOfBranch(branch)).toBe(issue);
      }),
    );
  });

  test.each(['main', 'fleetwright/issue-', 'fleetwright/issue-7x', 'x/fleetwright/issue-7', 'fleetwright/other-7'])(
    '%s is none of ours',
    (branch) => {
      expect(issueOfBranch(branch)).toBeNull();
    },
  );
});
