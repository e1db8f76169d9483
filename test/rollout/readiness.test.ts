import { describe, expect, test } from 'vitest';
import type { HostState } from '../../src/host/machine.ts';
import { obstacleOf } from '../../src/rollout/readiness.ts';
import { manner } from '../../src/rollout/shapes.ts';
import { healthy } from '../host/fake-link.ts';
import { system } from '../fakes/machine.ts';

const usual = manner.parse({ minFreeMiB: { nix: 1024, boot: 32 } });
const rebuild = (what: string): Partial<HostState> => ({ foreignRebuilds: [{ what, pid: 4711, user: 'ada' }] });
const unit = 'nixos-rebuild-switch-to-configuration.service';

const rows: readonly (readonly [claim: string, state: Partial<HostState>, code: string | null, says?: object])[] = [
  ['a healthy host', {}, null],
  [
    'a switch of somebody else, by its process and user',
    rebuild('nixos-rebuild switch'),
    'switch-running',
    { by: ['nixos-rebuild switch (process 4711 of ada)'] },
  ],
  [
    'one that holds the unit',
    { switching: true, foreignRebuilds: [{ what: unit, pid: null, user: null }] },
    'switch-running',
    { by: [unit] },
  ],
  ['a switch that nothing more is known of', { switching: true }, 'switch-running', {}],
  ['a direct switch', rebuild('switch-to-configuration'), 'switch-running'],
  ['a rebuild whose action is not known', rebuild('nixos-rebuild frobnicate'), 'switch-running'],
  ['somebody who only builds', rebuild('nixos-rebuild build'), null],
  ['somebody who only lists', rebuild('nixos-rebuild list-generations'), null],
  ['a scheduled shutdown', { scheduledShutdown: 'USEC=1\nMODE=reboot\n' }, 'shutdown-scheduled'],
  ['drift', { running: system('other') }, 'running-is-not-profile'],
  ['no profile', { profile: null }, 'link-missing', { link: 'system profile' }],
  [
    'a store that is nearly full',
    { freeMiB: { nix: 1023, boot: 300 } },
    'disk-low',
    { disks: ['/nix has 1023 MiB left and needs 1024'] },
  ],
  [
    'both disks full',
    { freeMiB: { nix: 0, boot: 0 } },
    'disk-low',
    { disks: ['/nix has 0 MiB left and needs 1024', '/boot has 0 MiB left and needs 32'] },
  ],
  ['exactly enough', { freeMiB: { nix: 1024, boot: 32 } }, null],
  ['space that is not told', { freeMiB: { nix: null, boot: null } }, null],
  ['a Nix without flakes', { nix: '2.3.18' }, 'nix-too-old', { nix: '2.3.18' }],
  ['the first Nix with flakes', { nix: '2.4' }, null],
  ['a Nix that names itself otherwise', { nix: '3.0.0' }, null],
  ['a version that nobody can read', { nix: 'pre20260101' }, null],
  ['runs that would be killed', { killsDetachedRuns: true }, 'detached-runs-killed'],
  ['no nixos-rebuild', { dialect: 'missing' }, 'dialect-missing'],
  [
    'somebody who keeps it from going down, which no deploy needs',
    { shutdownInhibitors: [{ who: 'restic', why: 'backup', pid: 1 }] },
    null,
  ],
];

describe('whether a host may be touched', () => {
  test.each(rows.map(([claim, state, code, says]) => ({ claim, state, code, says })))(
    '$claim: $code',
    ({ state, code, says }) => {
      const found = obstacleOf({ ...healthy, ...state }, usual);
      expect(found?.code ?? null).toBe(code);
      expect(found?.facts ?? {}).toMatchObject(says ?? {});
    },
  );

  test('everything that stands in the way is named at once', () => {
    const state = {
      ...healthy,
      ...rebuild('nixos-rebuild boot'),
      running: system('other'),
      freeMiB: { nix: 1, boot: 300 },
    };
    expect(obstacleOf(state, usual)).toMatchObject({
      code: 'several-not-ready',
      facts: {
        reasons: ['switch-running', 'running-is-not-profile', 'disk-low'],
        by: ['nixos-rebuild boot (process 4711 of ada)'],
        disks: ['/nix has 1 MiB left and needs 1024'],
      },
    });
  });

  test('a person may accept what runs, and nothing else by that', () => {
    const adopting = { ...usual, adopt: true };
    expect(obstacleOf({ ...healthy, running: system('other') }, adopting)).toBeNull();
    expect(obstacleOf({ ...healthy, running: null }, adopting)).toMatchObject({ code: 'link-missing' });
    expect(obstacleOf({ ...healthy, running: system('other'), switching: true }, adopting)).toMatchObject({
      code: 'switch-running',
    });
  });
});
