import { afterAll, beforeAll, expect, test } from 'vitest';
import { Budgets } from '../../../src/demo/forge/budgets.ts';
import { everyRoute } from '../../../src/demo/forge/routes/every-route.ts';
import { GitHubDescription } from './github-description.ts';
import { practice, type Practice } from './practice.ts';
import { tour } from './tour.ts';

/** One request of the tour, with what came back. */
interface Exchange {
  readonly method: string;
  readonly template: string;
  readonly request: unknown;
  readonly status: number;
  readonly response: unknown;
}

/** Where our template is not GitHub's, and why that is right. */
const aliases: Readonly<Record<string, string>> = {
  // The description knows only `contents/{path}`; GitHub answers an empty path too, as the top folder.
  '/repos/{owner}/{repo}/contents': '/repos/{owner}/{repo}/contents/{path}',
};

/** Where GitHub's description contradicts itself or what GitHub does. */
const knownWrong: readonly { readonly fault: RegExp; readonly why: string }[] = [
  {
    fault: /^200 GET \/app\/installations: \/0\/account /,
    why: 'The list says that an account is a user and an enterprise at once (allOf); a single installation says either (anyOf).',
  },
  {
    fault: /deployments\/\{deployment_id\}\/statuses: .*\/(target|environment|log)_url must match format "uri"/,
    why: 'The default is the empty string by the same description, which is no uri.',
  },
  {
    fault:
      /^200 GET \/repos\/\{owner\}\/\{repo\}\/(pulls|commits\/\{commit_sha\}\/pulls): .*\/labels\/\d\/description must be string/,
    why: 'A label may have no description: the label schema of the same description allows null.',
  },
];

const description = new GitHubDescription();
const exchanges: Exchange[] = [];
let p: Practice;

beforeAll(async () => {
  p = await practice();
  const forge = p.forge;
  const json = (text: string): unknown => (text === '' ? undefined : (JSON.parse(text) as unknown));
  const record = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const response = await fetch(input, init);
    const route = forge.requests.at(-1)?.route;
    if (route === undefined || route === null) throw new Error('a request of the tour found no route');
    const text = await response.clone().text();
    exchanges.push({
      method: init?.method ?? 'GET',
      template: aliases[route] ?? route,
      request: typeof init?.body === 'string' ? json(init.body) : undefined,
      status: response.status,
      response: json(text),
    });
    return response;
  };
  for (const client of [p.app, p.bot])
    client.hook.before('request', (options) => void Object.assign(options.request, { fetch: record }));
  await tour(p);
});
afterAll(() => p.close());

test('the tour visits every route with a good ending', () => {
  const all = everyRoute(new Budgets(1, () => new Date())).map(
    (route) => `${route.method} ${aliases[route.template] ?? route.template}`,
  );
  const visited = new Set(exchanges.filter((one) => one.status < 300).map((one) => `${one.method} ${one.template}`));
  expect(all.filter((route) => !visited.has(route))).toEqual([]);
});

test('every route is one of GitHub', () => {
  expect(exchanges.filter((one) => !description.has(one.method, one.template))).toEqual([]);
});

test('every good ending has a status that GitHub describes', () => {
  const odd = exchanges.filter(
    (one) => one.status < 400 && !description.statuses(one.method, one.template).includes(String(one.status)),
  );
  expect(odd.map((one) => `${one.status} ${one.method} ${one.template}`)).toEqual([]);
});

test('every request that went well is one that GitHub describes', () => {
  const faults = exchanges
    .filter((one) => one.status < 300)
    .flatMap((one) =>
      description
        .faultsOfRequest(one.method, one.template, one.request)
        .map((fault) => `${one.method} ${one.template}: ${fault}`),
    );
  expect(faults).toEqual([]);
});

test('every answer, good or bad, has the shape that GitHub describes', () => {
  const faults = exchanges.flatMap((one) =>
    description
      .faultsOfResponse(one.method, one.template, one.status, one.response)
      .map((fault) => `${one.status} ${one.method} ${one.template}: ${fault}`),
  );
  expect([...new Set(faults)].filter((fault) => !knownWrong.some((known) => known.fault.test(fault)))).toEqual([]);
  // An entry that excuses nothing any more must go.
  expect(knownWrong.filter((known) => !faults.some((fault) => known.fault.test(fault)))).toEqual([]);
});

test('a broken answer would be seen', () => {
  const one = exchanges.find((exchange) => exchange.template === '/app');
  expect(description.faultsOfResponse('GET', '/app', 200, one?.response)).toEqual([]);
  const broken = { ...(one?.response as object), id: 'not a number' };
  expect(description.faultsOfResponse('GET', '/app', 200, broken)).toContain('/id must be integer {"type":"integer"}');
});
