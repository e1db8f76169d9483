import { never } from '../core/bug.ts';
import type { RemoteCommandKind } from './remote-command.ts';
import { rootCommands } from './root-commands.ts';

/** One thing that the service account does on a host, for the README and for whoever reviews the key they hand out. */
export interface RemoteRight {
  readonly command: RemoteCommandKind;
  readonly what: string;
  /** Why it needs root, where it does. */
  readonly root: string | null;
}

const order: readonly RemoteCommandKind[] = [
  'look',
  'find-commit',
  'receive-bundle',
  'start-build',
  'read-run',
  'cancel-run',
  'start-activation',
  'show-units',
  'list-machines',
  'read-switch-journal',
  'read-unit-journal',
];

/** Everything that the account may do. There is no shell for the bot beyond these. */
export const remoteRights: readonly RemoteRight[] = order.map(rightOf);

function rightOf(command: RemoteCommandKind): RemoteRight {
  const plain = (what: string): RemoteRight => ({ command, what, root: null });
  switch (command) {
    case 'look':
      return plain(
        'Read which system runs, is booted and is the profile, the boot id, failed units, scheduled shutdowns.',
      );
    case 'find-commit':
      return plain("Make the account's bare repository and ask it for a commit.");
    case 'receive-bundle':
      return plain(
        'Take one commit as a git bundle over the same connection; the host holds no credential of the forge.',
      );
    case 'start-build':
      return plain('Build the system of a commit, detached, without root.');
    case 'read-run':
      return plain('Read the log and the exit code of a detached run.');
    case 'cancel-run':
      return plain('End a build of ours by its process group.');
    case 'start-activation':
      return { command, what: 'Activate a built system, detached.', root: rootCommands.activate.why };
    case 'show-units':
      return plain('Read the state of declared units and containers.');
    case 'list-machines':
      return plain('List running containers.');
    case 'read-switch-journal':
      return { command, what: 'Read what a switch said of itself.', root: rootCommands['switch-journal'].why };
    case 'read-unit-journal':
      return { command, what: 'Read the last lines of a failed unit.', root: rootCommands['unit-journal'].why };
    default:
      return never(command);
  }
}
