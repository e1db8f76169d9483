import type { Repository, World } from '../state.ts';
import { nodeId, stamp } from './text.ts';
import { simpleUser } from './user.ts';

/** The addresses that GitHub prints for every repository, by field and what follows the repository's own. */
const links: Readonly<Record<string, string>> = {
  archive_url: '/{archive_format}{/ref}',
  assignees_url: '/assignees{/user}',
  blobs_url: '/git/blobs{/sha}',
  branches_url: '/branches{/branch}',
  collaborators_url: '/collaborators{/collaborator}',
  comments_url: '/comments{/number}',
  commits_url: '/commits{/sha}',
  compare_url: '/compare/{base}...{head}',
  contents_url: '/contents/{+path}',
  contributors_url: '/contributors',
  deployments_url: '/deployments',
  downloads_url: '/downloads',
  events_url: '/events',
  forks_url: '/forks',
  git_commits_url: '/git/commits{/sha}',
  git_refs_url: '/git/refs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  hooks_url: '/hooks',
  issue_comment_url: '/issues/comments{/number}',
  issue_events_url: '/issues/events{/number}',
  issues_url: '/issues{/number}',
  keys_url: '/keys{/key_id}',
  labels_url: '/labels{/name}',
  languages_url: '/languages',
  merges_url: '/merges',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  pulls_url: '/pulls{/number}',
  releases_url: '/releases{/id}',
  stargazers_url: '/stargazers',
  statuses_url: '/statuses/{sha}',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  tags_url: '/tags',
  teams_url: '/teams',
  trees_url: '/git/trees{/sha}',
};

export function apiOf(world: World, repository: Repository): string {
  return `${world.url}/repos/${repository.fullName}`;
}

export function pageOf(world: World, repository: Repository): string {
  return `${world.url}/${repository.fullName}`;
}

/** What GitHub prints of a repository inside other things. */
export function repositoryShape(world: World, repository: Repository): Record<string, unknown> {
  const api = apiOf(world, repository);
  const page = pageOf(world, repository);
  const open = [...repository.items.values()].filter((item) => item.state === 'open').length;
  return {
    id: repository.id,
    node_id: nodeId('Repository', repository.id),
    name: repository.name,
    full_name: repository.fullName,
    private: repository.private,
    owner: simpleUser(world, repository.owner),
    html_url: page,
    description: null,
    fork: repository.parent !== null,
    url: api,
    ...Object.fromEntries(Object.entries(links).map(([field, rest]) => [field, `${api}${rest}`])),
    created_at: stamp(repository.createdAt),
    updated_at: stamp(repository.pushedAt),
    pushed_at: stamp(repository.pushedAt),
    git_url: `${page}.git`,
    ssh_url: `${page}.git`,
    clone_url: `${page}.git`,
    svn_url: page,
    mirror_url: null,
    homepage: null,
    language: 'Nix',
    license: null,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    forks_count: 0,
    open_issues_count: open,
    forks: 0,
    open_issues: open,
    watchers: 0,
    has_issues: true,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_downloads: false,
    has_discussions: false,
    has_pull_requests: true,
    pull_request_creation_policy: 'all',
    archived: false,
    disabled: false,
    is_template: false,
    web_commit_signoff_required: false,
    allow_forking: true,
    topics: [],
    visibility: repository.private ? 'private' : 'public',
    default_branch: repository.defaultBranch,
  };
}

/** The repository as `GET /repos/{owner}/{repo}` and events carry it. */
export function fullRepository(world: World, repository: Repository): Record<string, unknown> {
  const { parent } = repository;
  const origin =
    parent === null ? {} : { parent: repositoryShape(world, parent), source: repositoryShape(world, parent) };
  return {
    ...repositoryShape(world, repository),
    ...origin,
    network_count: 0,
    subscribers_count: 0,
    allow_merge_commit: true,
    allow_squash_merge: true,
    allow_rebase_merge: true,
    allow_auto_merge: false,
    delete_branch_on_merge: false,
    allow_update_branch: false,
  };
}
