import { moveRef } from './acts/branches.ts';
import { addComment, addLabels, editComment, editItem, isPull, openIssue } from './acts/issues.ts';
import { mergePull, openPull, type MergeMethod } from './acts/pulls.ts';
import { zeroSha } from './git/git-store.ts';
import type { Actor, Ground } from './ground.ts';
import type { JournalEntry } from './journal.ts';
import type { Files, Land, NewRepository } from './land.ts';
import type { PullItem } from './shapes/pull.ts';
import { mayAtLeast, repositoryNamed, userNamed, type Item, type Repository, type Role } from './state.ts';

/**
 * What people do on the forge. Each act is journaled under its name once it is done, and causes the events that
 * GitHub would send. An act that GitHub would not allow throws.
 */
export class People {
  readonly #ground: Ground;
  readonly #land: Land;
  readonly #journal: JournalEntry[];

  constructor(ground: Ground, land: Land, journal: JournalEntry[]) {
    this.#ground = ground;
    this.#land = land;
    this.#journal = journal;
  }

  /**
   * Makes a repository from files, or from a git folder with all its branches, and installs the App on it.
   * Its owner's login is the part before the slash.
   */
  addRepository(
    fullName: string,
    from: Files | { readonly gitFolder: string },
    options: NewRepository = {},
  ): Promise<void> {
    return this.#land.make(fullName, from, options);
  }

  /** A copy of a repository under somebody else's name; returns its full name. The App is not installed there. */
  fork(fullName: string, login: string): Promise<string> {
    return this.#land.fork(this.#repository(fullName), login);
  }

  setPermission(fullName: string, login: string, role: Role): void {
    userNamed(this.#ground.world, login);
    this.#repository(fullName).roles.set(login.toLowerCase(), role);
  }

  /** Returns the issue's number. */
  openIssue(
    fullName: string,
    input: {
      readonly login: string;
      readonly title: string;
      readonly body?: string;
      readonly labels?: readonly string[];
    },
  ): Promise<number> {
    const { title, body = null, labels = [] } = input;
    return this.#act('openIssue', fullName, input.login, async (repository, actor) => {
      return (await openIssue(this.#ground, repository, actor, { title, body, labels })).number;
    });
  }

  /** Comments on an issue or a pull request; returns the comment's id. */
  comment(fullName: string, number: number, login: string, body: string): Promise<number> {
    return this.#act('comment', fullName, login, async (repository, actor) => {
      return addComment(this.#ground, repository, itemOf(repository, number), actor, body).id;
    });
  }

  /** Whoever may write may edit anybody's comment, as on GitHub. */
  editComment(fullName: string, id: number, login: string, body: string): Promise<void> {
    return this.#act('editComment', fullName, login, async (repository, actor) => {
      const comment = repository.comments.get(id);
      if (comment === undefined) throw new Error(`${fullName} has no comment ${id}`);
      if (comment.user !== actor.user) needsWrite(repository, actor);
      editComment(this.#ground, repository, comment, actor, body);
    });
  }

  /** Changes a title or a body, closes or reopens. */
  editIssue(
    fullName: string,
    number: number,
    login: string,
    change: { readonly title?: string; readonly body?: string; readonly state?: 'open' | 'closed' },
  ): Promise<void> {
    return this.#act('editIssue', fullName, login, (repository, actor) =>
      editItem(this.#ground, repository, itemOf(repository, number), actor, change),
    );
  }

  label(fullName: string, number: number, login: string, ...names: readonly string[]): Promise<void> {
    return this.#act('label', fullName, login, (repository, actor) =>
      addLabels(this.#ground, repository, itemOf(repository, number), actor, names),
    );
  }

  /** Puts a commit on a branch, made from the default branch where there is none yet; returns the commit. */
  push(
    fullName: string,
    branch: string,
    files: Files,
    by: {
      readonly login: string;
      readonly message?: string;
      /** Throws away what the branch has and starts from this commit. */
      readonly force?: { readonly from: string };
    },
  ): Promise<string> {
    return this.#act('push', fullName, by.login, async (repository, actor) => {
      needsWrite(repository, actor);
      const ref = `refs/heads/${branch}`;
      const before = await repository.git.ref(ref);
      const from = by.force?.from ?? before ?? `refs/heads/${repository.defaultBranch}`;
      const parent = (await repository.git.commit(from))?.sha ?? null;
      const message = by.message ?? `Change ${Object.keys(files).join(', ')}`;
      const commit = { user: actor.user, message, executable: [] };
      const after = await this.#land.commit(repository, parent, files, commit);
      await moveRef(this.#ground, repository, actor, { ref, before: before ?? zeroSha, after });
      return after;
    });
  }

  /** `head` is a branch, or `owner:branch` of a fork. Returns the number. */
  openPullRequest(
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
    const { head, title, body = null, draft = false } = input;
    return this.#act('openPullRequest', fullName, input.login, async (repository, actor) => {
      const base = input.base ?? repository.defaultBranch;
      return (await openPull(this.#ground, repository, actor, { head, title, body, base, draft })).number;
    });
  }

  /** Merges as this person; returns the commit that was made. */
  merge(fullName: string, number: number, login: string, method: MergeMethod = 'merge'): Promise<string> {
    return this.#act('merge', fullName, login, (repository, actor) => {
      needsWrite(repository, actor);
      return mergePull(this.#ground, repository, pullOf(repository, number), actor, { method });
    });
  }

  closePullRequest(fullName: string, number: number, login: string): Promise<void> {
    return this.#act('closePullRequest', fullName, login, (repository, actor) =>
      editItem(this.#ground, repository, pullOf(repository, number), actor, { state: 'closed' }),
    );
  }

  /** Where a person sees an issue or a pull request, as a path. */
  pageOf(fullName: string, number: number): string {
    const repository = this.#repository(fullName);
    return `/${repository.fullName}/${itemOf(repository, number).pull === null ? 'issues' : 'pull'}/${number}`;
  }

  /** The person acts, if they can see the repository at all: GitHub would show them nothing else. */
  async #act<Result>(
    name: string,
    fullName: string,
    login: string,
    work: (repository: Repository, actor: Actor) => Promise<Result>,
  ): Promise<Result> {
    const repository = this.#repository(fullName);
    const user = userNamed(this.#ground.world, login);
    if (!mayAtLeast(repository, user, 'read')) {
      throw new Error(`${login} cannot see the private repository ${fullName}; give a permission with setPermission`);
    }
    const at = this.#ground.world.now();
    const path = `/${repository.fullName}`;
    const result = await work(repository, { user, viaApp: false });
    this.#journal.push({ at, method: 'ACT', route: name, path, who: { kind: 'user', login }, status: 200, done: true });
    return result;
  }

  #repository(fullName: string): Repository {
    const found = repositoryNamed(this.#ground.world, fullName);
    if (found === null) throw new Error(`the practice forge has no repository ${fullName}`);
    return found;
  }
}

function needsWrite(repository: Repository, actor: Actor): void {
  if (mayAtLeast(repository, actor.user, 'write')) return;
  throw new Error(`${actor.user.login} may not write in ${repository.fullName}`);
}

function itemOf(repository: Repository, number: number): Item {
  const found = repository.items.get(number);
  if (found === undefined) throw new Error(`${repository.fullName} has no issue or pull request ${number}`);
  return found;
}

function pullOf(repository: Repository, number: number): PullItem {
  const item = itemOf(repository, number);
  if (!isPull(item)) throw new Error(`${repository.fullName}#${number} is an issue`);
  return item;
}
