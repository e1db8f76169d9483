import type { RemoteCommand } from './remote-command.ts';

/** A host as the transport sees it. */
export interface Target {
  /** For messages. */
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** `SHA256:…` or a public key line: the only key that is accepted. */
  readonly hostKey: string;
}

/** One connection to a host. Commands run one after the other; a second one waits for the first. */
export interface Link {
  /**
   * Runs a command to its end. Throws a `Fault` when the connection ends first, the deadline passes, or there is more
   * output than `maxOutput`; what the command did on the host is then unknown.
   */
  run(command: RemoteCommand, options?: RunOptions): Promise<Ended>;
  /** False once the connection has ended. A link never comes back; open a new one. */
  readonly alive: boolean;
  close(): Promise<void>;
}

export interface RunOptions {
  /** One minute by default. */
  readonly deadlineMs?: number;
  /** Sent as it comes, no faster than the host takes it. */
  readonly input?: AsyncIterable<Uint8Array>;
  /** In bytes, standard output and standard error together; 4 MiB by default. */
  readonly maxOutput?: number;
  readonly signal?: AbortSignal;
}

export interface Ended {
  /** Null where a signal ended the command on the host. */
  readonly exitCode: number | null;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

/** Opens connections. A refused login is followed by a pause of its own, so a caller may simply ask again. */
export interface Links {
  open(target: Target, options: { readonly deadlineMs: number; readonly signal?: AbortSignal }): Promise<Link>;
}
