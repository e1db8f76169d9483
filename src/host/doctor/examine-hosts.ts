import { Fault } from '../../core/fault.ts';
import type { Clock } from '../../core/clock.ts';
import type { Link, Links } from '../link.ts';
import { type Look, parseLook } from '../look-answer.ts';
import { textOf } from '../run-command.ts';
import { diagnose } from './diagnose.ts';
import type { Diagnosis, Patient, Seen } from './diagnosis.ts';
import { type Examination, parseExamination } from './examine-answer.ts';
import type { Door } from './knock.ts';

export interface ExamineSettings {
  /** Or why there is no key to log in with. */
  readonly links: Links | { readonly missing: string };
  readonly door: Door;
  readonly clock: Clock;
  /** How many hosts are asked at once. */
  readonly parallel: number;
  /** How long one host may take altogether, in milliseconds. */
  readonly hostMs: number;
}

/** Examines hosts side by side, each for itself: one that does not answer is a finding, and the rest goes on. */
export async function examineHosts(
  patients: readonly Patient[],
  settings: ExamineSettings,
): Promise<readonly Diagnosis[]> {
  const diagnoses = new Map<Patient, Diagnosis>();
  const waiting = [...patients];
  const one = async (): Promise<void> => {
    for (let patient = waiting.shift(); patient !== undefined; patient = waiting.shift()) {
      diagnoses.set(patient, diagnose(patient, await see(patient, settings)));
    }
  };
  await Promise.all(Array.from({ length: Math.min(settings.parallel, patients.length) }, one));
  return patients.flatMap((patient) => diagnoses.get(patient) ?? []);
}

async function see({ host, config }: Patient, { links, door, clock, hostMs }: ExamineSettings): Promise<Seen> {
  const { address, port, user, host_key: hostKey } = config;
  const end = clock.now() + hostMs;
  const left = (): number => Math.max(1, end - clock.now());
  const knock = () => door.knock({ address, port }, Math.min(left(), 10_000));
  if ('missing' in links) return { kind: 'no-key', why: links.missing, knock: await knock() };
  let link: Link;
  try {
    link = await links.open({ host, address, port, user, hostKey }, { deadlineMs: left() });
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    // Somebody who was refused must not knock again at once: sshd would shut the door for a while (PerSourcePenalties).
    const shown = fault.code === 'login-refused' ? null : await knock();
    return { kind: 'not-in', code: fault.code, detail: fault.message.replace(`${fault.stage}: `, ''), knock: shown };
  }
  try {
    const look = await answer(async () => parseLook(await textOf(link, { kind: 'look' }, { deadlineMs: left() })));
    const before = clock.now();
    const examination = await answer(async () =>
      parseExamination(await textOf(link, { kind: 'examine' }, { deadlineMs: left() })),
    );
    return { kind: 'in', look, examination, clockOff: offBy(examination, before, clock.now()) };
  } finally {
    await link.close();
  }
}

/**
 * The host read its clock between these two moments, and cut it to whole seconds: what lies in between is no
 * difference that we could know of.
 */
function offBy(examination: Examination | { readonly silent: string }, before: number, after: number): number | null {
  if ('silent' in examination) return null;
  const earliest = examination.clock - after / 1000;
  const latest = examination.clock + 1 - before / 1000;
  if (earliest <= 0 && latest >= 0) return 0;
  return Math.round(earliest > 0 ? earliest : latest);
}

async function answer<Parsed extends Look | Examination>(
  ask: () => Promise<Parsed | null>,
): Promise<Parsed | { readonly silent: string }> {
  try {
    return (await ask()) ?? { silent: 'what it said is not an answer' };
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    return { silent: fault.message };
  }
}
