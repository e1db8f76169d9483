import type { Patient, Symptom } from './diagnosis.ts';
import { symptom } from './symptom.ts';

/** What the bot remembers of a host and no look at it shows: why a deploy would not reach it. */
export interface Standing {
  readonly held: { readonly outcome: string; readonly commit: string | null; readonly since: number } | null;
  readonly locked: { readonly by: string; readonly reason: string; readonly until: number | null } | null;
  /** It waits for a reboot into this commit; null where no commit is known. */
  readonly pending: { readonly commit: string | null } | null;
}

/** Says what keeps deploys from a host that may be well otherwise. */
export function judgeStanding(patient: Patient, { held, locked, pending }: Standing): readonly Symptom[] {
  const { host } = patient;
  const told = (level: Symptom['level'], message: string, mend: string): Symptom =>
    symptom(patient, 'standing', level, message, mend);
  return [
    ...(held === null
      ? []
      : [
          told(
            'warning',
            `it is held since ${time(held.since)}: ${held.outcome}${at(held.commit)}; a merge that changes nothing for it leaves it where it is`,
            `comment /deploy ${host} on a pull request to try again, or /free ${host} to let the next merge move it`,
          ),
        ]),
    ...(locked === null
      ? []
      : [
          told(
            'warning',
            `${locked.by} keeps it as it is${locked.until === null ? '' : ` until ${time(locked.until)}`}: ${locked.reason}`,
            `comment /unlock ${host}; another person's lock needs --force --reason "why"`,
          ),
        ]),
    ...(pending === null
      ? []
      : [
          told(
            'note',
            `it waits for a reboot${at(pending.commit)}`,
            `when it may go down, comment /reboot ${host}${pending.commit === null ? ' @<commit>' : ` @${pending.commit}`}`,
          ),
        ]),
  ];
}

function at(commit: string | null): string {
  return commit === null ? '' : ` at ${commit}`;
}

function time(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
