import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { type Answer as PacketRecord, decode, encode, streamDecode, streamEncode } from 'dns-packet';
import { afterEach, describe, expect, it } from 'vitest';
import { networkAsker } from '../../../src/adapters/net/network-asker.ts';
import type { Answer } from '../../../src/host/probes/question.ts';
import { canSelfSign, selfSigned } from '../../fakes/self-signed.ts';

const asker = networkAsker({ timeoutMs: 400 });
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

describe('An HTTP question', () => {
  it('brings the status and the body, also of an error page, and follows no redirect', async () => {
    const port = await listening(
      createHttpServer((request, response) => {
        if (request.url === '/moved') response.writeHead(302, { location: '/' }).end();
        else response.writeHead(503).end('down for a moment');
      }),
    );
    const at = (path: string) => asker.ask({ kind: 'http', url: `http://127.0.0.1:${port}${path}` });
    expect(await at('/')).toEqual({ kind: 'http', status: 503, body: 'down for a moment' });
    expect(await at('/moved')).toEqual({ kind: 'http', status: 302, body: '' });
  });

  it('goes where it is told to for a name that leads nowhere, by that name', async () => {
    const names: (string | undefined)[] = [];
    const plain = await listening(
      createHttpServer((request, response) => {
        names.push(request.headers.host);
        response.end('ok');
      }),
    );
    const url = `http://wiki.invalid:${plain}/`;
    expect(await asker.ask({ kind: 'http', url })).toMatchObject({ kind: 'none' });
    expect(await asker.ask({ kind: 'http', url, at: '127.0.0.1' })).toMatchObject({ status: 200 });
    expect(names).toEqual([`wiki.invalid:${plain}`]);
  });

  it.skipIf(!canSelfSign)(
    'takes any certificate of whom it was sent to, and else none that nobody signed (needs openssl)',
    async () => {
      const servers: unknown[] = [];
      const server = createHttpsServer(selfSigned(), (request, response) => {
        servers.push((request.socket as TLSSocket & { readonly servername?: unknown }).servername);
        response.end('ok');
      });
      const hidden = `https://wiki.invalid:${await listening(server)}/`;
      expect(await asker.ask({ kind: 'http', url: hidden, at: '127.0.0.1' })).toMatchObject({ status: 200 });
      expect(servers).toEqual(['wiki.invalid']);
      const asVisitor = hidden.replace('wiki.invalid', '127.0.0.1');
      expect(await asker.ask({ kind: 'http', url: asVisitor })).toMatchObject({ kind: 'none' });
    },
  );

  it('takes the beginning of a page without end', async () => {
    const port = await listening(
      createHttpServer((_request, response) => {
        response.on('error', () => undefined);
        response.write('begin');
        const more = (): void => {
          if (!response.destroyed) response.write('x'.repeat(65_536), more);
        };
        more();
      }),
    );
    const answer = await asker.ask({ kind: 'http', url: `http://127.0.0.1:${port}/` });
    expect(answer).toMatchObject({ kind: 'http', status: 200 });
    expect(answer.kind === 'http' ? answer.body.length : 0).toBe(1024 * 1024);
  });

  it('is not answered by a server that is silent, that is not there, or that speaks no TLS', async () => {
    const port = await listening(createServer(() => undefined));
    const plain = await listening(createHttpServer((_request, response) => response.end('plain')));
    expect(await asker.ask({ kind: 'http', url: `http://127.0.0.1:${port}/` })).toEqual({
      kind: 'none',
      detail: 'no answer in 0.4 s',
    });
    expect(await asker.ask({ kind: 'http', url: `https://127.0.0.1:${plain}/` })).toMatchObject({ kind: 'none' });
    expect(await asker.ask({ kind: 'http', url: 'http://127.0.0.1:1/' })).toMatchObject({ kind: 'none' });
  });
});

describe('A TCP question', () => {
  it('is answered by whoever listens', async () => {
    const port = await listening(createServer((socket) => socket.on('error', () => undefined)));
    expect(await asker.ask({ kind: 'tcp', address: '127.0.0.1', port })).toEqual({ kind: 'tcp' });
    const closed = await asker.ask({ kind: 'tcp', address: '127.0.0.1', port: 1 });
    expect(closed).toMatchObject({ kind: 'none', detail: expect.stringContaining('ECONNREFUSED') });
  });

  it('stops when it is told to', async () => {
    const stop = AbortSignal.abort(new Error('enough'));
    await expect(asker.ask({ kind: 'tcp', address: '127.0.0.1', port: 1 }, stop)).rejects.toThrow('enough');
  });
});

describe('A DNS question', () => {
  interface Served {
    readonly udp?: (query: Buffer, reply: (message: Buffer) => void) => void;
    readonly tcp?: (query: Buffer) => Buffer;
  }

  async function serve({ udp, tcp }: Served): Promise<number> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        const query = streamDecode(data);
        if (tcp !== undefined && query !== null) socket.write(tcp(data.subarray(2)));
        else socket.end();
      });
    });
    const port = await listening(server);
    const socket: Socket = createSocket('udp4');
    socket.on('message', (message, from) => udp?.(message, (answer) => socket.send(answer, from.port, from.address)));
    socket.bind(port, '127.0.0.1');
    await once(socket, 'listening');
    closers.push(() => socket.close());
    return port;
  }

  const respond = (query: Buffer, answers: PacketRecord[], flags = 0) => {
    const { id, questions } = decode(query);
    return { id: id ?? 0, type: 'response' as const, flags, questions: questions ?? [], answers };
  };
  const record: PacketRecord = { name: 'Grafana.fleet.lan', type: 'A', data: '10.0.20.30', ttl: 60 };
  const ask = (port: number, type = 'A'): Promise<Answer> =>
    asker.ask({ kind: 'dns', server: { address: '127.0.0.1', port }, name: 'grafana.fleet.lan.', type });
  const good = {
    kind: 'dns',
    rcode: 'NOERROR',
    records: [{ name: 'grafana.fleet.lan.', type: 'A', data: '10.0.20.30' }],
  };

  it('is answered over UDP', async () => {
    const port = await serve({ udp: (query, reply) => reply(encode(respond(query, [record]))) });
    expect(await ask(port)).toEqual(good);
  });

  it('is asked without recursion, so that only what the server itself holds counts', async () => {
    let recursive: boolean | undefined;
    const port = await serve({
      udp(query, reply) {
        recursive = decode(query).flag_rd;
        reply(encode(respond(query, [record])));
      },
    });
    await ask(port);
    expect(recursive).toBe(false);
  });

  it('is asked again over TCP where the answer was cut short', async () => {
    const port = await serve({
      udp: (query, reply) => reply(encode(respond(query, [], 0x02_00))),
      tcp: (query) => streamEncode(respond(query, [record])),
    });
    expect(await ask(port)).toEqual(good);
  });

  it('is not answered where TCP is closed on a cut answer', async () => {
    const port = await serve({ udp: (query, reply) => reply(encode(respond(query, [], 0x02_00))) });
    expect(await ask(port)).toMatchObject({ kind: 'none' });
  });

  it('is not answered by noise, by an answer to something else, or by silence', async () => {
    const port = await serve({
      udp(query, reply) {
        reply(Buffer.from('noise'));
        reply(encode({ ...respond(query, [record]), id: (decode(query).id ?? 0) ^ 1 }));
        reply(encode({ ...respond(query, [record]), questions: [{ name: 'other.lan', type: 'A' }] }));
      },
    });
    expect(await ask(port)).toEqual({ kind: 'none', detail: 'no answer in 0.4 s' });
  });

  it('says at once where nobody listens', async () => {
    expect(await ask(1)).toMatchObject({ kind: 'none', detail: expect.stringContaining('ECONNREFUSED') });
  });

  it('tells a name that does not exist from no answer', async () => {
    const port = await serve({ udp: (query, reply) => reply(encode(respond(query, [], 3))) });
    expect(await ask(port)).toEqual({ kind: 'dns', rcode: 'NXDOMAIN', records: [] });
  });

  it.each<[PacketRecord, string]>([
    [{ name: 'x', type: 'AAAA', data: 'fd00::1' }, 'fd00::1'],
    [{ name: 'x', type: 'CNAME', data: 'Web.fleet.lan' }, 'web.fleet.lan.'],
    [{ name: 'x', type: 'TXT', data: ['a "b" \\ c', 'd\u0001'] }, '"a \\"b\\" \\\\ c" "d\\001"'],
    [{ name: 'x', type: 'MX', data: { preference: 10, exchange: 'mail.fleet.lan' } }, '10 mail.fleet.lan.'],
    [{ name: 'x', type: 'SRV', data: { priority: 1, weight: 2, port: 3, target: 'a.lan' } }, '1 2 3 a.lan.'],
    [
      {
        name: 'x',
        type: 'SOA',
        data: { mname: 'ns.lan', rname: 'a.lan', serial: 7, refresh: 1, retry: 2, expire: 3, minimum: 4 },
      },
      'ns.lan. a.lan. 7 1 2 3 4',
    ],
  ])('spells %j as zone files do', async (answer, data) => {
    const port = await serve({ udp: (query, reply) => reply(encode(respond(query, [answer]))) });
    expect(await ask(port, answer.type)).toMatchObject({ records: [{ type: answer.type, data }] });
  });
});
