import { fingerprintOf } from '../../config/host-target.ts';
import type { Diagnosis, HostFacts, Patient, Seen, Symptom } from './diagnosis.ts';
import { judgeDoor } from './judge-door.ts';
import { judgeRights } from './judge-rights.ts';
import { judgeStanding } from './judge-standing.ts';
import { judgeState, judgeWatchdog, watchdogsPossible } from './judge-state.ts';
import { judgeClock, judgePrograms } from './judge-tools.ts';
import { symptom } from './symptom.ts';

const order = { error: 0, warning: 1, note: 2 } as const;

/** Everything that is wrong with a host, worst first, and what is known of it. */
export function diagnose(patient: Patient, seen: Seen): Diagnosis {
  const judged = seen.kind === 'in' ? inside(patient, seen) : { symptoms: [], facts: {} };
  const standing = patient.standing === undefined ? [] : judgeStanding(patient, patient.standing);
  const findings = [...judgeDoor(patient, seen), ...judged.symptoms, ...standing];
  const { address, port, user, watchdog } = patient.config;
  const facts: HostFacts = {
    address,
    port,
    user,
    reachable: isReachable(seen),
    hostKey: keyOf(patient, seen),
    loggedIn: seen.kind === 'in',
    ...unknown,
    watchdog,
    ...judged.facts,
  };
  // A stable sort: within a level the findings stay in the order in which they were asked for.
  return { host: patient.host, findings: findings.sort((a, b) => order[a.level] - order[b.level]), facts };
}

const unknown = {
  running: null,
  profile: null,
  nixos: null,
  systemd: null,
  nix: null,
  sudo: null,
  dialect: null,
  clockOffSeconds: null,
  clockSynchronised: null,
  freeMiB: { nix: null, boot: null },
  lingers: null,
  rights: null,
  watchdogsPossible: [],
  encrypted: null,
  failedUnits: [],
  cannot: [],
} as const satisfies Partial<HostFacts>;

interface Judged {
  readonly symptoms: readonly Symptom[];
  readonly facts: Partial<HostFacts>;
}

function inside(patient: Patient, { look, examination, clockOff }: Extract<Seen, { kind: 'in' }>): Judged {
  const symptoms: Symptom[] = [];
  let facts: Partial<HostFacts> = {};
  if ('silent' in look) symptoms.push(silent(patient, 'what runs on it', look.silent));
  else {
    const { running, profile, systemd, nix, dialect, freeMiB, failedUnits } = look;
    symptoms.push(...judgeState(patient, look));
    facts = { running, profile, systemd, nix, dialect, freeMiB, failedUnits };
  }
  if ('silent' in examination) symptoms.push(silent(patient, 'what the account may do', examination.silent));
  else {
    const { symptoms: more, rights, cannot } = judgeRights(patient, examination, facts);
    symptoms.push(...more, ...judgePrograms(patient, examination), ...judgeClock(patient, examination, clockOff));
    const { sudo, nixos, lingers, encrypted, synchronised } = examination;
    const clock = { clockOffSeconds: clockOff, clockSynchronised: synchronised };
    facts = { ...facts, ...clock, sudo, nixos, lingers, encrypted, rights, cannot };
  }
  if (!('silent' in look) && !('silent' in examination)) {
    symptoms.push(...judgeWatchdog(patient, look, examination));
    facts = { ...facts, watchdogsPossible: watchdogsPossible(look, examination) };
  }
  return { symptoms, facts };
}

function silent(patient: Patient, what: string, why: string): Symptom {
  return symptom(
    patient,
    'answers',
    'error',
    `asked for ${what}, it gave no whole answer: ${why}`,
    'ask again; if it stays, log in by hand and look',
  );
}

function isReachable(seen: Seen): boolean {
  if (seen.kind === 'in') return true;
  if (seen.kind === 'not-in' && seen.code === 'login-refused') return true;
  return seen.knock?.kind === 'keys';
}

/** The key that was seen, never the one that was only expected. */
function keyOf(patient: Patient, seen: Seen): string | null {
  const expected = fingerprintOf(patient.config);
  if (seen.kind === 'in' || (seen.kind === 'not-in' && seen.code === 'login-refused')) return expected;
  if (seen.knock?.kind !== 'keys') return null;
  const { keys } = seen.knock;
  return (keys.find(({ fingerprint }) => fingerprint === expected) ?? keys[0])?.fingerprint ?? null;
}
