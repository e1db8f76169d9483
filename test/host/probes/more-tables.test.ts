import { describe, expect, it } from 'vitest';
import type { Look } from '../../../src/host/look-answer.ts';
import type { Expected } from '../../../src/host/machine.ts';
import { changedUnits } from '../../../src/host/probes/changed-units.ts';
import { containerUnits } from '../../../src/host/probes/container-units.ts';
import { diskSpace } from '../../../src/host/probes/disk-space.ts';
import type { Probe } from '../../../src/host/probes/probe.ts';
import type { Answer, Question, UnitState } from '../../../src/host/probes/question.ts';
import { rebootNeeded } from '../../../src/host/probes/reboot-needed.ts';
import { scripts } from '../../../src/host/probes/scripts.ts';
import { socketsAndTimers } from '../../../src/host/probes/sockets-and-timers.ts';
import { healthy } from '../fake-link.ts';
import { expected, sceneOf, up } from './scene.ts';

/** Level and message of what a probe finds where each of its questions is answered so. */
function said(
  probe: Probe,
  answer: (question: Question) => Answer,
  { scene = sceneOf(), ...more }: Partial<Expected> & { readonly scene?: ReturnType<typeof sceneOf> } = {},
): readonly string[] {
  const wanted = { ...expected, ...more };
  const asked = probe.asks(wanted, scene).map((question) => ({ question, answer: answer(question) }));
  return probe.judge(asked, wanted, scene).map(({ level, message }) => `${level}: ${message}`);
}

const states =
  (...units: readonly UnitState[]) =>
  (): Answer => ({ kind: 'units', units });
const dead = { active: 'inactive', sub: 'dead' } as const;

describe('changed-units', () => {
  const judged = (state: Partial<UnitState>, how: 'added' | 'restarted') =>
    said(changedUnits, states({ ...up, id: 'web.service', ...state }), {
      changedUnits: { added: [], restarted: [], [how]: ['web.service'] },
    });
  it.each<[string, Partial<UnitState>, 'added' | 'restarted', string[]]>([
    ['is up', {}, 'added', []],
    ['ran before and is not up', dead, 'restarted', ['error: web.service is not up (dead), and nobody stopped it']],
    ['is new and has ended well', dead, 'added', ['warning: web.service is not up (dead), and nobody stopped it']],
    [
      'is new and was never started',
      { ...dead, result: 'resources' },
      'added',
      ['error: web.service is not up (dead), and nobody stopped it'],
    ],
    ['is a task that has ended', { ...dead, type: 'oneshot' }, 'restarted', []],
    ['is a task that goes on', { active: 'activating', sub: 'start', type: 'oneshot' }, 'added', []],
    [
      'still starts',
      { active: 'activating', sub: 'start' },
      'restarted',
      ['error: web.service is still starting (start)'],
    ],
  ])('judges a unit that %s', (_what, state, how, messages) => expect(judged(state, how)).toEqual(messages));

  it('asks neither for what nobody starts by name nor for what another probe asks for', () => {
    const added = [
      'web@.service',
      'web@1.service',
      'boot.mount',
      'web.socket',
      'multi-user.target',
      'grafana.service',
      'x y',
    ];
    const derived = [{ kind: 'unit', unit: 'grafana.service', for: 'grafana' } as const];
    const asks = (more: Partial<Expected>) =>
      changedUnits.asks({ ...expected, changedUnits: { added, restarted: [] }, derived, ...more }, sceneOf());
    expect(asks({})).toEqual([{ kind: 'units', units: ['web@1.service', 'boot.mount'] }]);
    expect(asks({ after: 'revert' })).toEqual([]);
    expect(asks({ after: 'nothing' })).toEqual([]);
    expect(changedUnits.asks(expected, sceneOf())).toEqual([]);
  });

  it('asks for the logs of what is not up', () => {
    const asked = [{ question: { kind: 'units', units: [] } as const, answer: states({ ...up, ...dead })() }];
    expect(changedUnits.suspects?.(asked, expected, sceneOf())).toEqual(['a.service']);
  });
});

describe('sockets-and-timers', () => {
  const judged = (id: string, state: Partial<UnitState>) =>
    said(socketsAndTimers, states({ ...up, id, wantedBy: ['sockets.target'], type: '', ...state }), {
      changedUnits: { added: [id], restarted: [] },
    });
  it.each<[string, Partial<UnitState>, string[]]>([
    ['web.socket', { sub: 'listening' }, []],
    ['web.socket', dead, ['error: web.socket is not up (dead), and nobody stopped it, so nothing starts web.service']],
    ['backup.timer', { sub: 'waiting' }, []],
    ['backup.timer', { sub: 'elapsed' }, []],
    [
      'backup.timer',
      dead,
      ['error: backup.timer is not up (dead), and nobody stopped it, so nothing starts backup.service'],
    ],
    ['backup.timer', { ...dead, wantedBy: [] }, []],
    [
      'inbox.path',
      dead,
      ['error: inbox.path is not up (dead), and nobody stopped it, so nothing starts inbox.service'],
    ],
  ])('judges %s that is %j', (id, state, messages) => expect(judged(id, state)).toEqual(messages));
});

describe('container-units', () => {
  const scene = sceneOf({ containers: ['web', 'no/name'] });
  it.each<[string, Answer, string[]]>([
    ['is well', { kind: 'machine-units', failed: [] }, []],
    [
      'holds what has failed',
      { kind: 'machine-units', failed: ['db.service'] },
      ['error: db.service has failed in container web'],
    ],
    ['cannot be asked', { kind: 'unable' }, []],
    [
      'is on a host that is gone',
      { kind: 'none', detail: 'lost' },
      ['error: the host could not be asked for container web'],
    ],
  ])('judges a container that %s', (_what, answer, messages) =>
    expect(said(containerUnits, () => answer, { scene })).toEqual(messages),
  );

  it('asks a container that the change adds too, and each once', () => {
    const derived = ['web', 'db'].map(
      (name) => ({ kind: 'unit', unit: `container@${name}.service`, for: name }) as const,
    );
    expect(containerUnits.asks({ ...expected, derived }, scene)).toEqual([
      { kind: 'machine-units', machine: 'web' },
      { kind: 'machine-units', machine: 'db' },
    ]);
  });
});

describe('scripts', () => {
  const scene = sceneOf({ scripts: ['mail-queue'] });
  it.each<[number | null, string, string[]]>([
    [0, 'whatever\n', []],
    [3, 'mail: 12\nthe queue is stuck\n\n', ['error: the check mail-queue ended with 3: the queue is stuck']],
    [1, '', ['error: the check mail-queue ended with 1']],
    [124, 'asking…', ['error: the check mail-queue did not end within 30 s: asking…']],
    [137, '', ['error: the check mail-queue did not end within 30 s']],
    [null, '', ['error: the host has no check mail-queue: its system path holds no fleetwright-probe-mail-queue']],
  ])('judges a check that ended with %j and said %j', (code, words, messages) =>
    expect(said(scripts, () => ({ kind: 'script', code, said: words }), { scene })).toEqual(messages),
  );
});

describe('disk-space', () => {
  const judged = (look: Partial<Look>) => said(diskSpace, () => ({ kind: 'look', look: { ...healthy, ...look } }));
  it.each<[string, Partial<Look>, string[]]>([
    ['enough', {}, []],
    ['exactly enough', { freeMiB: { nix: 1024, boot: 32 }, freeRootMiB: 256 }, []],
    ['nothing told', { freeMiB: { nix: null, boot: null }, freeRootMiB: null }, []],
    [
      'too little everywhere',
      { freeMiB: { nix: 1023, boot: 31 }, freeRootMiB: 0 },
      [
        'warning: 1023 MiB are left on /nix, less than 1024',
        'warning: 31 MiB are left on /boot, less than 32',
        'warning: 0 MiB are left on /, less than 256',
      ],
    ],
  ])('judges a host with %s', (_what, look, messages) => expect(judged(look)).toEqual(messages));
});

describe('reboot-needed', () => {
  const look = (): Answer => ({ kind: 'look', look: { ...healthy, rebootFor: ['kernel', 'systemd'] } });
  it('is a note about a host that is only looked at', () => {
    expect(said(rebootNeeded, look, { after: 'nothing' })).toEqual([
      'note: a reboot is needed for another kernel, systemd',
    ]);
    expect(said(rebootNeeded, () => ({ kind: 'look', look: healthy }), { after: 'nothing' })).toEqual([]);
    expect(rebootNeeded.asks(expected, sceneOf())).toEqual([]);
  });
});
