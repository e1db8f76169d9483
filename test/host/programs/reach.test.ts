import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { encode } from 'dns-packet';
import { afterEach, describe, expect, it } from 'vitest';
import { dnsWire } from '../../../src/adapters/net/dns-wire.ts';
import { askFromHost } from '../../../src/host/probes/ask-from-host.ts';
import type { Link } from '../../../src/host/link.ts';
import type { Answer, NetworkQuestion } from '../../../src/host/probes/question.ts';
import { parsePage, parseReach } from '../../../src/host/probes/reach-answer.ts';
import { argvOf, type RemoteCommand } from '../../../src/host/remote-command.ts';
import { canSelfSign, selfSigned } from '../../fakes/self-signed.ts';

/** The programs themselves, run by the shells of this machine against servers on its loopback address. */
const shells = ['dash', 'bash'].filter((shell) => spawnSync(shell, ['-c', ':']).error === undefined);
const tools = ['bash', 'timeout', 'curl'].every((tool) => spawnSync(tool, ['--version']).error === undefined);
const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

function hostWith(shell: string): Link {
  return {
    alive: true,
    async run(command: RemoteCommand) {
      const [, ...words] = argvOf(command);
      const child = spawn(shell, words, { env: { HOME: '/nonexistent', PATH: '/usr/local/bin:/usr/bin:/bin' } });
      const chunks: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
      const stderr: Buffer[] = [];
      child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
      const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
      return { exitCode, stdout: Buffer.concat(chunks), stderr: Buffer.concat(stderr) };
    },
    close: async () => undefined,
  };
}

const soa = { mname: 'ns.fleet.lan', rname: 'admin.fleet.lan', serial: 7, refresh: 1, retry: 1, expire: 1, minimum: 1 };
function reply(query: Buffer, flags = 0): Buffer {
  return encode({
    id: query.readUInt16BE(0),
    type: 'response',
    flags,
    questions: [{ type: 'SOA', name: 'fleet.lan', class: 'IN' }],
    answers: flags === 0 ? [{ type: 'SOA', name: 'fleet.lan', data: soa }] : [],
  });
}

describe.skipIf(!tools).each(shells)('A host that asks the network under %s (needs bash and curl)', (shell) => {
  const ask = (question: NetworkQuestion): Promise<Answer | null> => askFromHost(hostWith(shell), question, dnsWire);

  it('tells an open port from a closed one and from a name that nobody knows', async () => {
    const port = await listening(createServer((socket) => socket.on('error', () => undefined)));
    expect(await ask({ kind: 'tcp', address: '127.0.0.1', port })).toEqual({ kind: 'tcp' });
    const closed = await ask({ kind: 'tcp', address: '127.0.0.1', port: 1 });
    expect(closed).toEqual({ kind: 'none', detail: 'Connection refused' });
    expect(await ask({ kind: 'tcp', address: 'nobody.invalid', port: 1 })).toMatchObject({ kind: 'none' });
  });

  it('cannot ask what is not in the closed set, and so knows nothing', async () => {
    expect(await ask({ kind: 'tcp', address: '127.0.0.1/../x', port: 1 })).toBe(null);
    expect(await ask({ kind: 'http', url: 'http://127.0.0.1/[1-9]' })).toBe(null);
  });

  it('brings a DNS answer over UDP, and over TCP where it was cut short or the question wants it', async () => {
    const tcpServer = createServer((socket) =>
      socket.on('data', (bytes: Buffer) => {
        const message = reply(bytes.subarray(2));
        const length = Buffer.alloc(2);
        length.writeUInt16BE(message.length);
        socket.write(Buffer.concat([length, message]));
      }),
    );
    const port = await listening(tcpServer);
    const truncated = 0x0200;
    let flags = 0;
    const socket = createSocket('udp4');
    socket.on('message', (query, from) => socket.send(reply(query, flags), from.port, from.address));
    await new Promise<void>((resolve) => socket.bind(port, '127.0.0.1', () => resolve()));
    closing.push(() => socket.close());
    const question = { kind: 'dns', server: { address: '127.0.0.1', port }, name: 'fleet.lan.', type: 'SOA' } as const;
    const served = {
      kind: 'dns',
      rcode: 'NOERROR',
      records: [{ name: 'fleet.lan.', type: 'SOA', data: 'ns.fleet.lan. admin.fleet.lan. 7 1 1 1 1' }],
    };
    expect(await ask(question)).toEqual(served);
    expect(await ask({ ...question, over: 'tcp' })).toEqual(served);
    flags = truncated;
    expect(await ask(question)).toEqual(served);
    expect(await ask({ ...question, server: { address: '127.0.0.1', port: 1 } })).toMatchObject({ kind: 'none' });
  });

  it('brings the status and the body of a page, follows no redirect, and says why there is none', async () => {
    const port = await listening(
      createHttpServer((request, response) => {
        if (request.url === '/moved') response.writeHead(302, { location: '/' }).end();
        else response.writeHead(503).end('down\nstatus 200 0 \n');
      }),
    );
    const body = 'down\nstatus 200 0 \n';
    expect(await ask({ kind: 'http', url: `http://127.0.0.1:${port}/` })).toEqual({ kind: 'http', status: 503, body });
    expect(await ask({ kind: 'http', url: `http://127.0.0.1:${port}/moved` })).toMatchObject({ status: 302 });
    expect(await ask({ kind: 'http', url: 'http://127.0.0.1:1/' })).toMatchObject({
      kind: 'none',
      detail: expect.stringMatching(/^Failed to connect|^Connection refused/),
    });
  });

  it('asks whom it is told to for a name that leads nowhere, by that name', async () => {
    const answer = (request: IncomingMessage, response: ServerResponse): void =>
      void response.end(`you asked for ${request.headers.host}`);
    const plain = await listening(createHttpServer(answer));
    const url = `http://wiki.invalid:${plain}/`;
    expect(await ask({ kind: 'http', url })).toMatchObject({ kind: 'none' });
    const body = `you asked for wiki.invalid:${plain}`;
    expect(await ask({ kind: 'http', url, at: '127.0.0.1' })).toEqual({ kind: 'http', status: 200, body });
    expect(await ask({ kind: 'http', url, at: '127.0.0.1:1/x' })).toBe(null);
  });

  it.skipIf(!canSelfSign)(
    'takes any certificate of whom it was sent to, and else none that nobody signed (needs openssl)',
    async () => {
      const answer = (_request: IncomingMessage, response: ServerResponse): void => void response.end('ok');
      const secure = await listening(createHttpsServer(selfSigned(), answer));
      const hidden = `https://wiki.invalid:${secure}/`;
      expect(await ask({ kind: 'http', url: hidden, at: '127.0.0.1' })).toMatchObject({ kind: 'http', status: 200 });
      expect(await ask({ kind: 'http', url: hidden.replace('wiki.invalid', 'localhost') })).toMatchObject({
        kind: 'none',
        detail: expect.stringMatching(/certificate/i),
      });
    },
  );
});

describe('An answer of a host about the network', () => {
  it.each(['', 'open', 'answer !\n', 'open\nopen\n', 'what\n'])('is not %j', (text) =>
    expect(parseReach(text)).toBeNull(),
  );
  it.each(['', 'unable', '\nstatus 200 0\n', 'status 200 0 \n', '\nstatus 2 0 \n'])('and no page is %j', (text) =>
    expect(parsePage(text)).toBeNull(),
  );
  it('says when the host lacks a tool', () => {
    expect(parseReach('unable bash\n')).toEqual({ kind: 'unable' });
    expect(parsePage('unable curl\n')).toBe('unable');
  });
});
