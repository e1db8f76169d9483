import { describe, expect, test } from 'vitest';
import { outcomeMeanings, outcomes } from '../../src/core/outcome.ts';
import { refuse } from '../../src/core/refusal.ts';
import { deployReasons, type DeployReport, type DeployStepReport } from '../../src/report/deploy-report.ts';
import { renderRollout, rolloutTitle } from '../../src/report/deploy.ts';
import { nextAfter, renderReason } from '../../src/report/deploy-reasons.ts';
import { host, system } from './fleet.ts';
import { golden } from './golden.ts';
import { deployOf, rolloutOf as rollout, start } from './reports.ts';

const done = (name: DeployStepReport['name'], tookMs: number): DeployStepReport => ({
  name,
  state: 'done',
  at: start,
  tookMs,
});
const ways = {
  look: done('look', 210),
  ship: done('ship', 840),
  build: done('build', 61_300),
  approve: done('approve', 120),
  test: done('test', 4200),
  probe: done('probe', 6100),
  boot: done('boot', 900),
  prove: done('prove', 80),
};
const good = Object.values(ways);

const deploy = (name: string, change: Partial<DeployReport> = {}): DeployReport =>
  deployOf(name, { steps: good, ...change });

const waiting = {
  state: 'waiting',
  steps: [],
  outcome: null,
  well: false,
  before: null,
  built: null,
  running: null,
  profile: null,
  startedAt: null,
  endedAt: null,
} as const;
const untouched = (name: string) =>
  ({ built: null, running: system('aaaa1111', name), profile: system('aaaa1111', name), well: false }) as const;
const unchanged = (name: string) =>
  deploy(name, {
    ...untouched(name),
    outcome: 'unchanged',
    steps: [ways.look, ways.ship, ways.build],
    built: system('aaaa1111', name),
    well: true,
  });

const reverted = deploy('blackjack', {
  ...untouched('blackjack'),
  outcome: 'reverted',
  built: system('bbbb2222', 'blackjack'),
  reason: { code: 'probes-failed', facts: {} },
  steps: [
    ways.look,
    ways.ship,
    ways.build,
    ways.approve,
    ways.test,
    { ...ways.probe, state: 'failed' },
    done('judge', 40),
    done('revert-test', 3900),
    done('revert-probe', 5000),
  ],
  findings: [
    { check: 'failed-units', level: 'error', host: host('blackjack'), message: 'consul.service failed' },
    { check: 'http', level: 'error', host: host('blackjack'), message: 'http://10.0.20.13:8500/ does not answer' },
  ],
  logs: {
    test: 'starting the following units: consul.service\nwarning: the following units failed: consul.service\n',
    probe: 'consul[812]: data directory is not writable | see <docs>\n```\n@ann\n',
  },
});

const command = { kind: 'command', by: 'ben', issue: 4, comment: 17, forced: null } as const;

const away = (later: DeployReport['later']): DeployReport =>
  deploy('griffin', {
    ...waiting,
    state: 'ended',
    outcome: 'offline',
    reason: { code: 'unreachable', facts: { detail: 'no answer within 10 s' } },
    later,
  });

const texts: Readonly<Record<string, () => string>> = {
  running: () =>
    renderRollout(
      rollout(
        [
          deploy('griffin'),
          deploy('wolfhound', {
            ...waiting,
            state: 'running',
            steps: [ways.look, ways.ship, { name: 'build', state: 'running', at: start, tookMs: null }],
            before: system('aaaa1111', 'wolfhound'),
            running: system('aaaa1111', 'wolfhound'),
            profile: system('aaaa1111', 'wolfhound'),
          }),
          deploy('blackjack', { ...waiting, wave: 2 }),
        ],
        { state: 'running', waves: 2, endedAt: null },
      ),
    ),
  queued: () =>
    renderRollout(
      rollout([deploy('griffin', { ...waiting, state: 'queued', queued: { behind: 'c17-0', position: 2 } })], {
        state: 'running',
        cause: command,
        endedAt: null,
      }),
    ),
  'all-good': () => renderRollout(rollout([deploy('griffin'), unchanged('wolfhound')])),
  'reverted-with-logs': () => renderRollout(rollout([deploy('griffin'), unchanged('wolfhound'), reverted])),
  'reverted-by-reboot': () =>
    renderRollout(
      rollout([
        deploy('griffin', {
          ...untouched('griffin'),
          outcome: 'reverted-by-reboot',
          reason: { code: 'host-rebooted', facts: {} },
        }),
      ]),
    ),
  'build-failed': () =>
    renderRollout(
      rollout(
        [
          deploy('griffin', {
            ...untouched('griffin'),
            outcome: 'build-failed',
            steps: [ways.look, ways.ship, { ...ways.build, state: 'failed' }],
            reason: { code: 'evaluation-failed', facts: {} },
            logs: {
              build: "error: undefined variable 'pkg'\n  at /nix/store/x-source/hosts/griffin/default.nix:12:5\n",
            },
          }),
        ],
        { cause: command },
      ),
    ),
  'needs-hands': () =>
    renderRollout(
      rollout([
        deploy('griffin', {
          outcome: 'needs-hands',
          well: false,
          running: system('bbbb2222', 'griffin'),
          profile: system('aaaa1111', 'griffin'),
          reason: { code: 'revert-failed', facts: {} },
          steps: [
            ...good.slice(0, 5),
            { ...ways.probe, state: 'failed' },
            { ...done('revert-test', 3900), state: 'failed' },
          ],
        }),
      ]),
    ),
  'needs-hands-out-of-reach': () =>
    renderRollout(
      rollout([
        deploy('griffin', {
          outcome: 'needs-hands',
          well: false,
          running: null,
          profile: system('aaaa1111', 'griffin'),
          reason: { code: 'unreachable-while-reverting', facts: {} },
          putBackFor: { code: 'probes-failed', facts: {} },
          steps: [
            ...good.slice(0, 5),
            { ...ways.probe, state: 'failed' },
            { ...done('revert-test', 903_900), state: 'failed' },
          ],
          findings: [{ check: 'http', level: 'error', host: host('griffin'), message: 'http://a/ does not answer' }],
        }),
      ]),
    ),
  'needs-hands-old-system-ill': () =>
    renderRollout(
      rollout([
        deploy('griffin', {
          ...untouched('griffin'),
          outcome: 'needs-hands',
          built: system('bbbb2222', 'griffin'),
          reason: { code: 'old-system-unhealthy', facts: {} },
          putBackFor: { code: 'activation-failed', facts: { exitCode: 2 } },
          steps: [
            ...good.slice(0, 4),
            { ...ways.test, state: 'failed' },
            done('revert-test', 3900),
            { ...done('revert-probe', 61_000), state: 'failed' },
          ],
          revertFindings: [
            { check: 'failed-units', level: 'error', host: host('griffin'), message: 'db.service has failed' },
          ],
        }),
      ]),
    ),
  'needs-hands-changed-by-others': () =>
    renderRollout(
      rollout([
        deploy('griffin', {
          outcome: 'needs-hands',
          well: false,
          running: system('cccc3333', 'griffin'),
          profile: system('cccc3333', 'griffin'),
          reason: { code: 'changed-by-others', facts: {} },
          steps: good.slice(0, 5),
        }),
      ]),
    ),
  unknown: () =>
    renderRollout(
      rollout([
        deploy('griffin', {
          outcome: 'unknown',
          well: false,
          running: null,
          profile: null,
          reason: { code: 'unreachable-after-activation', facts: {} },
          steps: good.slice(0, 5),
        }),
      ]),
    ),
  offline: () =>
    renderRollout(
      rollout([
        deploy('griffin', {
          ...waiting,
          state: 'ended',
          outcome: 'offline',
          reason: { code: 'unreachable', facts: { detail: 'no answer within 10 s' } },
        }),
      ]),
    ),
  'offline-and-asked-again': () => renderRollout(rollout([deploy('wolfhound'), away({ kind: 'waiting', why: null })])),
  'offline-and-locked': () =>
    renderRollout(
      rollout([
        away({
          kind: 'waiting',
          why: refuse('host-locked', { host: 'griffin', owner: 'ann', reason: 'new disk' }, '/unlock griffin'),
        }),
      ]),
    ),
  'group-and-brought-later': () =>
    renderRollout(
      rollout([
        {
          ...away({ kind: 'waiting', why: null }),
          outcome: 'refused',
          reason: { code: 'too-few-available', facts: { tag: 'consul', most: 1, hosts: ['wolfhound'] } },
        },
      ]),
    ),
  'offline-and-back': () => renderRollout(rollout([away({ kind: 'begun', rollout: 'u4-0123456789abcdef' })])),
  'offline-and-caught-up': () =>
    renderRollout(rollout([away({ kind: 'ended', rollout: 'u4-0123456789abcdef', outcome: 'deployed' })])),
  'offline-and-put-back': () =>
    renderRollout(rollout([away({ kind: 'ended', rollout: 'u4-0123456789abcdef', outcome: 'reverted' })])),
  'offline-and-left': () =>
    renderRollout(
      rollout([
        away({
          kind: 'left',
          why: refuse(
            'commit-failed',
            { host: 'griffin', merge: '8d62ec158f96', hosts: ['wolfhound'] },
            '/deploy griffin',
          ),
        }),
      ]),
    ),
  'caught-up': () => renderRollout(rollout([deploy('griffin')], { id: 'u4-0123456789abcdef', catchesUp: true })),
  'window-closed': () =>
    renderRollout(
      rollout([deploy('griffin'), deploy('wolfhound', { ...waiting, wave: 2 })], {
        state: 'running',
        waves: 2,
        endedAt: null,
        waits: { until: Date.UTC(2026, 10, 23, 22, 0), reason: null },
      }),
    ),
  frozen: () =>
    renderRollout(
      rollout([deploy('griffin'), deploy('wolfhound', { ...waiting, wave: 2 })], {
        state: 'running',
        waves: 2,
        endedAt: null,
        waits: { until: null, reason: 'the holidays' },
      }),
    ),
  'boot-pending': () =>
    renderRollout(
      rollout([
        deploy('griffin', {
          ...untouched('griffin'),
          outcome: 'boot-pending',
          built: system('bbbb2222', 'griffin'),
          profile: system('bbbb2222', 'griffin'),
          reason: { code: 'inhibited', facts: { what: ['dbus-implementation'], commit: '8d62ec158f96' } },
        }),
      ]),
    ),
  'reboot-needed': () =>
    renderRollout(
      rollout([
        deploy('griffin', {
          difference: {
            packages: {
              added: { names: ['consul 1.20.1'], more: 0 },
              changed: { names: ['linux 6.12.1 → 6.12.2', 'openssl 3.3.1 → 3.3.2'], more: 12 },
              removed: { names: [], more: 0 },
            },
            units: {
              added: { names: ['consul.service'], more: 0 },
              removed: { names: [], more: 0 },
              restarted: { names: ['nginx.service'], more: 0 },
              reloaded: { names: [], more: 0 },
              kept: { names: ['systemd-logind.service'], more: 0 },
            },
            rebootFor: ['kernel', 'kernel-modules'],
            initInterface: false,
            inhibitors: [],
          },
        }),
      ]),
    ),
  adopted: () =>
    renderRollout(
      rollout([
        deploy('griffin', {
          adopted: { running: system('aaaa1111', 'griffin'), profile: system('cccc3333', 'griffin') },
        }),
      ]),
    ),
  'watchdog-rebooted': () =>
    renderRollout(
      rollout([
        deploy('griffin', {
          outcome: 'reverted-by-reboot',
          well: false,
          steps: [
            ways.look,
            ways.build,
            ways.approve,
            done('arm', 60),
            { ...ways.test, tookMs: 1_204_000 },
            done('revert-probe', 5000),
          ],
          running: system('aaaa1111', 'griffin'),
          profile: system('aaaa1111', 'griffin'),
          watchdog: { level: 'reboot', until: null },
          reason: { code: 'watchdog-rebooted', facts: {} },
        }),
      ]),
    ),
  'watchdog-armed': () =>
    renderRollout(
      rollout(
        [
          deploy('griffin', {
            state: 'running',
            outcome: null,
            well: false,
            steps: [ways.look, ways.build, done('arm', 60), { ...ways.test, state: 'running', tookMs: null }],
            running: system('aaaa1111', 'griffin'),
            watchdog: { level: 'reboot', until: start + 1_200_000 },
          }),
        ],
        { state: 'running', good: false, endedAt: null },
      ),
    ),
  reboot: () =>
    renderRollout(
      rollout(
        [deploy('griffin', { steps: [ways.look, done('reboot', 400), done('rise', 31_000), ways.probe, ways.prove] })],
        {
          kind: 'reboot',
          cause: command,
        },
      ),
    ),
  'reboot-that-did-not-come-back': () =>
    renderRollout(
      rollout(
        [
          deploy('griffin', {
            outcome: 'needs-hands',
            well: false,
            steps: [ways.look, done('reboot', 400), { ...done('rise', 600_000), state: 'failed' }],
            running: system('aaaa1111', 'griffin'),
            reason: { code: 'did-not-come-back', facts: {} },
          }),
        ],
        { kind: 'reboot', cause: command },
      ),
    ),
  'dry-and-old': () =>
    renderRollout(
      rollout([
        deploy('griffin', {
          ...untouched('griffin'),
          outcome: 'unchanged',
          well: true,
          ways: ['dry'],
          reason: { code: 'dry-mode', facts: {} },
          logs: { rehearse: 'would restart the following units: nginx.service\n' },
        }),
        deploy('wolfhound', { ways: ['switch', 'file'] }),
        deploy('blackjack', { ways: ['old-rebuild'] }),
      ]),
    ),
  'not-ready': () =>
    renderRollout(
      rollout([
        deploy('griffin', {
          ...untouched('griffin'),
          outcome: 'refused',
          steps: [ways.look],
          reason: {
            code: 'several-not-ready',
            facts: {
              reasons: ['switch-running', 'shutdown-scheduled', 'disk-low'],
              by: ['nixos-rebuild switch (process 4711 of ada)'],
              scheduled: 'reboot 23:00',
              disks: ['/boot has 3 MiB left and needs 32'],
            },
          },
        }),
      ]),
    ),
  held: () =>
    renderRollout(
      rollout([
        deploy('griffin'),
        deploy('blackjack', { ...waiting, state: 'ended', outcome: 'refused', reason: { code: 'held', facts: {} } }),
      ]),
    ),
  cancelled: () =>
    renderRollout(
      rollout(
        [
          deploy('griffin', {
            ...waiting,
            state: 'ended',
            outcome: 'cancelled',
            reason: { code: 'cancelled-by-person', facts: { by: 'ann' } },
          }),
        ],
        { cause: command },
      ),
    ),
  'stopped-wave': () =>
    renderRollout(
      rollout(
        [
          reverted,
          deploy('griffin', {
            ...waiting,
            wave: 2,
            state: 'ended',
            outcome: 'cancelled',
            reason: { code: 'earlier-wave-failed', facts: {} },
          }),
        ],
        { waves: 2, stopped: { wave: 1, by: null, hosts: [host('blackjack')] } },
      ),
    ),
  'verify-good': () =>
    renderRollout(
      rollout(
        [unchanged('griffin')].map((one) => ({ ...one, steps: [ways.look, ways.probe] })),
        { kind: 'verify', sha: null, cause: command },
      ),
    ),
  'verify-bad': () =>
    renderRollout(
      rollout(
        [
          deploy('griffin', {
            ...untouched('griffin'),
            steps: [ways.look, { ...ways.probe, state: 'failed' }],
            outcome: 'unchanged',
            findings: reverted.findings,
          }),
        ],
        { kind: 'verify', sha: null, cause: command },
      ),
    ),
  rollback: () => renderRollout(rollout([deploy('griffin')], { kind: 'rollback', sha: null, cause: command })),
};

describe('rollouts in every state, as they are read', () => {
  golden('rollouts', texts);

  test.each(Object.entries(texts))(
    '%s says nothing with a hole in it, and begins no line with a slash',
    (_name, text) => {
      expect(text()).not.toMatch(/: undefined[^ ]|NaN|\[object|\(\)|^\//m);
    },
  );

  test.each(outcomes)('%s: the word, where the host is, and for a bad end what it means', (outcome) => {
    const text = renderRollout(
      rollout([
        deploy('griffin', {
          outcome,
          well: outcomeMeanings[outcome].good,
          reason: outcomeMeanings[outcome].good ? null : { code: 'gave-up', facts: {} },
        }),
      ]),
    );
    expect(text).toContain(` ${outcome} |`);
    expect(text).toContain('`bbbb2222`');
    expect(/`griffin`: [^.]+\. [A-Z][^.]+\./.test(text)).toBe(!outcomeMeanings[outcome].good);
    expect(text.includes('`griffin` needs a person')).toBe(outcomeMeanings[outcome].callsForPerson);
  });

  test.each(deployReasons)('%s: a person is told what to do next', (code) => {
    expect(nextAfter({ code, facts: {} }, 'griffin')).toMatch(/^[A-Z].*\.$/s);
  });

  test.each(deployReasons)('%s can be said without any fact', (code) => {
    const said = `${renderReason({ code, facts: {} })} ${nextAfter({ code, facts: {} }, 'griffin') ?? ''}`;
    expect(said).not.toMatch(/undefined|\(\)|` *`/);
  });

  test('the title counts hosts by outcome', () => {
    expect(rolloutTitle(rollout([deploy('griffin'), unchanged('wolfhound'), reverted]))).toBe(
      '1 deployed, 1 unchanged and 1 reverted',
    );
    expect(rolloutTitle(rollout([deploy('griffin'), deploy('wolfhound', waiting)], { state: 'running' }))).toBe(
      '1 of 2 hosts done',
    );
  });
});
