import { connect } from 'node:net';
import type { Answer } from '../../host/probes/question.ts';

/** Settles when the connection is made, or fails as the kernel says. */
export function askTcp(host: string, port: number, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const stop = (): void => void socket.destroy(new Error('it took too long'));
    signal.addEventListener('abort', stop, { once: true });
    socket.on('connect', () => {
      socket.destroy();
      resolve({ kind: 'tcp' });
    });
    socket.on('error', reject);
    socket.on('close', () => signal.removeEventListener('abort', stop));
  });
}
