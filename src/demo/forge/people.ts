import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { moveRef } from './acts/branches.ts';
import { addComment, addLabels, editComment, editItem, isPull, openIssue } from './acts/issues.ts';
import { mergePull, openPull, signatureOf, type MergeMethod } from './acts/pulls.ts';
import { GitStore, zeroSha, type TreeChange } from './git/git-store.ts';
import type { Actor, Ground } from './ground.ts';
import type { JournalEntry } from './journal.ts';
import { installationShape } from './shapes/app.ts';
import { nodeId } from './shapes/text.ts';
import type { PullItem } from './shapes/pull.ts';
import {
  mayAtLeast,
  repositoryNamed,
  userNamed,
  type Installation,
  type Item,
  type Repository,
  type Role,
} from './state.ts';

/** Text or bytes by path; null takes the file away. A path that ends in `*` of a mode is not needed: see `executable`. */
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

/** What people do on the forge. Each act is journaled under its name and causes the events that GitHub would send. */
export class People {
  readonly #ground: Ground;
  readonly #folder: string;
  readonly #journal: JournalEntry[];

  constructor(ground: Ground, folder: string, journal: JournalEntry[]) {
    this.#ground = ground;
    this.#folder = folder;
    this.#journal = journal;
  }

  /**
   * Makes a repository from files, or from a git folder with all its branches, and installs the App on it.
   * Its owner's login is the part before the slash.
   */
  async addRepository(
    fullName: string,
    from: Files | { readonly gitFolder: string },
    options: NewRepository = {},
  ): Promise<void> {
    const { world } = this.#ground;
    const owner = userNamed(world, fullName.split('/')[0] ?? '');
    const defaultBranch = options.defaultBranch ?? 'main';
    const installed = options.installed ?? true;
    const isPrivate = options.private ?? true;
    const git = await this.#makeGit(fullName, defaultBranch);
    const known = world.installations.get(owner.login.toLowerCase());
    const installation = installed ? (known ?? this.#install(owner.login)) : null;
    const repository = this.#makeRepository(fullName, { git, isPrivate, defaultBranch, installation, parent: null });
    if (isFolder(from)) {
      await git.takeFrom(from.gitFolder);
      if ((await git.ref(`refs/heads/${defaultBranch}`)) === null) {
        throw new Error(`${fullName}: the git folder has no branch ${defaultBranch}`);
      }
    } else {
      const sha = await this.#commitFiles(repository, null, from, {
        actor: { user: owner, viaApp: false },
        message: 'Describe the fleet',
        executable: options.executable ?? [],
      });
      await git.moveRef(`refs/heads/${defaultBranch}`, sha, zeroSha);
    }
    if (installation !== null) this.#tellInstalled(repository, installation, known === undefined);
  }

  /** A copy of a repository under somebody else's name. The App is not installed there. */
  async fork(fullName: string, login: string): Promise<string> {
    const parent = this.#repository(fullName);
    const name = `${login}/${parent.name}`;
    const git = await this.#makeGit(name, parent.defaultBranch);
    await git.takeFrom(parent.git.folder);
    this.#makeRepository(name, {
      git,
      isPrivate: parent.private,
      defaultBranch: parent.defaultBranch,
      installation: null,
      parent,
    });
    return name;
  }

  setPermission(fullName: string, login: string, role: Role): void {
    userNamed(this.#ground.world, login);
    this.#repository(fullName).roles.set(login.toLowerCase(), role);
  }

  async openIssue(
    fullName: string,
    input: {
      readonly login: string;
      readonly title: string;
      readonly body?: string;
      readonly labels?: readonly string[];
    },
  ): Promise<number> {
    const { repository, actor } = this.#enter(fullName, input.login, 'openIssue');
    const { title, body = null, labels = [] } = input;
    return (await openIssue(this.#ground, repository, actor, { title, body, labels })).number;
  }

  /** Comments on an issue or a pull request; returns the comment's id. */
  async comment(fullName: string, number: number, login: string, body: string): Promise<number> {
    const { repository, actor } = this.#enter(fullName, login, 'comment');
    return addComment(this.#ground, repository, this.#item(repository, number), actor, body).id;
  }

  async editComment(fullName: string, id: number, login: string, body: string): Promise<void> {
    const { repository, actor } = this.#enter(fullName, login, 'editComment');
    const comment = repository.comments.get(id);
    if (comment === undefined) throw new Error(`${fullName} has no comment ${id}`);
    editComment(this.#ground, repository, comment, actor, body);
  }

  /** Changes a title or a body, closes or reopens. */
  async editIssue(
    fullName: string,
    number: number,
    login: string,
    change: { readonly title?: string; readonly body?: string; readonly state?: 'open' | 'closed' },
  ): Promise<void> {
    const { repository, actor } = this.#enter(fullName, login, 'editIssue');
    await editItem(this.#ground, repository, this.#item(repository, number), actor, change);
  }

  async label(fullName: string, number: number, login: string, ...names: readonly string[]): Promise<void> {
    const { repository, actor } = this.#enter(fullName, login, 'label');
    await addLabels(this.#ground, repository, this.#item(repository, number), actor, names);
  }

  /** Puts a commit on a branch, made from the default branch where there is none yet; returns the commit. */
  async push(
    fullName: string,
    branch: string,
    files: Files,
    by: { readonly login: string; readonly message?: string; readonly force?: { readonly from: string } },
  ): Promise<string> {
    const { repository, actor } = this.#enter(fullName, by.login, 'push');
    const ref = `refs/heads/${branch}`;
    const before = await repository.git.ref(ref);
    const from = by.force?.from ?? before ?? `refs/heads/${repository.defaultBranch}`;
    const parent = (await repository.git.commit(from))?.sha ?? null;
    const message = by.message ?? `Change ${Object.keys(files).join(', ')}`;
    const sha = await this.#commitFiles(repository, parent, files, { actor, message, executable: [] });
    await moveRef(this.#ground, repository, actor, { ref, before: before ?? zeroSha, after: sha });
    return sha;
  }

  /** `head` is a branch, or `owner:branch` of a fork. Returns the number. */
  async openPullRequest(
    fullName: string,
    input: {
      readonly login: string;
      readonly head: string;
      readonly title: string;
      readonly body?: string;
      readonly base?: string;
      readonly draft?: boolean;
    },
  ): Promise<number> {
    const { repository, actor } = this.#enter(fullName, input.login, 'openPullRequest');
    const { head, title, body = null, base = repository.defaultBranch, draft = false } = input;
    return (await openPull(this.#ground, repository, actor, { head, title, body, base, draft })).number;
  }

  /** Merges as this person; returns the commit that was made. */
  async merge(fullName: string, number: number, login: string, method: MergeMethod = 'merge'): Promise<string> {
    const { repository, actor } = this.#enter(fullName, login, 'merge');
    if (!mayAtLeast(repository, actor.user, 'write')) throw new Error(`${login} may not merge in ${fullName}`);
    return mergePull(this.#ground, repository, this.#pull(repository, number), actor, { method });
  }

  async closePullRequest(fullName: string, number: number, login: string): Promise<void> {
    const { repository, actor } = this.#enter(fullName, login, 'closePullRequest');
    await editItem(this.#ground, repository, this.#pull(repository, number), actor, { state: 'closed' });
  }

  #repository(fullName: string): Repository {
    const found = repositoryNamed(this.#ground.world, fullName);
    if (found === null) throw new Error(`the practice forge has no repository ${fullName}`);
    return found;
  }

  #item(repository: Repository, number: number): Item {
    const found = repository.items.get(number);
    if (found === undefined) throw new Error(`${repository.fullName} has no issue or pull request ${number}`);
    return found;
  }

  #pull(repository: Repository, number: number): PullItem {
    const item = this.#item(repository, number);
    if (!isPull(item)) throw new Error(`${repository.fullName}#${number} is an issue`);
    return item;
  }

  /** The person acts, if they can see the repository at all: GitHub would show them nothing else. */
  #enter(fullName: string, login: string, act: string): { readonly repository: Repository; readonly actor: Actor } {
    const repository = this.#repository(fullName);
    const user = userNamed(this.#ground.world, login);
    if (!mayAtLeast(repository, user, 'read')) {
      throw new Error(`${login} cannot see the private repository ${fullName}; give a permission with setPermission`);
    }
    const at = this.#ground.world.now();
    const path = `/${repository.fullName}`;
    this.#journal.push({ at, method: 'ACT', route: act, path, who: { kind: 'user', login }, status: 200, done: true });
    return { repository, actor: { user, viaApp: false } };
  }

  async #makeGit(fullName: string, defaultBranch: string): Promise<GitStore> {
    const folder = join(this.#folder, 'repositories', `${fullName.toLowerCase()}.git`);
    await mkdir(folder, { recursive: true });
    const scratch = await mkdtemp(join(this.#folder, 'scratch-'));
    const git = new GitStore(folder, scratch);
    await git.create(defaultBranch);
    return git;
  }

  #makeRepository(
    fullName: string,
    what: {
      readonly git: GitStore;
      readonly isPrivate: boolean;
      readonly defaultBranch: string;
      readonly installation: Installation | null;
      readonly parent: Repository | null;
    },
  ): Repository {
    const { world } = this.#ground;
    const [owner = '', name = ''] = fullName.split('/');
    const now = world.now();
    const repository: Repository = {
      id: world.nextId(),
      fullName,
      owner: userNamed(world, owner),
      name,
      private: what.isPrivate,
      parent: what.parent,
      defaultBranch: what.defaultBranch,
      installation: what.installation,
      git: what.git,
      roles: new Map(),
      items: new Map(),
      comments: new Map(),
      labels: new Map(),
      checkRuns: new Map(),
      suites: new Map(),
      deployments: new Map(),
      signed: new Set(),
      createdAt: now,
      pushedAt: now,
      nextNumber: 1,
    };
    world.repositories.set(fullName.toLowerCase(), repository);
    return repository;
  }

  #install(login: string): Installation {
    const { world } = this.#ground;
    const account = userNamed(world, login);
    const installation: Installation = { id: world.nextId(), account, createdAt: world.now() };
    world.installations.set(login.toLowerCase(), installation);
    return installation;
  }

  #tellInstalled(repository: Repository, installation: Installation, isNew: boolean): void {
    const { world, webhooks } = this.#ground;
    const { id, name, fullName } = repository;
    const added = { id, node_id: nodeId('Repository', id), name, full_name: fullName, private: repository.private };
    const whole = { installation: installationShape(world, installation) };
    const fields = isNew
      ? { ...whole, repositories: [added], requester: null }
      : {
          ...whole,
          repository_selection: 'selected',
          repositories_added: [added],
          repositories_removed: [],
          requester: null,
        };
    const event = isNew ? 'installation' : 'installation_repositories';
    const action = isNew ? 'created' : 'added';
    webhooks.emit({ event, action, installation, repository: null, sender: installation.account, fields });
  }

  async #commitFiles(
    repository: Repository,
    parent: string | null,
    files: Files,
    by: { readonly actor: Actor; readonly message: string; readonly executable: readonly string[] },
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
    const author = signatureOf(by.actor.user, this.#ground.world.now());
    const parents = parent === null ? [] : [parent];
    return git.writeCommit({ tree, parents, author, committer: author, message: by.message });
  }
}

function isFolder(from: Files | { readonly gitFolder: string }): from is { readonly gitFolder: string } {
  return typeof from['gitFolder'] === 'string' && Object.keys(from).length === 1;
}
