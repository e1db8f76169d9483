import { isPull } from '../acts/issues.ts';
import type { CheckRun, Repository, World } from '../state.ts';
import { appShape } from './app.ts';
import { apiOf, pageOf, repositoryShape } from './repository.ts';
import { nodeId, stampOrNull } from './text.ts';

/** The open pull requests of this repository whose head the commit is. */
function pullsAt(world: World, repository: Repository, sha: string): Record<string, unknown>[] {
  const reference = (one: Repository): Record<string, unknown> => ({
    id: one.id,
    url: apiOf(world, one),
    name: one.name,
  });
  return [...repository.items.values()]
    .filter(isPull)
    .filter((item) => item.state === 'open' && item.pull.headSha === sha)
    .map((item) => ({
      id: item.pull.id,
      number: item.number,
      url: `${apiOf(world, repository)}/pulls/${item.number}`,
      head: { ref: item.pull.headBranch, sha, repo: reference(item.pull.head) },
      base: { ref: item.pull.baseBranch, sha: item.pull.baseSha, repo: reference(repository) },
    }));
}

export function checkRunShape(world: World, repository: Repository, run: CheckRun): Record<string, unknown> {
  const url = `${apiOf(world, repository)}/check-runs/${run.id}`;
  const page = `${pageOf(world, repository)}/runs/${run.id}`;
  return {
    id: run.id,
    node_id: nodeId('CheckRun', run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: page,
    details_url: run.detailsUrl ?? page,
    status: run.status,
    conclusion: run.conclusion,
    started_at: stampOrNull(run.startedAt),
    completed_at: stampOrNull(run.completedAt),
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    name: run.name,
    check_suite: { id: run.suite },
    app: appShape(world),
    pull_requests: pullsAt(world, repository, run.headSha),
  };
}

/** The suite as check_run events carry it. */
export function eventCheckRun(world: World, repository: Repository, run: CheckRun): Record<string, unknown> {
  const shape = checkRunShape(world, repository, run);
  return {
    ...shape,
    check_suite: {
      id: run.suite,
      node_id: nodeId('CheckSuite', run.suite),
      head_branch: null,
      head_sha: run.headSha,
      status: run.status,
      conclusion: run.conclusion,
      url: `${apiOf(world, repository)}/check-suites/${run.suite}`,
      before: null,
      after: run.headSha,
      pull_requests: shape['pull_requests'],
      app: shape['app'],
      created_at: stampOrNull(run.startedAt),
      updated_at: stampOrNull(run.completedAt ?? run.startedAt),
      repository: repositoryShape(world, repository),
    },
  };
}
