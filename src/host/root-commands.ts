import { assert } from '../core/bug.ts';

/** A place in a command for a value, and which values fit, as a POSIX extended regular expression. */
export interface Hole {
  readonly hole: string;
  readonly fits: string;
}
type Word = string | readonly (string | Hole)[];

/**
 * What a right is for: every deploy, a reboot that a person approved, one of the two watchdogs, another mode of
 * deploying, a `nixos-rebuild` that is older than `--store-path`, or a look into containers.
 */
export const rightsParts = [
  'deploy',
  'reboot',
  'watchdog-reboot',
  'watchdog-unit',
  'mode-switch',
  'mode-dry',
  'old-rebuild',
  'containers',
] as const;
export type RightsPart = (typeof rightsParts)[number];

/** A command that runs as root, word by word. */
export interface RootCommand {
  readonly why: string;
  /** A host grants a right only where its owner asks for what needs it. */
  readonly part: RightsPart;
  readonly words: readonly Word[];
}

const switchUnits = 'nixos-rebuild-switch-to-configuration*';

/** Stands in a rule for the name of the host's own system, which only the host knows: see `sudo-rules.ts`. */
export const systemName = '@SYSTEM_NAME@';

/**
 * Everything that the service account ever does as root. The sudo rules of the NixOS module are made from this list,
 * and so are the commands that are sent: there is no second place where the two could differ.
 */
export const rootCommands = {
  activate: {
    why: 'Activate one built system of this very host (`test`), or make it the boot default (`boot`).',
    part: 'deploy',
    words: [
      'nixos-rebuild',
      [{ hole: 'action', fits: '(test|boot)' }],
      '--no-reexec',
      '--store-path',
      // The class leaves out `/` and blanks, so neither another folder nor another argument can follow.
      [
        {
          hole: 'path',
          fits: `/nix/store/[0-9a-df-np-sv-z]{32}-nixos-system-${systemName}-[A-Za-z0-9+._?=-]+`,
        },
      ],
    ],
  },
  switch: {
    why: 'Switch to one built system of this very host in one go, where its owner chose that mode.',
    part: 'mode-switch',
    words: [
      'nixos-rebuild',
      'switch',
      '--no-reexec',
      '--store-path',
      [{ hole: 'path', fits: `/nix/store/[0-9a-df-np-sv-z]{32}-nixos-system-${systemName}-[A-Za-z0-9+._?=-]+` }],
    ],
  },
  'dry-activate': {
    why: 'Tell what an activation would do to the units, where the owner chose that nothing is activated.',
    part: 'mode-dry',
    words: [
      'nixos-rebuild',
      'dry-activate',
      '--no-reexec',
      '--store-path',
      [{ hole: 'path', fits: `/nix/store/[0-9a-df-np-sv-z]{32}-nixos-system-${systemName}-[A-Za-z0-9+._?=-]+` }],
    ],
  },
  'activate-flake': {
    why: 'Activate a commit, or make it the boot default, by a nixos-rebuild that cannot be given a built system.',
    part: 'old-rebuild',
    words: [
      'nixos-rebuild',
      [{ hole: 'action', fits: '(test|boot)' }],
      [{ hole: 'flag', fits: '--(no-reexec|fast)' }],
      '--flake',
      // Whatever commit is in the account's own repository: this right is no narrower than that. A bare `#` would begin
      // a comment in a sudoers file.
      [{ hole: 'reference', fits: 'git[+]file:///[A-Za-z0-9/._~-]+[?]rev=[0-9a-f]{40}\\#[A-Za-z0-9_.-]+' }],
    ],
  },
  'switch-journal': {
    why: 'Read what a switch told the journal, to know whether it finished when its exit code was lost.',
    part: 'deploy',
    words: [
      'journalctl',
      '--no-pager',
      '--output=cat',
      ['--since=@', { hole: 'since', fits: '[0-9]+' }],
      `--unit=${switchUnits}`,
    ],
  },
  'unit-journal': {
    why: 'Read the last lines of a unit, of one that failed for the report, of another when somebody asks for them.',
    part: 'deploy',
    words: [
      'journalctl',
      '--no-pager',
      ['--output=', { hole: 'form', fits: '(cat|short-iso)' }],
      ['--lines=', { hole: 'lines', fits: '[0-9]+' }],
      ['--unit=', { hole: 'unit', fits: '[A-Za-z0-9:_.@][A-Za-z0-9:_.@-]*' }],
    ],
  },
  'machine-units': {
    why: 'List the units that have failed within a container, which has a systemd of its own.',
    part: 'containers',
    words: [
      'systemctl',
      ['--machine=', { hole: 'machine', fits: '[A-Za-z0-9][A-Za-z0-9._-]*' }],
      'list-units',
      '--state=failed,auto-restart',
      '--plain',
      '--no-legend',
      '--no-pager',
      '--full',
    ],
  },
  reboot: {
    why: 'Reboot into a system that cannot be activated live, after a person said so for this host and commit.',
    part: 'reboot',
    words: ['systemctl', 'reboot', '--no-wall'],
  },
  'arm-reboot': {
    why: 'Schedule a reboot before an activation, so that a host which is lost by it comes back in its old system.',
    part: 'watchdog-reboot',
    words: ['systemctl', 'reboot', ['--when=@', { hole: 'until', fits: '[0-9]+' }], '--no-wall'],
  },
  'disarm-reboot': {
    why: 'Cancel that reboot once the new system is verified.',
    part: 'watchdog-reboot',
    words: ['systemctl', 'reboot', '--when=cancel', '--no-wall'],
  },
  'arm-unit': {
    why: 'Start the watchdog of the module, which puts the old system back by itself.',
    part: 'watchdog-unit',
    words: ['systemctl', 'start', ['fleetwright-watchdog@', { hole: 'seconds', fits: '[0-9]+' }, '.service']],
  },
  'disarm-unit': {
    why: 'Stop that watchdog once the new system is verified.',
    part: 'watchdog-unit',
    words: ['systemctl', 'stop', ['fleetwright-watchdog@', { hole: 'seconds', fits: '[0-9]+' }, '.service']],
  },
} as const satisfies Readonly<Record<string, RootCommand>>;

export type RootCommandName = keyof typeof rootCommands;
export const rootCommandNames = Object.keys(rootCommands) as readonly RootCommandName[];

/** The command with its holes filled, `sudo -n` in front: it asks for no password and fails instead. */
export function asRoot(command: RootCommand, values: Readonly<Record<string, string>>): readonly string[] {
  const fill = (part: string | Hole): string => {
    if (typeof part === 'string') return part;
    const value = values[part.hole];
    assert(value !== undefined, `a value for ${part.hole}`);
    return value;
  };
  return ['sudo', '-n', ...command.words.map((word) => (typeof word === 'string' ? word : word.map(fill).join('')))];
}
