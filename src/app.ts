import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import type { Logger } from 'pino';
import { type ApplicationFunction, Probot, Server } from 'probot';
import type { Clock } from './core/clock.ts';
import { deliveryKey, inboxJob, isUsed, readBody } from './jobs/intake.ts';
import type { WorkQueue } from './jobs/queue.ts';

/** Answers a request and says so, or leaves it to the next handler. */
export type WebHandler = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

export interface WebSettings {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly appId: number;
  readonly privateKey: string;
  readonly webhookSecret: string;
  /** The forge's REST address. */
  readonly baseUrl: string;
  /** GitHub itself never sends more than 25 MB (docs, "Webhook payload cap"). */
  readonly maxBodyBytes?: number;
  /** GitHub gives a delivery up after 10 seconds, so a store that is slower than this counts as down. */
  readonly storeTimeoutMs?: number;
}

export interface WebParts {
  readonly settings: WebSettings;
  readonly queue: Pick<WorkQueue, 'add'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** The fleet page, metrics and whatever else is served beside webhooks, in this order. */
  readonly handlers?: readonly WebHandler[];
}

export interface Web {
  readonly port: number;
  /** Takes no more requests and lets those that run end. */
  stop(): Promise<void>;
}

/**
 * Where GitHub may deliver to. Probot's set-up page registers the App with the bare address as its webhook
 * (`getManifest` in probot/lib/manifest-creation.js), everybody else uses Probot's documented path.
 */
const webhookPaths: ReadonlySet<string> = new Set(['/api/github/webhooks', '/']);
const megabytes = 1024 * 1024;

/** Starts the web side: signed webhooks in, inbox jobs out, and the given pages beside them. */
export async function startWeb(parts: WebParts): Promise<Web> {
  const { settings, log } = parts;
  // Probot falls back to the public word "development" as its secret when none is given.
  if (settings.webhookSecret === '') throw new Error('A webhook secret is needed: without one anybody could instruct.');
  const server = new Server({
    Probot: doorProbot(parts),
    host: settings.host,
    port: settings.port === 0 ? await freePort(settings.host) : settings.port,
    // Request headers hold signatures and cookies; none of them is of use in a log.
    log: log.child({}, { redact: ['req.headers', 'req.remoteAddress'] }),
    enablePing: false,
    enableStaticFiles: false,
  });
  await server.load(pages([healthPage, ...(parts.handlers ?? [])]));
  const http = await server.start();
  limitSlowClients(http);
  return {
    port: server.port,
    async stop() {
      const stopped = server.stop();
      http.closeIdleConnections();
      await stopped;
    },
  };
}

/** Probot reads port 0 as "not given" and would take 3000, so the system is asked for a free one first. */
export async function freePort(host: string): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  return port;
}

function pages(handlers: readonly WebHandler[]): ApplicationFunction {
  return (_app, { addHandler }) => {
    for (const handler of handlers) addHandler(handler);
  };
}

/** Answers only that the process serves requests: no version, no names. */
const healthPage: WebHandler = (request, response) => {
  if (request.method !== 'GET' || pathOf(request) !== '/health') return false;
  response.writeHead(200, { 'content-type': 'text/plain' }).end('ok\n');
  return true;
};

/** A request that trickles in holds a socket and memory; GitHub needs well under ten seconds. */
function limitSlowClients(http: HttpServer): void {
  http.headersTimeout = 10_000;
  http.requestTimeout = 15_000;
}

/**
 * Probot with our own door in the place where its server asks for the webhook middleware. The stock one verifies and
 * parses but hides the signed bytes, has no size limit, runs handlers again for a repeated delivery, and puts a
 * handler's error text into the answer (probot 14.3.2 and @octokit/webhooks 14.2.0).
 */
function doorProbot(parts: WebParts): typeof Probot {
  const { appId, privateKey, webhookSecret, baseUrl } = parts.settings;
  const log = parts.log;
  return class extends Probot {
    constructor(options: ConstructorParameters<typeof Probot>[0] = {}) {
      super({ ...options, appId, privateKey, secret: webhookSecret, baseUrl, log });
    }

    override async getNodeMiddleware(): ReturnType<Probot['getNodeMiddleware']> {
      await this.ready();
      // The comparison, constant in time, is @octokit/webhooks-methods'; it is given the text that was signed.
      return webhookDoor(parts, (body, signature) => this.webhooks.verify(body, signature));
    }
  };
}

/** What a refused request is told, and nothing else: the body is kept in GitHub's delivery log. */
interface Answer {
  readonly status: number;
  readonly text: string;
}

type Verify = (body: string, signature: string) => Promise<boolean>;

function webhookDoor(
  parts: WebParts,
  verify: Verify,
): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  return async (request, response) => {
    if (request.method !== 'POST' || !webhookPaths.has(pathOf(request))) return false;
    const answer = await receive(parts, verify, request).catch((error: unknown): Answer => {
      parts.log.error({ err: error }, 'a webhook could not be taken in');
      return { status: 500, text: 'internal error' };
    });
    const body = `${answer.text}\n`;
    const headers: Record<string, string> = { 'content-type': 'text/plain', 'content-length': String(body.length) };
    if (answer.status === 413 || answer.status === 408) headers['connection'] = 'close';
    if (answer.status === 503) headers['retry-after'] = '60';
    response.writeHead(answer.status, headers).end(body);
    // What is left of a body that was refused unread must not keep the connection busy.
    if (!request.complete) response.once('finish', () => request.destroy());
    return true;
  };
}

async function receive(parts: WebParts, verify: Verify, request: IncomingMessage): Promise<Answer> {
  const limit = parts.settings.maxBodyBytes ?? 25 * megabytes;
  const event = header(request, 'x-github-event');
  const deliveryId = header(request, 'x-github-delivery');
  const signature = header(request, 'x-hub-signature-256');
  if (!/^application\/json\s*(;|$)/i.test(header(request, 'content-type') ?? '')) {
    return { status: 415, text: 'only application/json' };
  }
  if (event === null || deliveryId === null) return { status: 400, text: 'delivery headers missing' };
  if (signature === null) return { status: 401, text: 'signature missing' };
  if (Number(header(request, 'content-length') ?? 0) > limit) return { status: 413, text: 'too large' };
  const raw = await readRaw(request, limit);
  if (raw === 'too-large') return { status: 413, text: 'too large' };
  if (raw === 'broken-off') return { status: 400, text: 'body incomplete' };
  // Bytes that are not UTF-8 decode to something else and so fail the comparison, which is right.
  const body = raw.toString('utf8');
  if (body === '' || !(await verify(body, signature))) return { status: 401, text: 'signature does not match' };
  const payload = readBody(body);
  if (payload === null) return { status: 400, text: 'not a JSON object' };
  const job = inboxJob({ event, deliveryId }, payload, parts.clock.now());
  if (!isUsed(job.event, job.action)) return { status: 200, text: 'not used' };
  const stored = await store(parts, () => parts.queue.add('inbox', job, { id: deliveryKey(raw) }));
  return stored ? { status: 202, text: 'stored' } : { status: 503, text: 'cannot store now' };
}

/**
 * False where the queue is down or hangs. GitHub then records a failed delivery, which the sweep fetches again; an add
 * that succeeds after all does no harm, because the same bytes have the same id.
 */
function store(parts: WebParts, add: () => Promise<void>): Promise<boolean> {
  return new Promise((resolve) => {
    const late = setTimeout(() => {
      parts.log.error('a webhook could not be stored in time');
      resolve(false);
    }, parts.settings.storeTimeoutMs ?? 5_000);
    const settle = (stored: boolean) => {
      clearTimeout(late);
      resolve(stored);
    };
    add().then(
      () => settle(true),
      (error: unknown) => {
        parts.log.error({ err: error }, 'a webhook could not be stored');
        settle(false);
      },
    );
  });
}

/** By events and not by iteration: leaving a loop closes the socket, over which the answer still has to travel. */
function readRaw(request: IncomingMessage, limit: number): Promise<Buffer | 'too-large' | 'broken-off'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else resolve('too-large');
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', () => resolve('broken-off'));
    request.once('close', () => resolve('broken-off'));
  });
}

function header(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0] ?? '/';
}
