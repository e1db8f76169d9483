import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import type { Clock } from '../../core/clock.ts';
import type { RepositoryRef } from '../../jobs/forge.ts';
import { BoundedCache } from './bounded-cache.ts';
import { answerStatus, faultOf } from './github-fault.ts';

export interface GitHubSettings {
  readonly appId: number;
  readonly privateKey: string;
  /** `https://api.github.com`, a GHES `/api/v3` address, or the practice forge's. */
  readonly baseUrl: string;
  readonly timeoutMs?: number;
}

/** One HTTP call as it ended, for metrics and for the tests that count calls. 0: no answer. */
export type CallSeen = (call: { readonly method: string; readonly url: string; readonly status: number }) => void;

/** `owner` and `repo` as every route of the API wants them. */
export interface RepositoryPath {
  readonly owner: string;
  readonly repo: string;
}

/** The one place that talks to GitHub. Whatever leaves it as an error is a `Fault`. */
export interface GitHub {
  readonly appId: number;
  /** Calls as the App itself (a signed JWT). */
  asApp<T>(stage: string, ask: (octokit: Octokit) => Promise<T>): Promise<T>;
  /** Calls with an installation token that reaches this one repository. */
  within<T>(
    repository: RepositoryRef,
    stage: string,
    ask: (octokit: Octokit, path: RepositoryPath) => Promise<T>,
  ): Promise<T>;
  /** The same, where an answer with one of these statuses is an answer and not a fault. */
  withinOr<T>(
    repository: RepositoryRef,
    stage: string,
    statuses: readonly number[],
    ask: (octokit: Octokit, path: RepositoryPath) => Promise<T>,
  ): Promise<T | null>;
  /** A short-lived token that can only read this repository's contents, for git. */
  readToken(repository: RepositoryRef): Promise<string>;
}

const silent = () => undefined;
// octokit logs every failed request to the console by itself; we report faults where they are handled.
const log = { debug: silent, info: silent, warn: silent, error: silent };

export function createGitHub(settings: GitHubSettings, clock: Clock, seen: CallSeen = silent): GitHub {
  const etags = new BoundedCache<Remembered>(16 * 1024 * 1024);
  const open = (authorization: () => Promise<string>) => openOctokit(settings, etags, seen, authorization);
  const plain = open(async () => '');
  const appAuth = createAppAuth({
    appId: settings.appId,
    privateKey: settings.privateKey,
    request: plain.request,
    log,
  });
  const app = open(async () => `bearer ${(await appAuth({ type: 'app' })).token}`);
  // auth-app keeps tokens per installation, repository and permissions, and asks again before they run out.
  const tokenFor = async (repository: RepositoryRef, refresh: boolean) => {
    const repositoryNames = [pathOf(repository).repo];
    return appAuth({ type: 'installation', installationId: repository.installation, repositoryNames, refresh });
  };
  const within: GitHub['within'] = async (repository, stage, ask) => {
    const attempt = (refresh: boolean) =>
      ask(
        open(async () => `token ${(await tokenFor(repository, refresh)).token}`),
        pathOf(repository),
      );
    try {
      // A token can be revoked before its time (installation changed): the answer 401 proves that nothing was done.
      return await attempt(false).catch((error: unknown) => {
        if (answerStatus(error) === 401) return attempt(true);
        throw error;
      });
    } catch (error) {
      throw faultOf(error, stage, clock.now());
    }
  };
  return {
    appId: settings.appId,
    within,
    async asApp(stage, ask) {
      try {
        return await ask(app);
      } catch (error) {
        throw faultOf(error, stage, clock.now());
      }
    },
    async withinOr(repository, stage, statuses, ask) {
      return within(repository, stage, async (octokit, path) => {
        try {
          return await ask(octokit, path);
        } catch (error) {
          if (statuses.includes(answerStatus(error) ?? 0)) return null;
          throw error;
        }
      });
    },
    async readToken(repository) {
      try {
        const repositoryNames = [pathOf(repository).repo];
        const permissions = { contents: 'read' };
        const installationId = repository.installation;
        return (await appAuth({ type: 'installation', installationId, repositoryNames, permissions })).token;
      } catch (error) {
        throw faultOf(error, 'getting a token for git', clock.now());
      }
    },
  };
}

export function pathOf(repository: RepositoryRef): RepositoryPath {
  const [owner = '', repo = ''] = repository.name.split('/');
  return { owner, repo };
}

interface Remembered {
  readonly etag: string;
  readonly response: unknown;
}

/** A client with our own rules around every request. No retry and no throttling here: the outbox and the queues pace. */
function openOctokit(
  settings: GitHubSettings,
  etags: BoundedCache<Remembered>,
  seen: CallSeen,
  authorization: () => Promise<string>,
): Octokit {
  const octokit = new Octokit({ baseUrl: settings.baseUrl, userAgent: 'fleetwright', log });
  octokit.hook.wrap('request', async (request, options) => {
    const granted = await authorization();
    if (granted !== '') options.headers.authorization = granted;
    options.request = { ...options.request, signal: AbortSignal.timeout(settings.timeoutMs ?? 20_000) };
    const { method } = options;
    const url = octokit.request.endpoint(options).url;
    const known = method === 'GET' ? etags.get(url) : undefined;
    if (known !== undefined) options.headers['if-none-match'] = known.etag;
    try {
      const response = await request(options);
      seen({ method, url, status: response.status });
      const { etag } = response.headers;
      const size = Number(response.headers['content-length'] ?? 64 * 1024);
      if (method === 'GET' && etag !== undefined) etags.set(url, { etag, response }, size);
      return response;
    } catch (error) {
      seen({ method, url, status: answerStatus(error) ?? 0 });
      // 304 does not count against the rate limit (docs, "Best practices", conditional requests).
      if (known !== undefined && answerStatus(error) === 304)
        return known.response as Awaited<ReturnType<typeof request>>;
      throw error;
    }
  });
  return octokit;
}
