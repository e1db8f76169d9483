import type { GitStore } from './git/git-store.ts';

/** What the practice forge knows besides git: everything lives in memory and ends with the process. */

export type Role = 'none' | 'read' | 'triage' | 'write' | 'maintain' | 'admin';

export interface User {
  readonly id: number;
  readonly login: string;
  readonly type: 'User' | 'Bot';
}

export const reactionContents = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'] as const;

export interface Reaction {
  readonly id: number;
  readonly user: User;
  readonly content: (typeof reactionContents)[number];
  readonly createdAt: Date;
}

export interface Comment {
  readonly id: number;
  readonly issue: number;
  readonly user: User;
  body: string;
  readonly createdAt: Date;
  updatedAt: Date;
  readonly reactions: Reaction[];
}

export interface CommitComment {
  readonly id: number;
  readonly sha: string;
  readonly user: User;
  body: string;
  readonly createdAt: Date;
  updatedAt: Date;
}

export interface Label {
  readonly id: number;
  readonly name: string;
  readonly color: string;
}

/** An issue, or with `pull` a pull request: GitHub numbers and comments both alike. */
export interface Item {
  readonly id: number;
  readonly number: number;
  readonly user: User;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  readonly labels: Label[];
  readonly reactions: Reaction[];
  readonly createdAt: Date;
  updatedAt: Date;
  closedAt: Date | null;
  closedBy: User | null;
  readonly pull: Pull | null;
}

export interface Pull {
  readonly id: number;
  readonly draft: boolean;
  readonly head: Repository;
  readonly headBranch: string;
  headSha: string;
  baseBranch: string;
  baseSha: string;
  merge: { readonly sha: string; readonly by: User; readonly at: Date } | null;
}

export interface Annotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly annotation_level: 'notice' | 'warning' | 'failure';
  readonly message: string;
  readonly title?: string | undefined;
  readonly raw_details?: string | undefined;
  readonly start_column?: number | undefined;
  readonly end_column?: number | undefined;
}

export interface CheckRun {
  readonly id: number;
  readonly suite: number;
  readonly headSha: string;
  name: string;
  detailsUrl: string | null;
  externalId: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: string | null;
  startedAt: Date | null;
  completedAt: Date | null;
  title: string | null;
  summary: string | null;
  text: string | null;
  readonly annotations: Annotation[];
}

export interface DeploymentStatus {
  readonly id: number;
  readonly state: string;
  readonly creator: User;
  readonly description: string;
  readonly environment: string;
  readonly environmentUrl: string;
  readonly logUrl: string;
  readonly createdAt: Date;
}

export interface Deployment {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly environment: string;
  readonly description: string | null;
  readonly payload: unknown;
  readonly creator: User;
  readonly transient: boolean;
  readonly production: boolean;
  readonly createdAt: Date;
  updatedAt: Date;
  readonly statuses: DeploymentStatus[];
}

export interface Repository {
  readonly id: number;
  readonly fullName: string;
  readonly owner: User;
  readonly name: string;
  readonly private: boolean;
  readonly parent: Repository | null;
  readonly defaultBranch: string;
  /** Null: the App is not installed on it. */
  readonly installation: Installation | null;
  readonly git: GitStore;
  readonly roles: Map<string, Role>;
  readonly items: Map<number, Item>;
  readonly comments: Map<number, Comment>;
  readonly commitComments: Map<number, CommitComment>;
  readonly labels: Map<string, Label>;
  readonly checkRuns: Map<number, CheckRun>;
  readonly suites: Map<string, number>;
  readonly deployments: Map<number, Deployment>;
  /** Commits that GitHub would have signed itself. */
  readonly signed: Set<string>;
  readonly createdAt: Date;
  pushedAt: Date;
  nextNumber: number;
}

export interface Installation {
  readonly id: number;
  readonly account: User;
  readonly createdAt: Date;
}

export type Level = 'read' | 'write';
export type Permissions = Readonly<Record<string, Level>>;

/** The App, as its owner registered it. */
export interface App {
  readonly id: number;
  readonly slug: string;
  readonly clientId: string;
  readonly owner: User;
  readonly bot: User;
  readonly publicKeyPem: string;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  readonly createdAt: Date;
}

export interface World {
  /** Base of every address that the forge prints; known once it listens. */
  url: string;
  readonly app: App;
  readonly users: Map<string, User>;
  readonly repositories: Map<string, Repository>;
  readonly installations: Map<string, Installation>;
  /** Numbers that are used once, for everything that GitHub numbers. */
  nextId(): number;
  now(): Date;
}

/** The user of that login, made when first heard of. */
export function userNamed(world: Pick<World, 'users' | 'nextId'>, login: string): User {
  const known = world.users.get(login.toLowerCase());
  if (known !== undefined) return known;
  const user: User = { id: world.nextId(), login, type: login.endsWith('[bot]') ? 'Bot' : 'User' };
  world.users.set(login.toLowerCase(), user);
  return user;
}

/** GitHub compares repository names without case. */
export function repositoryNamed(world: World, fullName: string): Repository | null {
  return world.repositories.get(fullName.toLowerCase()) ?? null;
}

export function roleOf(repository: Repository, login: string): Role {
  if (login.toLowerCase() === repository.owner.login.toLowerCase()) return 'admin';
  return repository.roles.get(login.toLowerCase()) ?? (repository.private ? 'none' : 'read');
}

const rank: Readonly<Record<Role, number>> = { none: 0, read: 1, triage: 2, write: 3, maintain: 4, admin: 5 };

export function mayAtLeast(repository: Repository, user: User, role: Role): boolean {
  return rank[roleOf(repository, user.login)] >= rank[role];
}
