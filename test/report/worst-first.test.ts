import { describe, expect, test } from 'vitest';
import { commentLimit } from '../../src/report/cut.ts';
import type { DeployReport } from '../../src/report/deploy-report.ts';
import { renderRollout } from '../../src/report/deploy.ts';
import { renderPlan } from '../../src/report/plan.ts';
import { fitting, mostHosts, worstFirst } from '../../src/report/worst-first.ts';
import { host, sha } from './fleet.ts';
import { golden } from './golden.ts';
import { deployOf as deploy, rolloutOf } from './reports.ts';

const waiting = { state: 'waiting', outcome: null, well: false, steps: [], running: null, before: null } as const;
const ended = (outcome: DeployReport['outcome'], reason: DeployReport['reason']): Partial<DeployReport> => ({
  outcome,
  reason,
  well: false,
});
const reverted = ended('reverted', { code: 'probes-failed', facts: {} });
const lost = ended('unknown', { code: 'unreachable-after-activation', facts: {} });
const away = ended('offline', { code: 'unreachable', facts: { detail: 'no answer within 10 s' } });

/** So many hosts, each as the function says of its number. */
const fleet = (count: number, of: (index: number) => Partial<DeployReport>): readonly DeployReport[] =>
  Array.from({ length: count }, (_, index) => deploy(`h${String(index).padStart(3, '0')}`, of(index)));

const mixed = (index: number): Partial<DeployReport> => {
  if (index === 700) return lost;
  if (index % 400 === 399) return reverted;
  return index % 300 === 299 ? away : {};
};

golden('large-rollouts', {
  'a-thousand-hosts': () => renderRollout(rolloutOf(fleet(1000, mixed))),
  'a-thousand-hosts-running': () =>
    renderRollout(
      rolloutOf(
        fleet(1000, (index) =>
          index > 100 ? waiting : index > 95 ? { outcome: null, state: 'running', well: false } : mixed(index),
        ),
        { state: 'running', endedAt: null },
      ),
    ),
});

describe('a report of more hosts than anybody reads', () => {
  test('names those first that need a person, then those that went wrong, then those at work', () => {
    const order = worstFirst([
      deploy('good'),
      deploy('waits', waiting),
      deploy('runs', { outcome: null, state: 'running', well: false }),
      deploy('away', away),
      deploy('back', reverted),
      deploy('cancelled', ended('cancelled', null)),
      deploy('warned', { findings: [{ check: 'http', level: 'warning', message: 'a certificate ends soon' }] }),
      deploy('lost', lost),
    ]).map(({ host: name }) => name);
    expect(order).toEqual(['lost', 'back', 'away', 'runs', 'cancelled', 'waits', 'warned', 'good']);
  });

  test('shows every host in its order where there are few', () => {
    const text = renderRollout(rolloutOf(fleet(mostHosts, (index) => (index === 50 ? lost : {}))));
    expect(text.indexOf('| `h000`')).toBeLessThan(text.indexOf('| `h050`'));
    expect(text.match(/^\| `h/gm)).toHaveLength(mostHosts);
  });

  test.each([
    ['a thousand that are well', 1000, () => ({})],
    ['a thousand that were put back', 1000, () => ({ ...reverted, logs: { probe: 'no answer\n'.repeat(900) } })],
    ['sixty that wrote much', mostHosts, () => ({ ...lost, logs: { test: `${'x'.repeat(400)}\n`.repeat(30) } })],
    ['ten thousand', 10_000, mixed],
  ] as const)('%s: fits into one comment and is never cut', (_, count, of) => {
    const text = renderRollout(rolloutOf(fleet(count, of)));
    expect(text.length).toBeLessThan(commentLimit - 1000);
    expect(text).toMatch(/<sub>Rollout `m4`, begun by the merge of pull request `4` by `ann`\.<\/sub>$/);
    expect(text.match(/<details>/g)?.length ?? 0).toBe(text.match(/<\/details>/g)?.length ?? 0);
  });

  test('a plan for ten thousand hosts keeps its findings and the line to type', () => {
    const names = Array.from({ length: 20_000 }, (_, index) => host(`h${index}`));
    const text = renderPlan({
      pullRequest: 4,
      changedFiles: ['modules/common.nix'],
      sha: sha('8d62ec158f96'),
      base: sha('1111ec158f96'),
      method: 'imports',
      hosts: names.slice(0, 10_000).map((name) => ({ host: name, why: [['modules/common.nix']], more: 0 })),
      untouched: names.slice(10_000),
      zones: [],
      findings: [{ check: 'secrets', level: 'error', message: 'a key stands in the file' }],
      consent: null,
      waves: [],
      ways: [],
    });
    expect(text.length).toBeLessThan(commentLimit - 1000);
    expect(text).toContain('a key stands in the file');
    expect(text).toContain('And 9850 more hosts: ');
  });

  test('leaves out logs before it leaves out what happened', () => {
    const { texts, left } = fitting(
      [
        { whole: 'a'.repeat(50_000), short: 'a' },
        { whole: 'b'.repeat(20_000), short: 'b' },
        { whole: 'c', short: 'c' },
        { whole: 'd'.repeat(60_000), short: 'd'.repeat(60_000) },
      ],
      0,
    );
    expect([texts.map(({ length }) => length), left]).toEqual([[50_000, 1, 1], 1]);
  });
});
