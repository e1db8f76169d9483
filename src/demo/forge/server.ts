import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { Denied } from './denied.ts';
import { callerOf, whoIs, type Caller } from './caller.ts';
import { admit } from './gate.ts';
import type { Ground } from './ground.ts';
import type { Injections, Trouble } from './inject.ts';
import type { JournalEntry, RequestEntry, Who } from './journal.ts';
import type { Budgets } from './budgets.ts';
import type { Answer, Call } from './route.ts';
import type { Router } from './router.ts';

/** What the REST side needs; the records are shared with whoever reads them. */
export interface RestSide {
  readonly ground: Ground;
  readonly router: Router;
  readonly injections: Injections;
  readonly budgets: Budgets;
  readonly journal: JournalEntry[];
  readonly requests: RequestEntry[];
  readonly log: (line: string) => void;
}

/** Answers what is not REST (git, pages); false where the request is none of its own. */
export type OtherSide = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<boolean>;

/** GitHub takes no larger request bodies on most routes. */
const largestBody = 40 * 1024 * 1024;

/** Makes the server. Pages and git are tried first, since their addresses never collide with those of the API. */
export function makeServer(rest: RestSide, others: readonly OtherSide[]): Server {
  return createServer((request, response) => {
    serve(rest, others, request, response).catch((error: unknown) => {
      rest.log(`practice forge: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      if (!response.headersSent) send(response, { status: 500, body: { message: 'Server Error' } }, {});
      else response.destroy();
    });
  });
}

async function serve(
  rest: RestSide,
  others: readonly OtherSide[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', rest.ground.world.url);
  for (const other of others) if (await other(request, response, url)) return;
  const at = rest.ground.world.now();
  const method = request.method ?? 'GET';
  const path = url.pathname;
  const found = rest.router.find(method, path);
  const route = found?.route.template ?? null;
  const { latencyMs, trouble } = rest.injections.take(method, route, path);
  const bytes = await read(request);
  if (latencyMs > 0) await pause(latencyMs);
  const note = (who: Who, status: number, done: boolean): void => {
    rest.requests.push({ at, method, path, route, who, status, injected: trouble !== null });
    if (method === 'GET' || method === 'HEAD') return;
    rest.journal.push({ at, method, route: route ?? path, path, who, status, done });
  };
  if (trouble !== null && !(trouble.kind === 'cut' && trouble.when === 'after')) {
    refuseFor(rest, request, response, trouble, note);
    return;
  }
  let caller: Caller = { kind: 'nobody' };
  const answer = await settle(async () => {
    caller = callerOf(rest.ground.world, rest.ground.tokens, request.headers.authorization);
    const limited = rest.budgets.spend(caller);
    if (limited !== null) return limited;
    if (found === null) throw new Denied(404, 'Not Found');
    const call: Call = {
      ground: rest.ground,
      caller,
      params: found.params,
      query: url.searchParams,
      accept: request.headers.accept ?? '',
      body: parse(bytes),
    };
    return admit(found.route, call);
  });
  const done = answer.status < 400;
  if (trouble !== null) {
    note(whoIs(caller), 0, done);
    request.socket.destroy();
    return;
  }
  const sent = withTag(request, answer);
  // An answer that says "nothing new" costs nothing.
  if (sent.status === 304) rest.budgets.refund(caller);
  note(whoIs(caller), sent.status, done);
  send(response, sent, rest.budgets.headers(caller), method === 'HEAD');
}

function refuseFor(
  rest: RestSide,
  request: IncomingMessage,
  response: ServerResponse,
  trouble: Trouble,
  note: (who: Who, status: number, done: boolean) => void,
): void {
  let caller: Caller = { kind: 'nobody' };
  try {
    caller = callerOf(rest.ground.world, rest.ground.tokens, request.headers.authorization);
  } catch {
    // Who it was does not matter to an answer that was ordered.
  }
  const answer = answerFor(trouble, rest.ground.world.now());
  note(whoIs(caller), answer?.status ?? 0, false);
  if (answer === null) request.socket.destroy();
  else send(response, answer, { ...rest.budgets.headers(caller), ...answer.headers });
}

/** The answer that GitHub gives in such trouble; null: none, the connection is cut. */
function answerFor(trouble: Trouble, now: Date): Answer | null {
  const docs = 'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api';
  switch (trouble.kind) {
    case 'primary-limit': {
      const reset = Math.ceil(now.getTime() / 1000) + trouble.resetInSeconds;
      const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) };
      return {
        status: 403,
        headers,
        body: { message: 'API rate limit exceeded for installation.', documentation_url: docs },
      };
    }
    case 'secondary-limit': {
      const message = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
      return {
        status: 403,
        headers: { 'retry-after': String(trouble.retryAfterSeconds) },
        body: { message, documentation_url: docs },
      };
    }
    case 'status': {
      const after = trouble.retryAfterSeconds;
      const headers = after === undefined ? {} : { 'retry-after': String(after) };
      return {
        status: trouble.status,
        headers,
        body: { message: trouble.message ?? 'Server Error', documentation_url: docs },
      };
    }
    case 'cut':
    case 'latency':
      return null;
  }
}

async function settle(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Denied)) throw error;
    const errors = error.errors === undefined ? {} : { errors: error.errors };
    const body = {
      message: error.message,
      ...errors,
      documentation_url: 'https://docs.github.com/rest',
      status: String(error.status),
    };
    return { status: error.status, body };
  }
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > largestBody) throw new Error('a request body that GitHub would not take either');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function parse(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    throw new Denied(400, 'Problems parsing JSON');
  }
}

/** Tags a good answer by its bytes, and sends none where the caller has those already. */
function withTag(request: IncomingMessage, answer: Answer): Answer {
  const reading = request.method === 'GET' || request.method === 'HEAD';
  if (!reading || answer.status !== 200) return answer;
  const bytes = answer.body instanceof Uint8Array ? answer.body : JSON.stringify(answer.body);
  const etag = `W/"${createHash('sha256').update(bytes).digest('hex')}"`;
  const known = (request.headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (known.includes(etag.slice(2))) return { status: 304, headers: { ...answer.headers, etag } };
  return { ...answer, headers: { ...answer.headers, etag } };
}

function send(
  response: ServerResponse,
  answer: Answer,
  headers: Readonly<Record<string, string>>,
  headOnly = false,
): void {
  const bytes =
    answer.body === undefined
      ? null
      : answer.body instanceof Uint8Array
        ? answer.body
        : Buffer.from(JSON.stringify(answer.body));
  const type = answer.body instanceof Uint8Array ? 'application/octet-stream' : 'application/json; charset=utf-8';
  response.writeHead(answer.status, {
    'x-github-media-type': 'github.v3; format=json',
    'x-github-api-version-selected': '2022-11-28',
    ...headers,
    ...answer.headers,
    ...(bytes === null ? {} : { 'content-type': type, 'content-length': String(bytes.length) }),
  });
  response.end(headOnly ? undefined : (bytes ?? undefined));
}
