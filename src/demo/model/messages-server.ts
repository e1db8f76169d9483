import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isRejection, readRequest, type Rejection, rejectHeaders } from './request-rules.ts';
import type { MessagesRequest } from './request-shape.ts';

/** A request as it came over the wire, and why it was refused where it was. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly rejected: Rejection | null;
}

export interface MessagesServerOptions {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** The only model that is served, and part of every id. */
  readonly model: string;
  /** Answers a request that is right in form. It ends the response itself. */
  readonly answer: (request: MessagesRequest, response: ServerResponse) => Promise<void> | void;
  readonly onReceived?: (received: Received) => void;
}

export interface MessagesServer {
  /** The base address for an Anthropic client. */
  readonly url: string;
  close(): Promise<void>;
}

/** As large as the real service takes. */
const largestBody = 32 * 1024 * 1024;

/**
 * Speaks `POST /v1/messages` of the Anthropic API and refuses what the real service refuses, so that a loop which works
 * here does not fail there for its form. What is answered is up to `answer`.
 */
export async function startMessagesServer(options: MessagesServerOptions): Promise<MessagesServer> {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    response.setHeader('server', `fleetwright ${options.model} model`);
    response.setHeader('request-id', `req_${options.model}_${requests}`);
    receive(request, response, options).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function receive(request: IncomingMessage, response: ServerResponse, options: MessagesServerOptions) {
  const body = await bodyOf(request);
  const read =
    rejectRoute(request) ??
    rejectHeaders(request.headers) ??
    rejectSize(body) ??
    readRequest(body ?? '', [options.model]);
  const rejected = isRejection(read) ? read : null;
  options.onReceived?.({ headers: request.headers, body: body ?? '', rejected });
  if (isRejection(read)) reject(response, read);
  else await options.answer(read, response);
}

/** Answers with an error as the service words it. */
export function reject(response: ServerResponse, { status, type, message }: Rejection): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ type: 'error', error: { type, message } }));
}

export function beginStream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
}

function rejectRoute({ method, url }: IncomingMessage): Rejection | null {
  if (method === 'POST' && url?.split('?')[0] === '/v1/messages') return null;
  return { status: 404, type: 'not_found_error', message: `this server has no ${method} ${url}` };
}

function rejectSize(body: string | null): Rejection | null {
  return body === null ? { status: 413, type: 'request_too_large', message: 'the request is larger than 32 MB' } : null;
}

/** Reads to the end also what is too large, because a client that still writes does not read the answer. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length <= largestBody) pieces.push(piece);
  }
  return length > largestBody ? null : Buffer.concat(pieces).toString();
}
