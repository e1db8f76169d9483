import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { startGit } from './git/run-git.ts';
import type { Ground } from './ground.ts';
import type { OtherSide } from './server.ts';
import { repositoryNamed, type Repository } from './state.ts';
import { holds, reaches } from './tokens.ts';

/** The addresses that git's smart protocol asks for (gitprotocol-http). */
const gitPath = /^\/([^/]+\/[^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;

/** `/<owner>/<repo>.git` for `git clone` and `git fetch`, served by git's own `http-backend`. */
export function gitOverHttp(ground: Ground): OtherSide {
  return async (request, response, url) => {
    const match = gitPath.exec(url.pathname);
    if (match === null) return false;
    const service = url.searchParams.get('service') ?? match[2] ?? '';
    const repository = repositoryNamed(ground.world, match[1] ?? '');
    const refused = refusal(ground, request, repository, service);
    if (refused !== null || repository === null) {
      const challenge = refused?.status === 401 ? { 'www-authenticate': 'Basic realm="GitHub"' } : {};
      response.writeHead(refused?.status ?? 404, { 'content-type': 'text/plain', ...challenge });
      response.end(`${refused?.message ?? 'Repository not found.'}\n`);
      return true;
    }
    await backend(request, response, repository, { rest: match[2] ?? '', query: url.search.slice(1) });
    return true;
  };
}

function refusal(
  ground: Ground,
  request: IncomingMessage,
  repository: Repository | null,
  service: string,
): { readonly status: number; readonly message: string } | null {
  const header = /^basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (service === 'git-receive-pack') {
    return { status: 403, message: 'The practice forge takes commits by its API only.' };
  }
  if (header === undefined) {
    if (repository?.private === false) return null;
    return { status: 401, message: 'Authentication required.' };
  }
  // The user name is not looked at, as on GitHub; `x-access-token` is the custom.
  const password = Buffer.from(header, 'base64').toString('utf8').split(':').slice(1).join(':');
  const token = ground.tokens.find(password, ground.world.now());
  if (token === null) return { status: 401, message: 'Invalid username or token.' };
  if (repository === null || !reaches(token, repository)) return { status: 404, message: 'Repository not found.' };
  return holds(token.permissions, [{ contents: 'read' }])
    ? null
    : { status: 403, message: 'Write access to repository not granted.' };
}

/** Runs `git http-backend`, a CGI program (RFC 3875): request in variables and input, headers and body out. */
async function backend(
  request: IncomingMessage,
  response: ServerResponse,
  repository: Repository,
  what: { readonly rest: string; readonly query: string },
): Promise<void> {
  const header = (name: string): string => String(request.headers[name] ?? '');
  const child = startGit(['http-backend'], {
    variables: {
      GIT_PROJECT_ROOT: repository.git.folder,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: `/${what.rest}`,
      QUERY_STRING: what.query,
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: header('content-type'),
      HTTP_CONTENT_ENCODING: header('content-encoding'),
      GIT_PROTOCOL: header('git-protocol'),
    },
  });
  child.stderr.resume();
  child.stdin.on('error', () => {});
  response.on('close', () => child.kill());
  const input = pipeline(request, child.stdin).catch(() => {});
  let head = Buffer.alloc(0);
  for await (const chunk of child.stdout) {
    const bytes = Buffer.from(chunk as Uint8Array);
    if (response.headersSent) {
      if (!response.write(bytes)) await new Promise<void>((resolve) => response.once('drain', resolve));
      continue;
    }
    head = Buffer.concat([head, bytes]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) continue;
    const { status, headers } = readHead(head.subarray(0, end).toString('latin1'));
    response.writeHead(status, headers);
    response.write(head.subarray(end + 4));
  }
  // Some packages of git come without its server side.
  if (!response.headersSent) response.writeHead(500).write('git http-backend gave no answer: is it installed?\n');
  response.end();
  await input;
}

function readHead(text: string): { readonly status: number; readonly headers: Record<string, string> } {
  const headers: Record<string, string> = {};
  let status = 200;
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === 'status') status = Number(value.slice(0, 3));
    else headers[name] = value;
  }
  return { status, headers };
}
