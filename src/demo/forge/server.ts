import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { notFound } from './denied.ts';
import { callerOf, whoIs, type Caller } from './caller.ts';
import { admit } from './gate.ts';
import type { Ground } from './ground.ts';
import type { Injections, Trouble } from './inject.ts';
import type { JournalEntry, RequestEntry, Who } from './journal.ts';
import type { Budgets } from './budgets.ts';
import type { Answer } from './route.ts';
import type { Router } from './router.ts';
import { answerFor } from './trouble-answer.ts';
import { parse, read, send, settle, withTag } from './wire.ts';

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
  await serveRest(rest, request, response, url);
}

/** Notes a request once it is decided how it ends. */
type Note = (who: Who, status: number, done: boolean) => void;

async function serveRest(rest: RestSide, request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
  const at = rest.ground.world.now();
  const method = request.method ?? 'GET';
  const path = url.pathname;
  const found = rest.router.find(method, path);
  const route = found?.route.template ?? null;
  const { latencyMs, trouble } = rest.injections.take(method, route, path);
  const bytes = await read(request);
  if (latencyMs > 0) await pause(latencyMs);
  const note: Note = (who, status, done) => {
    rest.requests.push({ at, method, path, route, who, status, injected: trouble !== null });
    if (method === 'GET' || method === 'HEAD') return;
    rest.journal.push({ at, method, route: route ?? path, path, who, status, done });
  };
  if (trouble !== null && !(trouble.kind === 'cut' && trouble.when === 'after')) {
    refuseFor(rest, request, response, trouble, note);
    return;
  }
  const { answer, caller } = await answerTo(rest, request, found, { query: url.searchParams, bytes });
  if (trouble !== null) {
    note(whoIs(caller), 0, answer.status < 400);
    request.socket.destroy();
    return;
  }
  const sent = withTag(request, answer);
  // An answer that says "nothing new" costs nothing.
  if (sent.status === 304) rest.budgets.refund(caller);
  note(whoIs(caller), sent.status, answer.status < 400);
  send(response, sent, rest.budgets.headers(caller), method === 'HEAD');
}

async function answerTo(
  rest: RestSide,
  request: IncomingMessage,
  found: ReturnType<Router['find']>,
  sent: { readonly query: URLSearchParams; readonly bytes: Buffer },
): Promise<{ readonly answer: Answer; readonly caller: Caller }> {
  const { ground, budgets } = rest;
  let caller: Caller = { kind: 'nobody' };
  const answer = await settle(async () => {
    caller = callerOf(ground.world, ground.tokens, request.headers.authorization);
    const limited = budgets.spend(caller);
    if (limited !== null) return limited;
    if (found === null) throw notFound();
    const { route, params } = found;
    const accept = request.headers.accept ?? '';
    return admit(route, { ground, caller, params, query: sent.query, accept, body: parse(sent.bytes) });
  });
  return { answer, caller };
}

function refuseFor(
  rest: RestSide,
  request: IncomingMessage,
  response: ServerResponse,
  trouble: Trouble,
  note: Note,
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
