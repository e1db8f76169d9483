import { createSocket, type Socket } from 'node:dgram';
import { createServer } from 'node:net';

/** Ports on the loopback address that stay ours although nobody listens on them yet. */
export interface LoopbackPorts {
  reserve(): Promise<ReservedPort>;
  close(): Promise<void>;
}

export interface ReservedPort {
  readonly port: number;
  /** Bound from the reservation to the end: this is what keeps other practice hosts off the number. */
  readonly udp: Socket;
}

export const loopback = '127.0.0.1';

/**
 * Below the ports that Linux (32768 on) and macOS (49152 on) give to outgoing connections, so that a port which has to
 * be closed while its service is down can be opened again later.
 */
const lowest = 18_000;
const highest = 32_000;

export function createLoopbackPorts(): LoopbackPorts {
  const held: Socket[] = [];
  let next = lowest + Math.floor(Math.random() * (highest - lowest));
  return {
    async reserve() {
      for (let tries = 0; tries < highest - lowest; tries += 1) {
        next = next >= highest ? lowest : next + 1;
        const port = next;
        const udp = await bindUdp(port);
        if (udp === null) continue;
        if (await canListen(port)) {
          held.push(udp);
          return { port, udp };
        }
        udp.close();
      }
      throw new Error('no free port on the loopback address');
    },
    async close() {
      await Promise.all(held.splice(0).map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))));
    },
  };
}

function bindUdp(port: number): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => resolve(null));
    socket.bind(port, loopback, () => {
      socket.removeAllListeners('error');
      // An answer to somebody who has gone comes back as an error; nobody waits for it.
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, loopback, () => server.close(() => resolve(true)));
  });
}
