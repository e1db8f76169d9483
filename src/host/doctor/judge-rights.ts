import { systemNameOf } from './system-name.ts';
import type { HostFacts, Patient, Symptom } from './diagnosis.ts';
import type { Examination } from './examine-answer.ts';
import { coveringRight } from './covering-right.ts';
import { sampleValues } from './sample-values.ts';
import { parseSudoList, type Right } from './sudo-list.ts';
import { symptom } from './symptom.ts';
import { asRoot, type RootCommandName, rootCommandNames, rootCommands } from '../root-commands.ts';
import type { HostState } from '../machine.ts';
import { plainPrograms, sudoRules } from '../sudo-rules.ts';

export interface JudgedRights {
  readonly symptoms: readonly Symptom[];
  readonly rights: HostFacts['rights'];
  readonly cannot: readonly string[];
}

/** What a host goes without for want of a right, in the list's own words, and how bad that is. */
function without(name: RootCommandName): { readonly words: string; readonly level: Symptom['level'] } {
  const { why, part, words } = rootCommands[name];
  const told = part === 'containers' || words[0] === 'journalctl';
  const level = part === 'reboot' ? 'note' : told ? 'warning' : 'error';
  return { words: `${why.charAt(0).toLowerCase()}${why.slice(1)}`.replace(/\.$/, ''), level };
}

/** Compares what the account may do as root with what this host's config needs. */
export function judgeRights(
  patient: Patient,
  seen: Examination,
  { running = null, dialect = null }: Pick<Partial<HostFacts>, 'running' | 'dialect'> = {},
): JudgedRights {
  const rights = seen.rights === null ? [] : parseSudoList(seen.rights);
  const parts = partsNeeded(patient, dialect);
  const needed = rootCommandNames.filter((name) => parts.includes(rootCommands[name].part));
  const missing = needed.filter((name) => !seen.may[name]);
  const cannot = missing.map((name) => without(name).words);
  if (!seen.programs.sudo) {
    const mend = 'NixOS: security.sudo.enable = true;';
    return { symptoms: [symptom(patient, 'sudo', 'error', 'there is no sudo', mend)], rights: 'none', cannot };
  }
  if (seen.rights === null) {
    const said = `the account ${patient.config.user} may run nothing as root without a password`;
    return { symptoms: [symptom(patient, 'sudo', 'error', said, enable(patient))], rights: 'none', cannot };
  }
  if (rights === null) {
    const said =
      'what sudo lists could not be read (another sudo than sudo.ws?); what it would allow was asked command by command';
    const symptoms = [
      ...missing.map((name) => lacking(patient, name, running)),
      symptom(patient, 'sudo', 'warning', said, null),
    ];
    return { symptoms, rights: null, cannot };
  }
  const asking = needed.filter((name) => seen.may[name] && asksPassword(rights, name, running));
  return {
    symptoms: [
      ...missing.map((name) => lacking(patient, name, running)),
      ...asking.map((name) =>
        symptom(
          patient,
          'sudo',
          without(name).level,
          `sudo asks for a password for ${sample(name, running).join(' ')}`,
          ruleLine(patient, name, running),
        ),
      ),
      ...(missing.includes('activate') ? wrongName(patient, rights, running) : []),
      ...beyond(patient, rights),
    ],
    rights: kindOf(rights),
    cannot: [...cannot, ...asking.map((name) => without(name).words)],
  };
}

/** Which rights a host needs is told by its config, and by how old its `nixos-rebuild` is. */
function partsNeeded(
  { config: { mode, watchdog, probes } }: Patient,
  dialect: HostState['dialect'] | null,
): readonly string[] {
  // What is only shown is never activated, and never put back.
  if (mode === 'dry') return ['mode-dry'];
  return [
    'deploy',
    'reboot',
    ...(mode === 'switch' ? ['mode-switch'] : [`watchdog-${watchdog}`]),
    ...(dialect === 'flake-only' ? ['old-rebuild'] : []),
    ...(probes.containers.length > 0 ? ['containers'] : []),
  ];
}

function lacking(patient: Patient, name: RootCommandName, running: string | null): Symptom {
  const { words, level } = without(name);
  const said = `sudo does not allow ${sample(name, running).join(' ')}, which is there to ${words}`;
  return symptom(
    patient,
    'sudo',
    level,
    said,
    `${option(name, patient)} or, without the module, in sudoers: ${ruleLine(patient, name, running)}`,
  );
}

/** The option of the module that gives a right. */
function option(name: RootCommandName, patient: Patient): string {
  const part: string = rootCommands[name].part;
  if (part === 'deploy') return enable(patient);
  if (part === 'reboot') return 'NixOS: fleetwright.account.reboot = true;';
  if (part === 'containers') return 'NixOS: fleetwright.account.containers = true;';
  if (part === 'old-rebuild') return 'NixOS: fleetwright.account.oldRebuild = true;';
  const [what = '', value = ''] = part.split('-');
  return `NixOS: fleetwright.account.${what} = "${value}";`;
}

function enable({ config: { user } }: Patient): string {
  return `NixOS: fleetwright.account = { enable = true; user = "${user}"; };`;
}

/** The sudoers(5) line of the exact rule for one command. */
function ruleLine({ host, config: { user } }: Patient, name: RootCommandName, running: string | null): string {
  const rule = sudoRules(systemNameOf(running) ?? host)[rootCommandNames.indexOf(name)];
  return `${user} ALL=(root) NOPASSWD: /run/current-system/sw/bin/${rule?.program ?? ''} ${rule?.arguments ?? ''}`;
}

function sample(name: RootCommandName, running: string | null): readonly string[] {
  return asRoot(rootCommands[name], sampleValues({ path: running ?? '/nix/store/…' })).slice(2);
}

function asksPassword(rights: readonly Right[], name: RootCommandName, running: string | null): boolean {
  const [program = '', ...words] = sample(name, running);
  return coveringRight(rights, program, words)?.password === true;
}

const marker = '@SYSTEM_NAME@';

/** The system's name in an exact rule of ours; null where it is none. Anything but a plain name is no name. */
function nameIn(command: string): string | null {
  const at = command.indexOf(' ');
  const pattern = command.slice(at + 1);
  for (const rule of sudoRules(marker)) {
    const [before = '', after] = rule.arguments.split(marker);
    if (after === undefined || !command.slice(0, at).endsWith(`/${rule.program}`)) continue;
    if (!pattern.startsWith(before) || !pattern.endsWith(after)) continue;
    const name = pattern.slice(before.length, pattern.length - after.length);
    if (/^(?:[A-Za-z0-9_-]|\\\.)+$/.test(name)) return name.replaceAll('\\.', '.');
  }
  return null;
}

function wrongName(patient: Patient, rights: readonly Right[], running: string | null): readonly Symptom[] {
  const own = systemNameOf(running);
  const named = [...new Set(rights.flatMap(({ command }) => nameIn(command) ?? []))];
  if (own === null || named.length === 0 || named.some((name) => own === name)) return [];
  const said = `its sudo rule is for systems named ${named.join(', ')}, and the one that runs is named ${own}`;
  return [symptom(patient, 'sudo', 'error', said, `NixOS: fleetwright.account.systemName = "${own}";`)];
}

type RightKind = 'exact' | 'program' | 'everything' | 'other';

function kindOfRight({ command }: Right): RightKind {
  if (command === 'ALL') return 'everything';
  const at = command.indexOf(' ');
  const program = (at === -1 ? command : command.slice(0, at)).split('/').at(-1) ?? '';
  if (at === -1) return plainPrograms.some((name) => name === program) ? 'program' : 'other';
  if (nameIn(command) !== null) return 'exact';
  const exact = sudoRules(marker).some(
    (rule) => rule.program === program && rule.arguments === command.slice(at + 1) && !rule.arguments.includes(marker),
  );
  return exact ? 'exact' : 'other';
}

/** Rights that no deploy needs. They are named, because whoever holds the key holds them too. */
function beyond(patient: Patient, rights: readonly Right[]): readonly Symptom[] {
  const allowed = rights.filter(({ negated }) => !negated);
  const programs = allowed.filter((right) => kindOfRight(right) === 'program').map(({ command }) => command);
  const narrow = 'NixOS: fleetwright.account.sudo = "exact";';
  return [
    ...allowed
      .filter((right) => kindOfRight(right) === 'everything' || kindOfRight(right) === 'other')
      .map((right) => tooMuch(patient, right)),
    ...(programs.length === 0
      ? []
      : [
          symptom(
            patient,
            'sudo',
            'note',
            `it may run ${programs.map((path) => path.split('/').at(-1)).join(', ')} with any arguments: that is root by another name`,
            narrow,
          ),
        ]),
  ];
}

function tooMuch(patient: Patient, { command, password, runAs }: Right): Symptom {
  const { user } = patient.config;
  const what = command === 'ALL' ? 'everything' : command;
  const how = `${runAs.join(', ')}${password ? ', with a password' : ''}`;
  const mend =
    command === 'ALL'
      ? `NixOS: take ${user} out of users.groups.wheel and out of every security.sudo.extraRules but the module's`
      : `take it out of security.sudo.extraRules: ${command}`;
  return symptom(patient, 'sudo', 'warning', `it may run more than deploys need: ${what} (as ${how})`, mend);
}

function kindOf(rights: readonly Right[]): HostFacts['rights'] {
  const kinds = new Set(rights.filter(({ negated }) => !negated).map(kindOfRight));
  if (kinds.has('everything')) return 'everything';
  if (kinds.has('other')) return 'other';
  return kinds.has('program') ? 'programs' : kinds.has('exact') ? 'exact' : 'none';
}
