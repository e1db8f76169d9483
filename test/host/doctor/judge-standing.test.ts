import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/host/doctor/diagnose.ts';
import { doctorText } from '../../../src/host/doctor/doctor-text.ts';
import { judgeStanding, type Standing } from '../../../src/host/doctor/judge-standing.ts';
import { patient, seen } from './patient.ts';

const free: Standing = { held: null, locked: null, pending: null };
const since = Date.UTC(2026, 10, 22, 18, 47);

describe('What the bot remembers of a host', () => {
  it.each<[string, Partial<Standing>, string[]]>([
    ['nothing', {}, []],
    [
      'that it is held',
      { held: { outcome: 'reverted', commit: '8d62ec158f96', since } },
      [
        'warning: it is held since 2026-11-22 18:47 UTC: reverted at 8d62ec158f96; a merge that changes nothing for it leaves it where it is',
      ],
    ],
    [
      'that it is held, of a rollback',
      { held: { outcome: 'deployed', commit: null, since } },
      [
        'warning: it is held since 2026-11-22 18:47 UTC: deployed; a merge that changes nothing for it leaves it where it is',
      ],
    ],
    [
      'a lock with an end',
      { locked: { by: 'ann', reason: 'disk swap', until: since } },
      ['warning: ann keeps it as it is until 2026-11-22 18:47 UTC: disk swap'],
    ],
    [
      'a lock without one',
      { locked: { by: 'ann', reason: 'disk swap', until: null } },
      ['warning: ann keeps it as it is: disk swap'],
    ],
    [
      'that it waits for a reboot',
      { pending: { commit: '8d62ec158f96' } },
      ['note: it waits for a reboot at 8d62ec158f96'],
    ],
  ])('is told: %s', (_what, standing, messages) => {
    const symptoms = judgeStanding(patient(), { ...free, ...standing });
    expect(symptoms.map(({ level, message }) => `${level}: ${message}`)).toEqual(messages);
    for (const { mend } of symptoms) expect(mend).toContain('wolfhound');
  });

  it('leaves a host ready that is well, and says what to type', () => {
    const locked = { by: 'ann', reason: 'disk swap', until: null };
    const at = { ...patient(), standing: { ...free, locked, pending: { commit: null } } };
    const text = doctorText([diagnose(at, seen())]);
    expect(text).toContain('ready: 1 warning, 2 notes');
    expect(text).toContain('mend: comment /unlock wolfhound');
    expect(text).toContain('/reboot wolfhound @<commit>');
  });
});
