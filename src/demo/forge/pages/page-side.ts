import type { IncomingMessage, ServerResponse } from 'node:http';
import { Denied } from '../denied.ts';
import type { People } from '../people.ts';
import type { OtherSide } from '../server.ts';
import { repositoryNamed, type Repository, type World } from '../state.ts';
import { commitPage, filePage } from './diff-page.ts';
import { html } from './html.ts';
import { itemPage } from './item-page.ts';
import { layout } from './layout.ts';
import { homePage, repositoryPage } from './repository-page.ts';

/** Addresses that belong to the API, though they look like an owner and a repository. */
const apiOwners = new Set(['repos', 'app', 'installation', 'users', 'apps', 'settings']);

/** The pages for a person who watches, and the forms by which that person takes part. */
export function pageSide(world: World, people: People): OtherSide {
  return async (request, response, url) => {
    const segments = url.pathname
      .split('/')
      .filter((segment) => segment !== '')
      .map(decoded);
    if (segments[0] === '_practice') {
      await takePart(world, people, { request, response, segments: segments.slice(1) });
      return true;
    }
    if (request.method !== 'GET' || apiOwners.has(segments[0] ?? '')) return false;
    if (segments.length === 0) {
      sendPage(response, 200, homePage(world));
      return true;
    }
    const repository = repositoryNamed(world, segments.slice(0, 2).join('/'));
    if (repository === null) return false;
    const page = await pageAt(world, repository, segments.slice(2));
    sendPage(response, page === null ? 404 : 200, page ?? problemPage('There is no such page.'));
    return true;
  };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

async function pageAt(world: World, repository: Repository, rest: readonly string[]): Promise<string | null> {
  const [kind, name = '', ...path] = rest;
  switch (kind) {
    case undefined:
      return repositoryPage(world, repository);
    case 'issues':
    case 'pull': {
      const item = repository.items.get(Number(name));
      return item === undefined ? null : itemPage(repository, item);
    }
    case 'commit':
      return /^[0-9a-f]{7,40}$/.test(name) ? commitPage(repository, name) : null;
    case 'blob':
      return filePage(repository, name, path.join('/'));
    case 'runs': {
      const run = repository.checkRuns.get(Number(name));
      const item = [...repository.items.values()].findLast((one) => one.pull?.headSha === run?.headSha);
      return run === undefined || item === undefined ? null : itemPage(repository, item);
    }
    default:
      return null;
  }
}

/** How our own pages can be addressed on this machine. A name of somebody else's that leads here is not among them. */
function ownOrigins(world: World): ReadonlySet<string> {
  const { port } = new URL(world.url);
  return new Set([world.url, `http://localhost:${port}`, `http://127.0.0.1:${port}`, `http://[::1]:${port}`]);
}

interface Form {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What follows `/_practice/`. */
  readonly segments: readonly string[];
}

/** Forms are longer than comments may be by their encoding only. */
const largestForm = 1024 * 1024;

async function takePart(world: World, people: People, form: Form): Promise<void> {
  const { request, response } = form;
  if (request.method !== 'POST') return sendPage(response, 404, problemPage('There is no such page.'));
  // Any web page that is open on this machine could post here; only our own pages may.
  if (!ownOrigins(world).has(request.headers.origin ?? '')) {
    return sendPage(response, 403, problemPage('This form was not sent from the practice forge.'));
  }
  const fields = new URLSearchParams(await text(request));
  try {
    const to = await act(people, form.segments, fields);
    response.writeHead(303, { location: to }).end();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const status = error instanceof Denied ? error.status : 422;
    const detail = error instanceof Denied ? (error.errors?.[0]?.message ?? error.message) : error.message;
    sendPage(response, status, problemPage(detail));
  }
}

async function act(people: People, segments: readonly string[], fields: URLSearchParams): Promise<string> {
  const [owner = '', name = '', kind, numberText = '', verb] = segments;
  const fullName = `${owner}/${name}`;
  const login = fields.get('login') ?? '';
  const body = (fields.get('body') ?? '').replaceAll('\r\n', '\n');
  const number = Number(numberText);
  if (kind === 'issues' && numberText === '') {
    const made = await people.openIssue(fullName, { login, title: fields.get('title') ?? '', body });
    return `/${fullName}/issues/${made}`;
  }
  if (kind === 'issues' && verb === 'comments') {
    const id = await people.comment(fullName, number, login, body);
    return `${people.pageOf(fullName, number)}#issuecomment-${id}`;
  }
  if (kind === 'pull' && verb === 'merge') {
    const method = fields.get('method');
    await people.merge(fullName, number, login, method === 'squash' || method === 'rebase' ? method : 'merge');
    return `/${fullName}/pull/${number}`;
  }
  throw new Denied(404, 'There is no such form.');
}

async function text(request: IncomingMessage): Promise<string> {
  let body = '';
  request.setEncoding('utf8');
  for await (const chunk of request) {
    body += String(chunk);
    if (body.length > largestForm) throw new Error('a form larger than the forge takes');
  }
  return body;
}

function problemPage(message: string): string {
  return layout('Not done', [], html`<h1>Not done</h1><p>${message}</p>`);
}

function sendPage(response: ServerResponse, status: number, page: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    // No script runs on any page, whatever a comment contains.
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  response.end(page);
}
