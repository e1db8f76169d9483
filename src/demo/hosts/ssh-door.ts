import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import ssh2, {
  type AuthContext,
  type ClientInfo,
  type Connection,
  type ParsedKey,
  type ServerChannel,
  type Session,
} from 'ssh2';
import type { RemoteCommand } from '../../host/remote-command.ts';
import { readCommand } from '../../host/read-command.ts';
import type { Answer } from './answer-command.ts';
import type { HostJournal } from './host-journal.ts';
import { portOf } from './host-network.ts';
import { loopback } from './loopback-ports.ts';
import type { Failures } from './practice-failure.ts';

export interface SshDoor {
  readonly port: number;
  /** Nobody comes in, and who is in is thrown out: the host is off, or its network is. */
  shut(): Promise<void>;
  open(): Promise<void>;
  /** Ends every connection without a word. */
  cutAll(): void;
}

export interface DoorOptions {
  readonly user: string;
  readonly hostKey: string;
  readonly authorizedKey: ParsedKey;
  readonly journal: HostJournal;
  readonly failures: Failures;
  /** How long each command takes before it does anything. */
  readonly latencyMs: number;
  readonly answer: (command: RemoteCommand, channel: ServerChannel) => Promise<Answer>;
  /** The account's last connection has ended. */
  readonly onLastLogout: () => void;
}

const refused = 'sh: command refused by the practice host\n';

/** The ssh server of one practice host. It knows one account, one key, and no command outside the closed set. */
export async function openSshDoor(options: DoorOptions): Promise<SshDoor> {
  const { failures } = options;
  const sockets = new Map<number, Socket>();
  const normal = new ssh2.Server({ hostKeys: [options.hostKey] });
  normal.on('connection', (connection: Connection, info: ClientInfo) => {
    attend(connection, options, { id: info.port, socket: () => sockets.get(info.port) ?? null });
  });
  const closing = closingServer(options.hostKey);

  const listener: Server = createServer({ noDelay: true }, (socket) => {
    const from = socket.remotePort ?? 0;
    sockets.set(from, socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      sockets.delete(from);
      if (sockets.size === 0) options.onLastLogout();
    });
    if (failures.of('silent').length > 0) return;
    (failures.take('nologin') === null ? normal : closing).injectSocket(socket);
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      listener.once('error', reject);
      listener.listen(port, loopback, () => {
        listener.off('error', reject);
        resolve();
      });
    });
  await listen(0);
  const port = portOf(listener);
  const cutAll = (): void => {
    for (const socket of sockets.values()) socket.destroy();
  };
  return {
    port,
    cutAll,
    open: () => (listener.listening ? Promise.resolve() : listen(port)),
    shut() {
      const closed = new Promise<void>((resolve) => (listener.listening ? listener.close(() => resolve()) : resolve()));
      cutAll();
      return closed;
    },
  };
}

/** sshd with pam_nologin: the key passes, then PAM says no, and the connection ends without any answer. */
function closingServer(hostKey: string): ssh2.Server {
  const banner = 'System is going down. Unprivileged users are not permitted to log in anymore.';
  const server = new ssh2.Server({ hostKeys: [hostKey], banner });
  server.on('connection', (connection: Connection) => {
    connection.on('error', () => undefined);
    connection.on('authentication', (context: AuthContext) => {
      if (context.method === 'publickey') connection.end();
      else context.reject(['publickey']);
    });
  });
  return server;
}

/** OpenSSH's MaxSessions: more channels than this on one connection are refused. */
const maxSessions = 10;

interface Caller {
  readonly id: number;
  readonly socket: () => Socket | null;
}

function attend(connection: Connection, options: DoorOptions, caller: Caller): void {
  const { journal, failures } = options;
  let sessions = 0;
  connection.on('error', () => undefined);
  connection.on('authentication', (context) => {
    const signed = context.method === 'publickey' && context.signature !== undefined;
    if (signed && failures.take('login-refused') !== null) return context.reject(['publickey']);
    return mayLogIn(context, options) ? context.accept() : context.reject(['publickey']);
  });
  connection.on('ready', () => journal.write('login', options.user));
  connection.on('session', (accept, reject) => {
    if (sessions >= maxSessions) return reject();
    sessions += 1;
    const session = accept();
    session.on('close', () => {
      sessions -= 1;
    });
    refuseTheRest(session, journal);
    session.on('exec', (acceptExec, _reject, info) => {
      const channel = acceptExec();
      channel.on('error', () => undefined);
      void execute(channel, info.command, options, caller);
    });
  });
  const noForwarding = (_accept: unknown, reject: () => void): void => {
    journal.write('violation', 'asked for a forwarded connection');
    reject();
  };
  connection.on('tcpip', noForwarding);
  connection.on('openssh.streamlocal', noForwarding);
}

function refuseTheRest(session: Session, journal: HostJournal): void {
  const refuse =
    (what: string) =>
    (_accept: unknown, reject?: unknown): void => {
      journal.write('violation', `asked for ${what}`);
      if (typeof reject === 'function') reject();
    };
  session.on('pty', refuse('a terminal'));
  session.on('shell', refuse('a shell'));
  session.on('subsystem', refuse('a subsystem'));
  session.on('sftp', refuse('sftp'));
  session.on('x11', refuse('x11'));
  session.on('auth-agent', refuse('agent forwarding'));
  session.on('env', refuse('an environment variable'));
}

function mayLogIn(context: AuthContext, options: DoorOptions): boolean {
  if (context.method !== 'publickey' || context.username !== options.user) return false;
  const allowed = options.authorizedKey;
  if (context.key.algo !== allowed.type || !context.key.data.equals(allowed.getPublicSSH())) return false;
  // Without a signature the client only asks whether the key would do.
  if (context.signature === undefined || context.blob === undefined) return true;
  return allowed.verify(context.blob, context.signature, context.hashAlgo) === true;
}

async function execute(
  channel: ServerChannel,
  line: string,
  options: DoorOptions,
  { id: connection, socket }: Caller,
): Promise<void> {
  const { journal, failures, latencyMs } = options;
  const command = readCommand(line);
  if (command === null) {
    journal.write('violation', line);
    channel.stderr.write(refused);
    channel.exit(127);
    channel.end();
    return;
  }
  journal.write('command', describe(command), { connection, line });
  const fits = (failure: { readonly command?: RemoteCommand['kind'] }): boolean =>
    failure.command === undefined || failure.command === command.kind;
  const cut = failures.take('connection-cut', fits);
  const cutSocket = socket();
  const timer =
    cut !== null && cut.afterBytes === undefined ? setTimeout(() => cutSocket?.destroy(), cut.afterMs ?? 0) : null;
  try {
    if (latencyMs > 0) await sleep(latencyMs);
    const answer = await options.answer(command, channel);
    if (cut?.afterBytes !== undefined) {
      channel.write(Buffer.from(answer.stdout).subarray(0, cut.afterBytes), () => cutSocket?.destroySoon());
      return;
    }
    if (answer.stderr !== '') channel.stderr.write(answer.stderr);
    if (answer.stdout !== '') channel.write(answer.stdout);
    if (failures.take('exit-status-lost', fits) === null) channel.exit(answer.exitCode);
    channel.end();
  } catch (error) {
    // The input ended with the connection, or the practice host has a bug: either way a real host would say nothing.
    journal.write('failure', `${command.kind}: ${String(error)}`);
    channel.close();
  } finally {
    // A cut that is later than the answer still comes: the connection is idle then.
    if (timer !== null && cutSocket?.destroyed === true) clearTimeout(timer);
  }
}

function describe(command: RemoteCommand): string {
  const { kind, ...rest } = command;
  return [kind, ...Object.values(rest).map(String)].join(' ');
}
