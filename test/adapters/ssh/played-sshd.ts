import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import ssh2, { type AuthContext, type Connection, type ServerChannel } from 'ssh2';

export interface PlayedSshd {
  readonly port: number;
  /** Connections so far. */
  connections(): number;
  /** Ends every connection without a word. */
  cut(): void;
  close(): Promise<void>;
}

export interface PlayedSshdOptions {
  readonly hostKeys: readonly string[];
  /** Default: everybody who has a key comes in. */
  readonly authenticate?: (context: AuthContext, connection: Connection) => void;
  readonly exec?: (line: string, channel: ServerChannel) => void;
  readonly banner?: string;
  /** Takes the connection and never says a word. */
  readonly silent?: boolean;
}

/** An ssh server that does what a test says. */
export async function playedSshd(options: PlayedSshdOptions): Promise<PlayedSshd> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = new ssh2.Server(
    { hostKeys: [...options.hostKeys], ...(options.banner === undefined ? {} : { banner: options.banner }) },
    (connection) => {
      connection.on('error', () => undefined);
      connection.on('authentication', (context) => {
        if (context.method !== 'publickey') context.reject(['publickey']);
        else if (options.authenticate === undefined) context.accept();
        else options.authenticate(context, connection);
      });
      connection.on('session', (accept) => {
        accept().on('exec', (acceptExec, _reject, { command }) => {
          const channel = acceptExec();
          channel.on('error', () => undefined);
          options.exec?.(command, channel);
        });
      });
    },
  );
  const listener = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    if (options.silent !== true) server.injectSocket(socket);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (listener.address() as AddressInfo).port,
    connections: () => connections,
    cut,
    async close() {
      cut();
      listener.close();
      await once(listener, 'close');
    },
  };
}

/** Ends a command as sshd does. */
export function end(channel: ServerChannel, exitCode: number, stdout = '', stderr = ''): void {
  if (stderr !== '') channel.stderr.write(stderr);
  if (stdout !== '') channel.write(stdout);
  channel.exit(exitCode);
  channel.end();
}
