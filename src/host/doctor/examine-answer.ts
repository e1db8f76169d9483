import { Buffer } from 'node:buffer';
import { type RootCommandName, rootCommandNames } from '../root-commands.ts';

export const examinedPrograms = ['sudo', 'git', 'flock', 'setsid', 'nix', 'nixos-rebuild'] as const;
export type ExaminedProgram = (typeof examinedPrograms)[number];

/** What `fleetwright-examine` saw of a host. */
export interface Examination {
  /** In seconds since the epoch, by the host. */
  readonly clock: number;
  /** Null where the host does not tell. */
  readonly synchronised: boolean | null;
  readonly programs: Readonly<Record<ExaminedProgram, boolean>>;
  readonly sudo: string | null;
  readonly nixos: string | null;
  readonly lingers: boolean;
  /** The watchdog's unit of the NixOS module is there. */
  readonly watchdogUnit: boolean;
  /** Some disk is unlocked by a passphrase or a key: a reboot may wait for somebody. */
  readonly encrypted: boolean;
  /** The account can write where our runs are kept. */
  readonly home: boolean;
  /** What `sudo -ll` printed; null where the account may run nothing without a password. */
  readonly rights: string | null;
  /** What sudo says it would allow. */
  readonly may: Readonly<Record<RootCommandName, boolean>>;
}

/**
 * Reads the answer of `fleetwright-examine`, or returns null where it is not a whole one. Lines are `word values…`:
 *
 *     clock SECONDS
 *     synchronised yes|no          where the host tells
 *     program NAME yes|no          once each
 *     sudo|nixos VERSION           where the host tells
 *     lingers|watchdog-unit|home yes|no
 *     encrypted yes                only where a disk is
 *     rights BASE64
 *     may COMMAND yes|no           once each
 *     end
 */
export function parseExamination(text: string): Examination | null {
  const lines = text.split('\n');
  if (lines.pop() !== '' || lines.pop() !== 'end') return null;
  const said = new Map<string, string>();
  for (const line of lines) {
    const { word, value } = /^(?<word>(?:program|may) [a-z-]+|[a-z-]+) (?<value>.*)$/.exec(line)?.groups ?? {};
    if (word === undefined || value === undefined || said.has(word)) return null;
    said.set(word, value);
  }
  const clock = said.get('clock') ?? '';
  const rights = said.get('rights');
  const programs = answers('program', examinedPrograms, said);
  const may = answers('may', rootCommandNames, said);
  const [lingers, watchdogUnit, home] = ['lingers', 'watchdog-unit', 'home'].map((word) => yesOrNo(said.get(word)));
  if (!/^\d{1,15}$/.test(clock) || rights === undefined || programs === null || may === null) return null;
  if (typeof lingers !== 'boolean' || typeof watchdogUnit !== 'boolean' || typeof home !== 'boolean') return null;
  const list = Buffer.from(rights, 'base64').toString('utf8');
  return {
    clock: Number(clock),
    synchronised: yesOrNo(said.get('synchronised')),
    programs,
    sudo: said.get('sudo') ?? null,
    nixos: said.get('nixos') ?? null,
    lingers,
    watchdogUnit,
    encrypted: said.get('encrypted') === 'yes',
    home,
    rights: list === '' ? null : list,
    may,
  };
}

/** The inverse, for hosts that are played. */
export function printExamination(seen: Examination): string {
  const word = (yes: boolean): string => (yes ? 'yes' : 'no');
  const lines = [
    `clock ${seen.clock}`,
    ...(seen.synchronised === null ? [] : [`synchronised ${word(seen.synchronised)}`]),
    ...examinedPrograms.map((name) => `program ${name} ${word(seen.programs[name])}`),
    ...(seen.sudo === null ? [] : [`sudo ${seen.sudo}`]),
    ...(seen.nixos === null ? [] : [`nixos ${seen.nixos}`]),
    `lingers ${word(seen.lingers)}`,
    `watchdog-unit ${word(seen.watchdogUnit)}`,
    ...(seen.encrypted ? ['encrypted yes'] : []),
    `home ${word(seen.home)}`,
    `rights ${Buffer.from(seen.rights ?? '', 'utf8').toString('base64')}`,
    ...rootCommandNames.map((name) => `may ${name} ${word(seen.may[name])}`),
    'end',
  ];
  return `${lines.join('\n')}\n`;
}

/** Null unless each was answered. */
function answers<Name extends string>(
  word: string,
  names: readonly Name[],
  said: ReadonlyMap<string, string>,
): Readonly<Record<Name, boolean>> | null {
  const pairs = names.map((name) => [name, yesOrNo(said.get(`${word} ${name}`))] as const);
  return pairs.some(([, yes]) => yes === null) ? null : (Object.fromEntries(pairs) as Record<Name, boolean>);
}

function yesOrNo(value: string | undefined): boolean | null {
  return value === 'yes' ? true : value === 'no' ? false : null;
}
