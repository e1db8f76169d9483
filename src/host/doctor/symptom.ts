import type { Patient, Symptom } from './diagnosis.ts';

export function symptom(
  { host }: Pick<Patient, 'host'>,
  check: Symptom['check'],
  level: Symptom['level'],
  message: string,
  mend: string | null,
): Symptom {
  return { check, level, host, message, mend };
}
