import type { z } from 'zod';
import { invalid, notFound } from './denied.ts';
import type { Caller } from './caller.ts';
import type { Actor, Ground } from './ground.ts';
import type { Item, Permissions, Repository } from './state.ts';
import type { InstallationToken } from './tokens.ts';

export interface Answer {
  readonly status: number;
  /** JSON, unless it is bytes. Left out: no body. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request that has found its route. */
export interface Call {
  readonly ground: Ground;
  readonly caller: Caller;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly accept: string;
  readonly body: unknown;
}

/** A call by an installation token, which acts as the App's bot. */
export interface InstallationCall extends Call {
  readonly token: InstallationToken;
  readonly actor: Actor;
}

/** A call on a repository that the token reaches, with a permission that the route needs. */
export interface RepositoryCall extends InstallationCall {
  readonly repository: Repository;
}

interface Place {
  readonly method: string;
  /** GitHub's own template of the route, which is also its name in the journal. */
  readonly template: string;
}

export type Route =
  | (Place & { readonly by: 'app'; readonly handle: (call: Call) => Answer | Promise<Answer> })
  | (Place & { readonly by: 'anyone'; readonly handle: (call: Call) => Answer | Promise<Answer> })
  | (Place & { readonly by: 'installation'; readonly handle: (call: InstallationCall) => Answer | Promise<Answer> })
  | (Place & {
      readonly by: 'repository';
      /** One of these sets must be held in full. */
      readonly needs: readonly Permissions[];
      readonly handle: (call: RepositoryCall) => Answer | Promise<Answer>;
    });

/** A route under `/repos/{owner}/{repo}`, named by what follows. */
export function onRepository(
  method: string,
  rest: string,
  needs: readonly Permissions[],
  handle: (call: RepositoryCall) => Answer | Promise<Answer>,
): Route {
  return { method, template: `/repos/{owner}/{repo}${rest}`, by: 'repository', needs, handle };
}

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const created = (body: unknown): Answer => ({ status: 201, body });

/** The request's body in the route's shape, or GitHub's 422 that names the field. */
export function bodyOf<Shape extends z.ZodType>(call: Call, resource: string, shape: Shape): z.output<Shape> {
  const parsed = shape.safeParse(call.body ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') ?? '';
  throw invalid(
    resource,
    field,
    issue?.message.includes('undefined') === true ? 'missing_field' : 'invalid',
    issue?.message,
  );
}

/** A number in the path, or 404. */
export function numberIn(call: Call, name: string): number {
  const text = call.params[name] ?? '';
  if (!/^\d{1,15}$/.test(text)) throw notFound();
  return Number(text);
}

export function itemIn(call: RepositoryCall, name: string): Item {
  const item = call.repository.items.get(numberIn(call, name));
  if (item === undefined) throw notFound();
  return item;
}

const defaultPage = 30;
const largestPage = 100;

function positive(text: string | null, fallback: number): number {
  const value = Number(text ?? fallback);
  return Number.isInteger(value) && value > 0 ? value : fallback;
}

/** One page of a list, with the Link header by which callers find the others (RFC 8288). */
export function page<Row>(
  call: Call,
  path: string,
  rows: readonly Row[],
  shape: (rows: readonly Row[]) => unknown,
): Answer {
  const size = Math.min(positive(call.query.get('per_page'), defaultPage), largestPage);
  const current = positive(call.query.get('page'), 1);
  const last = Math.max(1, Math.ceil(rows.length / size));
  const to = (number: number, rel: string): string => {
    const query = new URLSearchParams(call.query);
    query.set('page', String(number));
    return `<${call.ground.world.url}${path}?${query.toString()}>; rel="${rel}"`;
  };
  const links = [
    ...(current > 1 ? [to(current - 1, 'prev')] : []),
    ...(current < last ? [to(current + 1, 'next'), to(last, 'last')] : []),
    ...(current > 1 ? [to(1, 'first')] : []),
  ];
  const body = shape(rows.slice((current - 1) * size, current * size));
  return { status: 200, body, ...(links.length === 0 ? {} : { headers: { link: links.join(', ') } }) };
}

/** The request's own path, as Link headers repeat it. */
export function pathOf(call: Call, template: string): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => call.params[name] ?? '');
}
