import type { Patient, Symptom } from './diagnosis.ts';
import { type Examination, examinedPrograms } from './examine-answer.ts';
import { symptom } from './symptom.ts';

/** Beyond this TLS, signed caches and the times in a report go wrong one after the other. */
const tooFarOff = 300;
const noticeable = 10;

export function judgeClock(patient: Patient, { synchronised }: Examination, off: number | null): readonly Symptom[] {
  const mend = 'NixOS: services.timesyncd.enable = true; (it is by default), and a way to its servers';
  const found: Symptom[] = [];
  if (off !== null && Math.abs(off) >= noticeable) {
    const level = Math.abs(off) >= tooFarOff ? 'error' : 'warning';
    const said = `its clock is ${Math.abs(Math.round(off))} s ${off > 0 ? 'ahead of' : 'behind'} ours`;
    found.push(symptom(patient, 'clock', level, said, mend));
  }
  if (synchronised === false) found.push(symptom(patient, 'clock', 'warning', 'its clock is not synchronised', mend));
  return found;
}

/** Programs that ours call. sudo and nixos-rebuild have findings of their own. */
export function judgePrograms(patient: Patient, seen: Examination): readonly Symptom[] {
  const packages = { git: 'pkgs.git', flock: 'pkgs.util-linux', setsid: 'pkgs.util-linux', nix: 'pkgs.nix' } as const;
  const missing = examinedPrograms.filter(
    (name): name is keyof typeof packages => name in packages && !seen.programs[name],
  );
  const found = missing.map((name) =>
    symptom(
      patient,
      'programs',
      'error',
      `there is no ${name} for the account`,
      `NixOS: environment.systemPackages = [ ${packages[name]} ];`,
    ),
  );
  if (!seen.home) {
    const { user } = patient.config;
    const said = 'the account cannot write in its home, where commits and runs are kept';
    found.push(
      symptom(
        patient,
        'programs',
        'error',
        said,
        `NixOS: users.users.${user} = { home = "/var/lib/${user}"; createHome = true; };`,
      ),
    );
  }
  return found;
}
