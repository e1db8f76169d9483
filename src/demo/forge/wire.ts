import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Denied } from './denied.ts';
import type { Answer } from './route.ts';

/** GitHub takes no larger request bodies on most routes. */
const largestBody = 40 * 1024 * 1024;

/** The route's answer, or the JSON of its refusal. */
export async function settle(work: () => Promise<Answer>): Promise<Answer> {
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

/** The request's body in full. */
export async function read(request: IncomingMessage): Promise<Buffer> {
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

export function parse(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    throw new Denied(400, 'Problems parsing JSON');
  }
}

/** Tags a good answer by its bytes, and sends none where the caller has those already. */
export function withTag(request: IncomingMessage, answer: Answer): Answer {
  const reading = request.method === 'GET' || request.method === 'HEAD';
  if (!reading || answer.status !== 200) return answer;
  const bytes = answer.body instanceof Uint8Array ? answer.body : JSON.stringify(answer.body);
  const etag = `W/"${createHash('sha256').update(bytes).digest('hex')}"`;
  const known = (request.headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (known.includes(etag.slice(2))) return { status: 304, headers: { ...answer.headers, etag } };
  return { ...answer, headers: { ...answer.headers, etag } };
}

export function send(
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
