import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, isIPv6 } from 'node:net';
import { type DecodedPacket, decode, encode, type RecordType } from 'dns-packet';
import type { Answer, NetworkQuestion, Server } from '../../host/probes/question.ts';
import { answeredRecords } from './answered-records.ts';

type DnsQuestion = NetworkQuestion & { readonly kind: 'dns' };

/** A datagram may be lost without a trace, so it is sent again after this long. */
const resendMs = 1200;

/**
 * Asks one server directly. UDP first; TCP where the answer was cut short (RFC 7766 section 5). Recursion is not
 * desired: what some other server knows does not prove that this one serves the record.
 */
export async function askDns(question: DnsQuestion, signal: AbortSignal): Promise<Answer> {
  const id = randomInt(65_536);
  // dns-packet's own name for a type that it does not know (RFC 3597 calls it TYPE731).
  const type = question.type.replace(/^TYPE(?=\d+$)/, 'UNKNOWN_') as RecordType;
  const name = question.name.replace(/\.$/, '');
  const query = encode({ type: 'query', id, flags: 0, questions: [{ type, name, class: 'IN' }] });
  const matches = (packet: DecodedPacket): boolean => {
    const asked = packet.questions?.[0];
    return packet.id === id && packet.type === 'response' && asked?.name.toLowerCase() === name.toLowerCase();
  };
  const byUdp = await udp(query, question.server, matches, signal);
  const packet = byUdp.flag_tc ? await tcp(query, question.server, matches, signal) : byUdp;
  return { kind: 'dns', rcode: Reflect.get(packet, 'rcode') as string, records: answeredRecords(packet.answers ?? []) };
}

type Matches = (packet: DecodedPacket) => boolean;

async function udp(query: Uint8Array, server: Server, matches: Matches, signal: AbortSignal): Promise<DecodedPacket> {
  const socket = createSocket(isIPv6(server.address) ? 'udp6' : 'udp4');
  let again: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('it took too long')), { once: true });
      socket.on('error', reject);
      socket.on('message', (message) => {
        const packet = readPacket(message);
        // What is not an answer to this question may be anybody's.
        if (packet !== null && matches(packet)) resolve(packet);
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

async function tcp(query: Uint8Array, server: Server, matches: Matches, signal: AbortSignal): Promise<DecodedPacket> {
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
      const packet = readPacket(seen.subarray(2, 2 + seen.readUInt16BE(0)));
      if (packet === null || !matches(packet)) throw new Error('the answer is not a DNS message to our question');
      return packet;
    }
    throw new Error('the server closed the connection without an answer');
  } finally {
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}

function readPacket(message: Uint8Array): DecodedPacket | null {
  try {
    return decode(Buffer.from(message));
  } catch {
    return null;
  }
}
