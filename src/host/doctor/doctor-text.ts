import type { Diagnosis, HostFacts, Symptom } from './diagnosis.ts';

/** What a terminal shows: per host a line that says how it is, its findings with what mends each, and what is known. */
export function doctorText(diagnoses: readonly Diagnosis[]): string {
  return [...diagnoses.map(hostText), summary(diagnoses)].join('\n\n');
}

function hostText({ host, findings, facts }: Diagnosis): string {
  const { address, port, user } = facts;
  const place = `${user}@${address.includes(':') ? `[${address}]` : address}:${port}`;
  const width = Math.max(0, ...findings.map(({ check }) => check.length));
  return [
    `${host}  ${place}  ${verdict(findings)}`,
    ...findings.flatMap((finding) => findingLines(finding, width)),
    ...factLines(facts).map((line) => `  ${line}`),
  ].join('\n');
}

function findingLines({ level, check, message, mend }: Symptom, width: number): readonly string[] {
  const head = `  ${level.padEnd(7)}  ${check.padEnd(width)}  `;
  // What a host says may hold anything; a line of ours stays one line.
  const plain = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
  return [`${head}${plain(message)}`, ...(mend === null ? [] : [`${' '.repeat(head.length)}mend: ${plain(mend)}`])];
}

function verdict(findings: readonly Symptom[]): string {
  const count = (level: Symptom['level']): number => findings.filter((one) => one.level === level).length;
  const words = (['error', 'warning', 'note'] as const).flatMap((level) => {
    const many = count(level);
    return many === 0 ? [] : [`${many} ${level}${many === 1 ? '' : 's'}`];
  });
  const state = count('error') > 0 ? 'not ready' : 'ready';
  return words.length === 0 ? state : `${state}: ${words.join(', ')}`;
}

function factLines(facts: HostFacts): readonly string[] {
  if (!facts.loggedIn) return facts.hostKey === null ? [] : [`shows ${facts.hostKey}`];
  const version = (name: string, value: string | number | null): string[] =>
    value === null ? [] : [`${name} ${value}`];
  const { nix, boot } = facts.freeMiB;
  const clock = facts.clockOffSeconds;
  const versions = [
    ...version('NixOS', facts.nixos),
    ...version('systemd', facts.systemd),
    ...version('Nix', facts.nix),
    ...version('sudo', facts.sudo),
    ...version('nixos-rebuild', facts.dialect),
  ];
  const state = [
    ...(nix === null ? [] : [`/nix ${nix} MiB free`]),
    ...(boot === null ? [] : [`/boot ${boot} MiB free`]),
    ...(clock === null ? [] : [clock === 0 ? 'clock right' : `clock ${clock > 0 ? '+' : ''}${clock} s`]),
    ...(facts.lingers === null ? [] : [facts.lingers ? 'lingers' : 'does not linger']),
  ];
  const possible = facts.watchdogsPossible.length === 0 ? 'none' : facts.watchdogsPossible.join(', ');
  return [
    ...(versions.length === 0 ? [] : [versions.join(', ')]),
    ...(state.length === 0 ? [] : [state.join(', ')]),
    `sudo rules: ${facts.rights ?? 'not known'}; watchdog: ${facts.watchdog} (possible: ${possible})`,
    ...(facts.running === null ? [] : [`runs ${facts.running}`]),
    ...(facts.cannot.length === 0 ? [] : [`cannot ${facts.cannot.join('; cannot ')}`]),
  ];
}

function summary(diagnoses: readonly Diagnosis[]): string {
  const bad = diagnoses.filter(({ findings }) => findings.some(({ level }) => level === 'error'));
  const all = `${diagnoses.length} host${diagnoses.length === 1 ? '' : 's'}`;
  return bad.length === 0
    ? `${all}, all ready.`
    : `${all}, ${bad.length} not ready: ${bad.map(({ host }) => host).join(', ')}.`;
}
