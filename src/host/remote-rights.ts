import type { RemoteCommandKind } from './remote-command.ts';
import { rootCommands } from './root-commands.ts';

/** One thing that the service account does on a host, for the README and for whoever reviews the key they hand out. */
export interface RemoteRight {
  readonly what: string;
  /** Why it needs root, where it does. */
  readonly root: string | null;
}

/** Everything that the account may do, by command. There is no shell for the bot beyond these. */
export const remoteRights: Readonly<Record<RemoteCommandKind, RemoteRight>> = {
  look: {
    what: 'Read which system runs, is booted and is the profile; the boot id, failed units, scheduled shutdowns.',
    root: null,
  },
  examine: {
    what: 'Read the clock, the sudo rules of the account and which programs there are, for `fleetwright doctor`.',
    root: null,
  },
  'find-commit': { what: "Make the account's bare repository and ask it for a commit.", root: null },
  'receive-bundle': {
    what: 'Take one commit as a git bundle over the same connection; the host holds no credential of the forge.',
    root: null,
  },
  'start-build': { what: 'Build the system of a commit, detached.', root: null },
  'read-run': { what: 'Read the log and the exit code of a detached run.', root: null },
  'cancel-run': { what: 'End a build of ours by its process group.', root: null },
  'start-activation': {
    what: 'Activate a built system, detached.',
    root: `${rootCommands.activate.why} Or: ${rootCommands.switch.why} Or: ${rootCommands['dry-activate'].why}`,
  },
  'start-file-build': { what: 'Build the system of a commit that is no flake, detached.', root: null },
  'start-flake-activation': {
    what: 'Activate a commit on a host whose nixos-rebuild is older than `--store-path`.',
    root: rootCommands['activate-flake'].why,
  },
  'keep-systems': { what: 'Keep the old and the new system from the garbage collector during a deploy.', root: null },
  'release-systems': { what: 'Let go of them.', root: null },
  'compare-systems': { what: 'Tell what differs between two built systems.', root: null },
  'arm-watchdog': {
    what: 'Arm the watchdog of a host that has one, before an activation.',
    root: `${rootCommands['arm-reboot'].why} Or: ${rootCommands['arm-unit'].why}`,
  },
  'disarm-watchdog': {
    what: 'Disarm it after the probes passed.',
    root: `${rootCommands['disarm-reboot'].why} Or: ${rootCommands['disarm-unit'].why}`,
  },
  'reboot-host': { what: 'Reboot a host on `/reboot`.', root: rootCommands.reboot.why },
  'show-units': { what: 'Read the state of declared units and containers.', root: null },
  reach: {
    what: 'Ask the network from the host where the bot gets no answer: a connection, a DNS message.',
    root: null,
  },
  'fetch-page': { what: 'Fetch an HTTP address from the host where the bot gets no answer.', root: null },
  'list-machines': { what: 'List running containers.', root: null },
  'list-sockets': { what: 'List the ports on which something listens.', root: null },
  'run-check': {
    what: 'Run a check that the configuration of the host brings for this (`fleetwright-probe-NAME` in its system path).',
    root: null,
  },
  'list-machine-units': {
    what: 'Ask a container which of its units have failed.',
    root: rootCommands['machine-units'].why,
  },
  'read-switch-journal': { what: 'Read what a switch said of itself.', root: rootCommands['switch-journal'].why },
  'read-unit-journal': {
    what: 'Read the last lines of a unit: of a failed one, or of one that somebody asks for.',
    root: rootCommands['unit-journal'].why,
  },
};
