import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { signatureOf } from './acts/pulls.ts';
import { GitStore, zeroSha, type TreeChange } from './git/git-store.ts';
import type { Ground } from './ground.ts';
import { installationShape } from './shapes/app.ts';
import { nodeId } from './shapes/text.ts';
import { userNamed, type Installation, type Repository, type User } from './state.ts';

/** Text or bytes by path; null takes the file away. */
export type Files = Readonly<Record<string, string | Uint8Array | null>>;

export interface NewRepository {
  /** Repositories are private unless this says otherwise: only people with a permission see them. */
  readonly private?: boolean;
  /** False: the App is not installed on it. */
  readonly installed?: boolean;
  readonly defaultBranch?: string;
  /** Paths among the files that are executable. */
  readonly executable?: readonly string[];
}

/** Makes repositories in a folder, and commits in them as people make them: unsigned, with themselves as author. */
export class Land {
  readonly #ground: Ground;
  readonly #folder: string;

  constructor(ground: Ground, folder: string) {
    this.#ground = ground;
    this.#folder = folder;
  }

  /** A repository from files, or from a git folder with all its branches. Tells the App that it was installed there. */
  async make(fullName: string, from: Files | { readonly gitFolder: string }, options: NewRepository): Promise<void> {
    const { world } = this.#ground;
    const owner = userNamed(world, fullName.split('/')[0] ?? '');
    const known = world.installations.get(owner.login.toLowerCase());
    const installation = (options.installed ?? true) ? (known ?? this.#install(owner)) : null;
    const facts = { private: options.private ?? true, defaultBranch: options.defaultBranch ?? 'main' };
    const repository = await this.#found(fullName, { ...facts, installation, parent: null });
    const { git, defaultBranch } = repository;
    if (isFolder(from)) {
      await git.takeFrom(from.gitFolder);
      if ((await git.ref(`refs/heads/${defaultBranch}`)) === null) {
        throw new Error(`${fullName}: the git folder has no branch ${defaultBranch}`);
      }
    } else {
      const by = { user: owner, message: 'Describe the fleet', executable: options.executable ?? [] };
      const sha = await this.commit(repository, null, from, by);
      await git.moveRef(`refs/heads/${defaultBranch}`, sha, zeroSha);
    }
    // Only now can it be seen: a repository without its first commit would be no repository to anybody.
    world.repositories.set(fullName.toLowerCase(), repository);
    if (installation !== null) this.#tellInstalled(repository, installation, known === undefined);
  }

  /** A copy under somebody else's name, on which the App is not installed. Returns its full name. */
  async fork(parent: Repository, login: string): Promise<string> {
    const fullName = `${login}/${parent.name}`;
    const { private: isPrivate, defaultBranch } = parent;
    const fork = await this.#found(fullName, { private: isPrivate, defaultBranch, installation: null, parent });
    await fork.git.takeFrom(parent.git.folder);
    this.#ground.world.repositories.set(fullName.toLowerCase(), fork);
    return fullName;
  }

  /** A commit of these files on top of another, by a person. */
  async commit(
    repository: Repository,
    parent: string | null,
    files: Files,
    by: { readonly user: User; readonly message: string; readonly executable: readonly string[] },
  ): Promise<string> {
    const { git } = repository;
    const changes: TreeChange[] = [];
    for (const [path, content] of Object.entries(files)) {
      const mode = by.executable.includes(path) ? '100755' : '100644';
      const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
      changes.push({ path, mode, sha: bytes === null ? null : await git.writeBlob(bytes) });
    }
    const tree = await git.writeTree(parent, changes);
    if (tree === null) throw new Error(`${repository.fullName}: git does not take these files`);
    const author = signatureOf(by.user, this.#ground.world.now());
    const parents = parent === null ? [] : [parent];
    return git.writeCommit({ tree, parents, author, committer: author, message: by.message });
  }

  async #found(
    fullName: string,
    facts: Pick<Repository, 'private' | 'defaultBranch' | 'installation' | 'parent'>,
  ): Promise<Repository> {
    const { world } = this.#ground;
    if (world.repositories.has(fullName.toLowerCase())) throw new Error(`${fullName} is there already`);
    const folder = join(this.#folder, 'repositories', `${fullName.toLowerCase()}.git`);
    await mkdir(folder, { recursive: true });
    const git = new GitStore(folder, await mkdtemp(join(this.#folder, 'scratch-')));
    await git.create(facts.defaultBranch);
    const [owner = '', name = ''] = fullName.split('/');
    const now = world.now();
    return {
      ...facts,
      id: world.nextId(),
      fullName,
      owner: userNamed(world, owner),
      name,
      git,
      roles: new Map(),
      items: new Map(),
      comments: new Map(),
      commitComments: new Map(),
      labels: new Map(),
      checkRuns: new Map(),
      suites: new Map(),
      deployments: new Map(),
      signed: new Set(),
      createdAt: now,
      pushedAt: now,
      nextNumber: 1,
    };
  }

  #install(account: User): Installation {
    const { world } = this.#ground;
    const installation: Installation = { id: world.nextId(), account, createdAt: world.now() };
    world.installations.set(account.login.toLowerCase(), installation);
    return installation;
  }

  #tellInstalled(repository: Repository, installation: Installation, isNew: boolean): void {
    const { world, webhooks } = this.#ground;
    const { id, name, fullName } = repository;
    const added = { id, node_id: nodeId('Repository', id), name, full_name: fullName, private: repository.private };
    const whole = { installation: installationShape(world, installation), requester: null };
    const fields = isNew
      ? { ...whole, repositories: [added] }
      : { ...whole, repository_selection: 'selected', repositories_added: [added], repositories_removed: [] };
    const event = isNew ? 'installation' : 'installation_repositories';
    const action = isNew ? 'created' : 'added';
    webhooks.emit({ event, action, installation, repository: null, sender: installation.account, fields });
  }
}

function isFolder(from: Files | { readonly gitFolder: string }): from is { readonly gitFolder: string } {
  return typeof from['gitFolder'] === 'string' && Object.keys(from).length === 1;
}
