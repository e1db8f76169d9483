import type { RepositoryName } from '../../core/names.ts';

/** Where git finds a repository, without credentials: github.com has a host of its own for the API, others a path. */
export function cloneUrl(apiUrl: string, repository: RepositoryName): string {
  const api = new URL(apiUrl);
  return `${gitOrigin(api)}/${repository}.git`;
}

function gitOrigin(api: URL): string {
  if (api.hostname === 'api.github.com') return 'https://github.com';
  // GitHub Enterprise Cloud with data residency: api.<name>.ghe.com serves git at <name>.ghe.com.
  if (/^api\.[^.]+\.ghe\.com$/.test(api.hostname)) return `https://${api.hostname.slice('api.'.length)}`;
  return api.origin;
}
