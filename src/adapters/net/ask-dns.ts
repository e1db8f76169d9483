import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, isIPv6 } from 'node:net';
import type { Answer, DnsQuestion, Server } from '../../host/probes/question.ts';
import { dnsWire } from './dns-wire.ts';

/** A datagram may be lost without a trace, so it is sent again after this long. */
const resendMs = 1200;

/**
 * Asks one server directly. UDP first; TCP where the answer was cut short (RFC 7766 section 5) or the question wants it.
 */
export async function askDns(question: DnsQuestion, signal: AbortSignal): Promise<Answer> {
  const query = dnsWire.query(question);
  const read = (message: Uint8Array): Answer | 'cut-short' | null => dnsWire.answer(question, query, message);
  const byUdp = question.over === 'tcp' ? 'cut-short' : await udp(query, question.server, read, signal);
  if (byUdp !== 'cut-short') return byUdp;
  const byTcp = await tcp(query, question.server, read, signal);
  if (byTcp === 'cut-short') throw new Error('the answer over TCP is cut short');
  return byTcp;
}

type Read = (message: Uint8Array) => Answer | 'cut-short' | null;

async function udp(query: Uint8Array, server: Server, read: Read, signal: AbortSignal): Promise<Answer | 'cut-short'> {
  const socket = createSocket(isIPv6(server.address) ? 'udp6' : 'udp4');
  let again: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('it took too long')), { once: true });
      socket.on('error', reject);
      socket.on('message', (message) => {
        const answer = read(message);
        if (answer !== null) resolve(answer);
      });
      // A connected socket hears that nobody listens, instead of waiting for the time to run out.
      socket.connect(server.port, server.address, (error?: Error) => {
        if (error !== undefined) return reject(error);
        socket.send(query);
        again = setInterval(() => socket.send(query), resendMs);
      });
    });
  } finally {
    clearInterval(again);
    socket.close();
  }
}

async function tcp(query: Uint8Array, server: Server, read: Read, signal: AbortSignal): Promise<Answer | 'cut-short'> {
  const socket = connect({ host: server.address, port: server.port });
  const stop = (): void => void socket.destroy(new Error('it took too long'));
  signal.addEventListener('abort', stop, { once: true });
  try {
    await once(socket, 'connect');
    const length = Buffer.alloc(2);
    length.writeUInt16BE(query.length);
    socket.write(Buffer.concat([length, query]));
    let seen = Buffer.alloc(0);
    for await (const chunk of socket) {
      seen = Buffer.concat([seen, chunk as Buffer]);
      if (seen.length < 2 || seen.length < 2 + seen.readUInt16BE(0)) continue;
      const answer = read(seen.subarray(2, 2 + seen.readUInt16BE(0)));
      if (answer === null) throw new Error('the answer is not a DNS message to our question');
      return answer;
    }
    throw new Error('the server closed the connection without an answer');
  } finally {
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}
