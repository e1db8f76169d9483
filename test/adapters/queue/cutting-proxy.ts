import { connect, createServer, type Socket } from 'node:net';

/** Stands between a client and a server, and can cut the line right after a command was carried out. */
export interface CuttingProxy {
  readonly socketPath: string;
  /** The next answer is lost together with the connection. */
  cutNextAnswer(): void;
  close(): Promise<void>;
}

export async function cuttingProxy(upstreamPath: string, socketPath: string): Promise<CuttingProxy> {
  let cut = false;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(upstreamPath);
    const both = [client, upstream];
    const destroy = (): void => both.forEach((socket) => socket.destroy());
    for (const socket of both) {
      sockets.add(socket);
      socket.on('error', destroy);
      socket.on('close', destroy);
    }
    client.pipe(upstream);
    upstream.on('data', (bytes) => {
      if (!cut) {
        client.write(bytes);
        return;
      }
      cut = false;
      destroy();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(socketPath, resolve);
  });
  return {
    socketPath,
    cutNextAnswer() {
      cut = true;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
