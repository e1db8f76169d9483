import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { identity, parseCommit, type Commit, type Signature } from './commit-text.ts';
import { parseChanges, type FileChange } from './diff-text.ts';
import { ObjectReader, type GitObject } from './object-reader.ts';
import { runGit, type GitResult } from './run-git.ts';

export interface TreeRow {
  readonly path: string;
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly sha: string;
  readonly size: number | null;
}

/** One path of a new tree: `sha: null` takes the path away. */
export interface TreeChange {
  readonly path: string;
  readonly mode: string;
  readonly sha: string | null;
}

/** No ref: git's id for "there is nothing". */
export const zeroSha = '0'.repeat(40);

/** A real bare repository, reached only through git's plumbing. Every method throws where git itself fails unexpectedly. */
export class GitStore {
  readonly folder: string;
  readonly #scratch: string;
  readonly #reader: ObjectReader;
  readonly #merges = new Map<string, string | null>();

  /** `scratch` is an existing folder for index files and merges, removed by whoever made it. */
  constructor(folder: string, scratch: string) {
    this.folder = folder;
    this.#scratch = scratch;
    this.#reader = new ObjectReader(folder);
  }

  async create(defaultBranch: string): Promise<void> {
    await this.#must(['init', '-q', '--bare']);
    await this.#must(['symbolic-ref', 'HEAD', `refs/heads/${defaultBranch}`]);
    // Practice hosts and tests fetch commits by id, as GitHub lets anybody do who may read.
    await this.#must(['config', 'uploadpack.allowAnySHA1InWant', 'true']);
    await this.#must(['config', 'uploadpack.allowFilter', 'true']);
    await this.#must(['config', 'gc.auto', '0']);
  }

  /** Takes every branch and tag of another repository. */
  async takeFrom(gitFolder: string): Promise<void> {
    await this.#must([
      'fetch',
      '-q',
      '--no-write-fetch-head',
      gitFolder,
      '+refs/heads/*:refs/heads/*',
      '+refs/tags/*:refs/tags/*',
    ]);
  }

  /** Takes one commit of another repository, as a pull request from a fork needs it. */
  async takeCommit(gitFolder: string, sha: string): Promise<void> {
    await this.#must(['fetch', '-q', '--no-write-fetch-head', gitFolder, sha]);
  }

  close(): void {
    this.#reader.close();
  }

  object(revision: string): Promise<GitObject | null> {
    return this.#reader.read(revision);
  }

  /** The commit that a branch, tag, full or short id names, or null. */
  async commit(revision: string): Promise<Commit | null> {
    const object = await this.#reader.read(`${revision}^{commit}`);
    return object === null ? null : parseCommit(object.sha, object.bytes.toString('utf8'));
  }

  async ref(name: string): Promise<string | null> {
    return (await this.#reader.read(name))?.sha ?? null;
  }

  async refs(prefix: string): Promise<ReadonlyMap<string, string>> {
    const out = await this.#must(['for-each-ref', '--format=%(objectname) %(refname)', prefix]);
    const lines = out.stdout
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '');
    return new Map(lines.map((line) => [line.slice(line.indexOf(' ') + 1), line.slice(0, line.indexOf(' '))]));
  }

  async validRefName(name: string): Promise<boolean> {
    return (await this.#git(['check-ref-format', name])).status === 0;
  }

  /** Moves a ref only if it still is `before` (`zeroSha`: does not exist). False: somebody was first, or a name is in the way. */
  async moveRef(name: string, after: string, before: string): Promise<boolean> {
    const args = after === zeroSha ? ['update-ref', '-d', name, before] : ['update-ref', name, after, before];
    return (await this.#git(args)).status === 0;
  }

  async writeBlob(bytes: Uint8Array): Promise<string> {
    return line(await this.#must(['hash-object', '-w', '--stdin'], { input: bytes }));
  }

  /** Rows of a tree; `recursive` also lists what is in its folders, the folders themselves included. */
  async listTree(treeish: string, recursive: boolean): Promise<TreeRow[]> {
    const out = await this.#must(['ls-tree', '-z', '-l', ...(recursive ? ['-r', '-t'] : []), treeish]);
    return out.stdout
      .toString('utf8')
      .split('\0')
      .filter((row) => row !== '')
      .map((row) => {
        const tab = row.indexOf('\t');
        const path = row.slice(tab + 1);
        const [mode = '', type = 'blob', sha = '', size = '-'] = row.slice(0, tab).split(/ +/);
        return { path, mode, type: type as TreeRow['type'], sha, size: size === '-' ? null : Number(size) };
      });
  }

  /** The tree that `base` becomes by the changes. Null where git does not accept them (a missing object, a bad mode). */
  async writeTree(base: string | null, changes: readonly TreeChange[]): Promise<string | null> {
    const folder = await mkdtemp(join(this.#scratch, 'index-'));
    try {
      const variables = { GIT_INDEX_FILE: join(folder, 'index') };
      await this.#must(base === null ? ['read-tree', '--empty'] : ['read-tree', base], { variables });
      const rows = changes.map((change) =>
        change.sha === null ? `0 ${zeroSha}\t${change.path}\0` : `${change.mode} ${change.sha}\t${change.path}\0`,
      );
      const updated = await this.#git(['update-index', '--replace', '-z', '--index-info'], {
        variables,
        input: rows.join(''),
      });
      if (updated.status !== 0) return null;
      const written = await this.#git(['write-tree'], { variables });
      return written.status === 0 ? line(written) : null;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async writeCommit(commit: Omit<Commit, 'sha'>): Promise<string> {
    const variables = { ...identity('AUTHOR', commit.author), ...identity('COMMITTER', commit.committer) };
    const parents = commit.parents.flatMap((parent) => ['-p', parent]);
    return line(await this.#must(['commit-tree', commit.tree, ...parents], { variables, input: commit.message }));
  }

  async isAncestor(ancestor: string, descendant: string): Promise<boolean> {
    if (ancestor === descendant) return true;
    return (await this.#git(['merge-base', '--is-ancestor', ancestor, descendant])).status === 0;
  }

  async mergeBase(one: string, other: string): Promise<string | null> {
    if (one === other) return one;
    const out = await this.#git(['merge-base', one, other]);
    return out.status === 0 ? line(out) : null;
  }

  /** Commits that are in `head` and not in `base`, the oldest first. */
  async between(base: string, head: string): Promise<string[]> {
    const out = await this.#must(['rev-list', '--reverse', '--topo-order', `${base}..${head}`]);
    return out.stdout
      .toString('utf8')
      .split('\n')
      .filter((sha) => sha !== '');
  }

  /** The last commits, the newest first. */
  async history(head: string, most: number): Promise<string[]> {
    const out = await this.#must(['rev-list', `--max-count=${most}`, head]);
    return out.stdout
      .toString('utf8')
      .split('\n')
      .filter((sha) => sha !== '');
  }

  /** What changed between two trees; `before: null` is the empty tree. */
  async changes(before: string | null, after: string): Promise<FileChange[]> {
    const from = before ?? emptyTree;
    const [raw, patch] = await Promise.all([
      this.#must(['diff-tree', '-r', '-z', '-M', '--raw', '--numstat', '--abbrev=40', from, after]),
      this.#must(['diff-tree', '-r', '-p', '-M', from, after]),
    ]);
    return parseChanges(raw.stdout.toString('utf8'), patch.stdout.toString('utf8'));
  }

  /** The tree of merging `head` into `base`, or null where they conflict. */
  async mergeTree(base: string, head: string): Promise<string | null> {
    if (await this.isAncestor(base, head)) return (await this.commit(head))?.tree ?? null;
    const key = `${base} ${head}`;
    const known = this.#merges.get(key);
    if (known !== undefined) return known;
    const tree = await this.#inWorktree(base, ['merge', '-q', '--no-commit', '--no-ff', head]);
    this.#merges.set(key, tree);
    return tree;
  }

  /** The tree of a commit's change on top of another commit, or null where they conflict. */
  async pick(onto: string, commit: Commit): Promise<string | null> {
    if (commit.parents[0] === onto) return commit.tree;
    return this.#inWorktree(onto, ['cherry-pick', '--no-commit', '--allow-empty', commit.sha]);
  }

  /**
   * The tree that a real git command leaves in a worktree of its own, or null where it fails.
   * `git merge-tree --write-tree` would need git 2.38, which a long-term distribution may not have.
   */
  async #inWorktree(base: string, command: readonly string[]): Promise<string | null> {
    const folder = await mkdtemp(join(this.#scratch, 'merge-'));
    try {
      await this.#must(['worktree', 'add', '-q', '--detach', join(folder, 'tree'), base]);
      const inside = { cwd: join(folder, 'tree'), variables: merger };
      const done = await runGit(command, inside);
      if (done.status !== 0) return null;
      return line(await runGit(['write-tree'], inside));
    } finally {
      await rm(folder, { recursive: true, force: true });
      await this.#git(['worktree', 'prune']);
    }
  }

  #git(args: readonly string[], options: GitOptions = {}): Promise<GitResult> {
    return runGit(['--git-dir', this.folder, ...args], options);
  }

  async #must(args: readonly string[], options: GitOptions = {}): Promise<GitResult> {
    const out = await this.#git(args, options);
    if (out.status !== 0) throw new Error(`git ${args[0] ?? ''} ended with ${out.status}: ${out.stderr.trim()}`);
    return out;
  }
}

interface GitOptions {
  readonly variables?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
}

/** git's id of a tree that holds nothing. */
const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

function line(result: GitResult): string {
  return result.stdout.toString('utf8').trim();
}

/** `git merge` wants to know who merges, though nothing is committed there. */
const nobody: Signature = { name: 'Practice forge', email: 'noreply@practice.invalid', date: new Date(0) };
const merger = { ...identity('AUTHOR', nobody), ...identity('COMMITTER', nobody) };
