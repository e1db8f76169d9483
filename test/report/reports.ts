import type { DeployReport, RolloutReport } from '../../src/report/deploy-report.ts';
import { fingerprint, host, sha, system } from './fleet.ts';

export const start = Date.UTC(2026, 10, 22, 18, 47, 30);

/** A deploy that went well, told by its build alone. */
export function deployOf(name: string, change: Partial<DeployReport> = {}): DeployReport {
  const built = system('bbbb2222', name);
  return {
    host: host(name),
    fingerprint: fingerprint('A'),
    wave: 1,
    state: 'ended',
    queued: null,
    steps: [{ name: 'build', state: 'done', at: start, tookMs: 61_300 }],
    outcome: 'deployed',
    reason: null,
    well: true,
    before: system('aaaa1111', name),
    built,
    running: built,
    profile: built,
    adopted: null,
    ways: [],
    watchdog: null,
    difference: null,
    findings: [],
    revertFindings: [],
    logs: {},
    later: null,
    startedAt: start,
    endedAt: start + 75_000,
    ...change,
  };
}

/** The ended rollout of a merge with these hosts. */
export function rolloutOf(hosts: readonly DeployReport[], change: Partial<RolloutReport> = {}): RolloutReport {
  return {
    id: 'm4',
    kind: 'deploy',
    sha: sha('8d62ec158f96'),
    cause: { kind: 'merge', by: 'ann', pullRequest: 4 },
    reason: 'merge of #4',
    state: 'done',
    catchesUp: false,
    waits: null,
    good: hosts.every(({ well }) => well),
    startedAt: start,
    endedAt: start + 80_000,
    waves: 1,
    wave: 1,
    stopped: null,
    hosts,
    ...change,
  };
}
