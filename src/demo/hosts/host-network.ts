import type { Socket as UdpSocket } from 'node:dgram';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket as TcpSocket } from 'node:net';
import { decode, encode } from 'dns-packet';
import type { Detours } from './detours.ts';
import { type LoopbackPorts, loopback, type ReservedPort } from './loopback-ports.ts';
import type { LoadedZone } from './loaded-zone.ts';
import type { Endpoint } from './practice-system.ts';
import { zoneAnswer } from './zone-answers.ts';

/** The ports of one practice host: each stands for a port of the real one, and is closed while nothing serves it. */
export interface HostNetwork {
  /** The loopback port that stands for a port of the host. */
  portFor(port: number): Promise<number>;
  /** Opens and closes ports until exactly these answer. */
  serve(
    endpoints: readonly Endpoint[],
    zones: () => readonly LoadedZone[],
    closedTo: ReadonlyMap<number, readonly string[]>,
  ): Promise<void>;
}

interface Open {
  readonly server: Server;
  readonly sockets: Set<TcpSocket>;
  readonly udp: UdpSocket;
  /** Whom it is closed to, as one text. */
  readonly closedTo: string;
  endpoint: Endpoint;
}

export function createHostNetwork(ports: LoopbackPorts, detours: Detours): HostNetwork {
  const reserved = new Map<number, Promise<ReservedPort>>();
  const open = new Map<number, Open>();
  let zones: () => readonly LoadedZone[] = () => [];
  let turn: Promise<void> = Promise.resolve();

  const reservationOf = (port: number): Promise<ReservedPort> => {
    const known = reserved.get(port) ?? ports.reserve();
    reserved.set(port, known);
    return known;
  };

  /** Where it listens for those that can reach it. The bot knows the port that stands for it, and no other. */
  async function placeOf(endpoint: Endpoint, closedTo: readonly string[]): Promise<ReservedPort> {
    const known = await reservationOf(endpoint.port);
    if (closedTo.length === 0) return known;
    const at = closedTo.includes('bot') ? await ports.reserve() : known;
    detours.close(known.port, { at: at.port, closedTo });
    return at;
  }

  async function openPort(endpoint: Endpoint, closedTo: readonly string[]): Promise<void> {
    const { port, udp } = await placeOf(endpoint, closedTo);
    const sockets = new Set<TcpSocket>();
    const entry: Open = {
      endpoint,
      closedTo: closedTo.join(' '),
      udp,
      sockets,
      server: serverFor(
        endpoint,
        () => entry.endpoint,
        () => zones(),
      ),
    };
    entry.server.on('connection', (socket: TcpSocket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => socket.destroy());
    });
    await new Promise<void>((resolve, reject) => {
      entry.server.once('error', reject);
      entry.server.listen(port, loopback, () => resolve());
    });
    if (endpoint.kind === 'dns') {
      udp.on('message', (message, from) => {
        const reply = dnsReply(message, zones());
        if (reply !== null) udp.send(reply, from.port, from.address);
      });
    }
    open.set(endpoint.port, entry);
  }

  async function closePort(port: number): Promise<void> {
    const entry = open.get(port);
    if (entry === undefined) return;
    open.delete(port);
    // A name server that is down drops questions, as a host with NixOS' firewall does: no answer at all.
    entry.udp.removeAllListeners('message');
    detours.open((await reservationOf(port)).port);
    const closed = new Promise<void>((resolve) => entry.server.close(() => resolve()));
    for (const socket of entry.sockets) socket.destroy();
    await closed;
  }

  async function serveNow(
    endpoints: readonly Endpoint[],
    closedTo: ReadonlyMap<number, readonly string[]>,
  ): Promise<void> {
    const wanted = new Map<number, Endpoint>();
    for (const endpoint of endpoints) if (!wanted.has(endpoint.port)) wanted.set(endpoint.port, endpoint);
    for (const [port, entry] of open) {
      const next = wanted.get(port);
      const same = entry.closedTo === (closedTo.get(port) ?? []).join(' ');
      if (next?.kind === entry.endpoint.kind && same) entry.endpoint = next;
      else await closePort(port);
    }
    for (const [port, endpoint] of wanted) if (!open.has(port)) await openPort(endpoint, closedTo.get(port) ?? []);
  }

  return {
    portFor: async (port) => (await reservationOf(port)).port,
    serve(endpoints, served, closedTo) {
      zones = served;
      turn = turn.then(
        () => serveNow(endpoints, closedTo),
        () => serveNow(endpoints, closedTo),
      );
      return turn;
    },
  };
}

function serverFor(kind: Endpoint, current: () => Endpoint, zones: () => readonly LoadedZone[]): Server {
  switch (kind.kind) {
    case 'http':
      return createHttpServer((request, response) => {
        const path = new URL(request.url ?? '/', 'http://practice').pathname;
        const body = current().pages[path];
        response.writeHead(body === undefined ? 404 : 200, { 'content-type': contentType(body), connection: 'close' });
        response.end(body ?? 'not found\n');
      });
    case 'dns':
      return createServer((socket) => answerStream(socket, zones));
    case 'tcp':
      return createServer((socket) => socket.resume());
  }
}

function contentType(body: string | undefined): string {
  return body?.startsWith('{') === true
    ? 'application/json'
    : body?.startsWith('<') === true
      ? 'text/html'
      : 'text/plain';
}

/** DNS over TCP puts the length, two bytes, before each message (RFC 1035 section 4.2.2). */
function answerStream(socket: TcpSocket, zones: () => readonly LoadedZone[]): void {
  let waiting = Buffer.alloc(0);
  socket.on('data', (bytes: Buffer) => {
    waiting = Buffer.concat([waiting, bytes]);
    while (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE(0)) {
      const end = 2 + waiting.readUInt16BE(0);
      const reply = dnsReply(waiting.subarray(2, end), zones());
      waiting = waiting.subarray(end);
      if (reply === null) continue;
      const length = Buffer.alloc(2);
      length.writeUInt16BE(reply.length);
      socket.write(Buffer.concat([length, reply]));
    }
  });
}

const responseCodes = { NOERROR: 0, NXDOMAIN: 3, REFUSED: 5 } as const;
const authoritativeAnswer = 0x0400;

function dnsReply(message: Buffer, zones: readonly LoadedZone[]): Buffer | null {
  let query: ReturnType<typeof decode>;
  try {
    query = decode(message);
  } catch {
    return null;
  }
  const question = query.questions?.[0];
  if (query.type !== 'query' || question === undefined) return null;
  const { rcode, answers, authorities } = zoneAnswer(zones, question);
  return encode({
    id: query.id ?? 0,
    type: 'response',
    flags: (rcode === 'REFUSED' ? 0 : authoritativeAnswer) | ((query.flags ?? 0) & 0x0100) | responseCodes[rcode],
    questions: [question],
    answers: [...answers],
    authorities: [...authorities],
  });
}

/** The port that a listening server got. */
export function portOf(server: Server): number {
  const address = server.address() as AddressInfo | null;
  if (address === null) throw new Error('bug: the server does not listen');
  return address.port;
}
