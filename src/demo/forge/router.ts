import type { Route } from './route.ts';

/** These parameters may hold slashes, as GitHub's own routes let them. */
const greedy = new Set(['ref', 'path', 'basehead', 'branch']);

interface Compiled {
  readonly route: Route;
  readonly pattern: RegExp;
}

/** Finds the route of a request. The first in the list that fits is used, so longer templates come first. */
export class Router {
  readonly #routes: readonly Compiled[];

  constructor(routes: readonly Route[]) {
    this.#routes = routes.map((route) => ({ route, pattern: compile(route.template) }));
  }

  /** `path` is as it was sent: a slash that is part of a name may come percent-encoded. */
  find(method: string, path: string): { readonly route: Route; readonly params: Record<string, string> } | null {
    for (const { route, pattern } of this.#routes) {
      // GitHub answers HEAD wherever it answers GET.
      if (route.method !== method && !(method === 'HEAD' && route.method === 'GET')) continue;
      const match = pattern.exec(path);
      if (match === null) continue;
      const params = decodeAll(match.groups ?? {});
      if (params !== null) return { route, params };
    }
    return null;
  }
}

function compile(template: string): RegExp {
  const source = template
    .split(/(\{\w+\})/)
    .map((part) => {
      const name = /^\{(\w+)\}$/.exec(part)?.[1];
      if (name === undefined) return part.replaceAll(/[.*+?^$()[\]\\|]/g, String.raw`\$&`);
      return `(?<${name}>${greedy.has(name) ? '.+' : '[^/]+'})`;
    })
    .join('');
  return new RegExp(`^${source}/?$`);
}

function decodeAll(groups: Readonly<Record<string, string>>): Record<string, string> | null {
  try {
    return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]));
  } catch {
    // A stray percent sign names nothing.
    return null;
  }
}
