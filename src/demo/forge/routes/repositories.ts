import { Denied, notFound } from '../denied.ts';
import type { Commit } from '../git/commit-text.ts';
import type { FileChange } from '../git/diff-text.ts';
import { ok, onRepository, page, type Answer, type RepositoryCall, type Route } from '../route.ts';
import { commitShape, fileShape } from '../shapes/commit.ts';
import { apiOf, fullRepository, pageOf } from '../shapes/repository.ts';
import { simpleUser } from '../shapes/user.ts';
import { roleOf, type Role } from '../state.ts';

const metadata = [{ metadata: 'read' }] as const;
const contents = [{ contents: 'read' }] as const;

/** The older of GitHub's two words: it knows neither `maintain` nor `triage`. */
const legacy: Readonly<Record<Role, string>> = {
  none: 'none',
  read: 'read',
  triage: 'read',
  write: 'write',
  maintain: 'write',
  admin: 'admin',
};

function permission(call: RepositoryCall): Answer {
  const { world } = call.ground;
  const login = call.params['username'] ?? '';
  const user = world.users.get(login.toLowerCase());
  if (user === undefined) throw new Denied(404, `${login} is not a user`);
  const role = roleOf(call.repository, login);
  const rank = ['none', 'read', 'triage', 'write', 'maintain', 'admin'].indexOf(role);
  const permissions = { pull: rank >= 1, triage: rank >= 2, push: rank >= 3, maintain: rank >= 4, admin: rank >= 5 };
  return ok({
    permission: legacy[role],
    role_name: role,
    user: { ...simpleUser(world, user), permissions, role_name: role },
  });
}

async function branch(call: RepositoryCall): Promise<Answer> {
  const { repository, ground } = call;
  const name = call.params['branch'] ?? '';
  const sha = await repository.git.ref(`refs/heads/${name}`);
  const commit = sha === null ? null : await repository.git.commit(sha);
  if (commit === null) throw new Denied(404, 'Branch not found');
  const self = `${apiOf(ground.world, repository)}/branches/${encodeURIComponent(name)}`;
  return ok({
    name,
    commit: commitShape(ground.world, repository, commit),
    _links: { self, html: `${pageOf(ground.world, repository)}/tree/${name}` },
    protected: false,
    protection: { enabled: false, required_status_checks: { enforcement_level: 'off', contexts: [], checks: [] } },
    protection_url: `${self}/protection`,
  });
}

/** A branch, a tag, a full ref or a commit id. Anything else that git would understand (`HEAD~1`) names nothing here. */
async function commitNamed(call: RepositoryCall, name: string): Promise<Commit | null> {
  const { git } = call.repository;
  if (/[~^@{}:\s]/.test(name)) return null;
  return (
    (await git.commit(`refs/heads/${name}`)) ?? (await git.commit(`refs/tags/${name}`)) ?? (await git.commit(name))
  );
}

async function commit(call: RepositoryCall): Promise<Answer> {
  const { repository, ground } = call;
  const found = await commitNamed(call, call.params['ref'] ?? '');
  if (found === null) throw new Denied(422, `No commit found for SHA: ${call.params['ref'] ?? ''}`);
  if (/vnd\.github(\.v3)?\.sha/.test(call.accept)) return { status: 200, body: Buffer.from(found.sha) };
  const changes = await repository.git.changes(found.parents[0] ?? null, found.sha);
  const sum = (of: 'additions' | 'deletions'): number => changes.reduce((total, change) => total + change[of], 0);
  const [additions, deletions] = [sum('additions'), sum('deletions')];
  return ok({
    ...commitShape(ground.world, repository, found),
    stats: { total: additions + deletions, additions, deletions },
    files: changes.map((change) => fileShape(ground.world, repository, found.sha, change)),
  });
}

/** A comparison lists at most this many files, whatever page is asked for. */
const mostComparedFiles = 300;

async function compare(call: RepositoryCall): Promise<Answer> {
  const { repository, ground } = call;
  const { git } = repository;
  const [baseName, headName, more] = (call.params['basehead'] ?? '').split('...');
  if (baseName === undefined || headName === undefined || more !== undefined) throw notFound();
  const [base, head] = await Promise.all([commitNamed(call, baseName), commitNamed(call, headName)]);
  if (base === null || head === null) throw notFound();
  const shared = await git.mergeBase(base.sha, head.sha);
  const mergeBase = shared === null ? null : await git.commit(shared);
  if (mergeBase === null) throw new Denied(404, `No common ancestor between ${baseName} and ${headName}.`);
  const [ahead, behind, changes] = await Promise.all([
    git.between(base.sha, head.sha),
    git.between(head.sha, base.sha),
    git.changes(mergeBase.sha, head.sha),
  ]);
  const status =
    ahead.length === 0 ? (behind.length === 0 ? 'identical' : 'behind') : behind.length === 0 ? 'ahead' : 'diverged';
  const pageUrl = `${pageOf(ground.world, repository)}/compare/${base.sha}...${head.sha}`;
  const api = apiOf(ground.world, repository);
  const shape = (one: Commit): Record<string, unknown> => commitShape(ground.world, repository, one);
  const files = changes.slice(0, mostComparedFiles);
  const path = `/repos/${repository.fullName}/compare/${baseName}...${headName}`;
  const paged = page(call, path, ahead, (shas) => shas);
  const commits = await Promise.all((paged.body as readonly string[]).map((sha) => git.commit(sha)));
  return {
    ...paged,
    body: {
      url: `${api}/compare/${baseName}...${headName}`,
      html_url: pageUrl,
      permalink_url: pageUrl,
      diff_url: `${pageUrl}.diff`,
      patch_url: `${pageUrl}.patch`,
      base_commit: shape(base),
      merge_base_commit: shape(mergeBase),
      status,
      ahead_by: ahead.length,
      behind_by: behind.length,
      total_commits: ahead.length,
      commits: commits.filter((one) => one !== null).map(shape),
      // GitHub shows the files on the first page only.
      files: call.query.get('page') === null || call.query.get('page') === '1' ? shownFiles(call, head.sha, files) : [],
    },
  };
}

function shownFiles(call: RepositoryCall, head: string, changes: readonly FileChange[]): Record<string, unknown>[] {
  return changes.map((change) => fileShape(call.ground.world, call.repository, head, change));
}

export const repositoryRoutes: readonly Route[] = [
  onRepository('GET', '', metadata, (call) => ok(fullRepository(call.ground.world, call.repository))),
  onRepository('GET', '/collaborators/{username}/permission', metadata, permission),
  onRepository('GET', '/branches/{branch}', contents, branch),
  onRepository('GET', '/compare/{basehead}', contents, compare),
  onRepository('GET', '/commits/{ref}', contents, commit),
];
