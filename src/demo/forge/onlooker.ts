import { repositoryNamed, type Item, type Repository, type World } from './state.ts';

/** An issue or pull request with what was said, as somebody sees it who only looks. */
export interface Conversation {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly author: string;
  readonly state: 'open' | 'closed' | 'merged';
  readonly labels: readonly string[];
  readonly reactions: readonly string[];
  readonly comments: readonly {
    readonly id: number;
    readonly author: string;
    readonly body: string;
    readonly reactions: readonly string[];
  }[];
  /** Null for an issue. */
  readonly pull: {
    readonly headBranch: string;
    readonly headSha: string;
    readonly base: string;
    readonly mergeCommit: string | null;
  } | null;
}

export interface CheckSeen {
  readonly name: string;
  readonly sha: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly title: string | null;
  readonly summary: string | null;
  readonly annotations: number;
}

export interface DeploymentSeen {
  readonly id: number;
  readonly sha: string;
  readonly environment: string;
  readonly payload: unknown;
  /** The oldest first. */
  readonly states: readonly { readonly state: string; readonly description: string }[];
}

/** What can be seen on the forge without a token, for the demo that waits for something and for tests. */
export class Onlooker {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** The App's installation on the repository, or null. */
  installationOf(fullName: string): number | null {
    return this.#repository(fullName).installation?.id ?? null;
  }

  /** Every issue and pull request, in the order of their numbers. */
  conversations(fullName: string): readonly Conversation[] {
    const repository = this.#repository(fullName);
    return [...repository.items.values()].map((item) => seen(repository, item));
  }

  conversation(fullName: string, number: number): Conversation | null {
    return this.conversations(fullName).find((one) => one.number === number) ?? null;
  }

  /** The comments on a commit itself. */
  commitComments(fullName: string, sha: string): readonly string[] {
    const comments = this.#repository(fullName).commitComments.values();
    return [...comments].filter((one) => one.sha === sha).map(({ body }) => body);
  }

  checks(fullName: string, sha?: string): readonly CheckSeen[] {
    return [...this.#repository(fullName).checkRuns.values()]
      .filter((run) => sha === undefined || run.headSha === sha)
      .map(({ name, headSha, status, conclusion, title, summary, annotations }) => {
        return { name, sha: headSha, status, conclusion, title, summary, annotations: annotations.length };
      });
  }

  deployments(fullName: string): readonly DeploymentSeen[] {
    return [...this.#repository(fullName).deployments.values()].map((one) => ({
      id: one.id,
      sha: one.sha,
      environment: one.environment,
      payload: one.payload,
      states: one.statuses.map(({ state, description }) => ({ state, description })),
    }));
  }

  /** A file's text at a branch or commit, or null. */
  async fileAt(fullName: string, revision: string, path: string): Promise<string | null> {
    const object = await this.#repository(fullName).git.object(`${revision}:${path}`);
    return object?.type === 'blob' ? object.bytes.toString('utf8') : null;
  }

  /** The commit that a branch points to, or null. */
  branchHead(fullName: string, branch: string): Promise<string | null> {
    return this.#repository(fullName).git.ref(`refs/heads/${branch}`);
  }

  #repository(fullName: string): Repository {
    const found = repositoryNamed(this.#world, fullName);
    if (found === null) throw new Error(`the practice forge has no repository ${fullName}`);
    return found;
  }
}

function seen(repository: Repository, item: Item): Conversation {
  const { pull } = item;
  const contents = (reactions: Item['reactions']): string[] => reactions.map((one) => one.content);
  return {
    number: item.number,
    title: item.title,
    body: item.body ?? '',
    author: item.user.login,
    state: pull !== null && pull.merge !== null ? 'merged' : item.state,
    labels: item.labels.map((label) => label.name),
    reactions: contents(item.reactions),
    comments: [...repository.comments.values()]
      .filter((comment) => comment.issue === item.number)
      .map(({ id, user, body, reactions }) => ({ id, author: user.login, body, reactions: contents(reactions) })),
    pull:
      pull === null
        ? null
        : {
            headBranch: pull.headBranch,
            headSha: pull.headSha,
            base: pull.baseBranch,
            mergeCommit: pull.merge?.sha ?? null,
          },
  };
}
