import { mkdir } from 'node:fs/promises';
import { Fault } from '../../core/fault.ts';
import { type CommitSha, parseCommitSha } from '../../core/names.ts';
import type { BundleSource } from '../../host/bundle-source.ts';
import type { CopiedCommit } from '../../jobs/worker-copies.ts';
import { mostPastTexts } from '../../dns/serial-evidence.ts';
import { filesSaying } from './files-saying.ts';
import { commitTree } from './git-tree.ts';
import { type Git, gitProgram, mirrorEnvironment } from './mirror-git.ts';
import { pastTexts } from './past-texts.ts';

export interface MirrorSettings {
  /** The bare repository of this mirror, in the state folder; made where it is missing. */
  readonly folder: string;
  /** Without credentials in it. */
  readonly url: string;
  /** A token that may read the repository, asked for anew before each fetch; null where none is needed. */
  readonly credentials: () => Promise<{ readonly user: string; readonly password: string } | null>;
  /** Folders in which `git` and its helpers are found. */
  readonly programFolders: readonly string[];
}

/** The worker's own copy of one repository: hosts get their commits from it, and plans read whole repositories in it. */
export interface Mirror extends BundleSource {
  open(sha: CommitSha): Promise<CopiedCommit>;
}

export function gitMirror(settings: MirrorSettings): Mirror {
  const git = gitProgram(settings.folder, mirrorEnvironment(settings.programFolders));
  let last: Promise<unknown> = Promise.resolve();
  let opened = 0;
  /** Hosts of one rollout ask for the same commit at the same moment; one fetch serves them all. */
  const alone = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
  return {
    async open(sha) {
      await alone(() => fetchCommit(git, settings, sha, readRef(sha)));
      const [treeId = '', parent = ''] = (await textOf(git, ['log', '-1', '--format=%T %P', sha])).split(/\s+/);
      if (opened++ % 50 === 0) await forgetOld(git);
      const tree = commitTree(settings.folder, sha);
      const output = (words: readonly string[]) => bytesOf(git, words);
      return {
        tree,
        treeId,
        firstParent: parseCommitSha(parent),
        pastTexts: (path) => pastTexts(output, { commit: sha, path, most: mostPastTexts }),
        filesSaying: (...words) => filesSaying(output, { commit: sha, words, prefix: '' }),
        close: () => tree.close(),
      };
    },
    async bundle(sha, base) {
      await alone(() => fetchCommit(git, settings, sha, shipRef(sha)));
      const incremental = base !== null && (await buildsOn(git, sha, base));
      const range = incremental ? [shipRef(sha), `^${base}`] : [shipRef(sha)];
      return { incremental, bytes: git.stream(['bundle', 'create', '--quiet', '-', ...range], `bundling ${sha}`) };
    },
  };
}

/** A bundle can only carry refs: a bare commit id makes git refuse to make one. */
function shipRef(sha: CommitSha): string {
  return `refs/fleetwright/ship/${sha}`;
}

/** What was read keeps a ref, because the next fetch brings only what no ref reaches. */
function readRef(sha: CommitSha): string {
  return `refs/fleetwright/read/${sha}`;
}

async function fetchCommit(git: Git, settings: MirrorSettings, sha: CommitSha, ref: string): Promise<void> {
  const stage = `fetching ${sha}`;
  if ((await git.run(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`])).exitCode === 0) return;
  await mkdir(settings.folder, { recursive: true, mode: 0o700 });
  await must(git, ['init', '--quiet', '--bare', '-b', 'main', settings.folder], 'making the mirror');
  if (!(await isThere(git, sha))) {
    const credentials = await settings.credentials();
    const signedIn = gitProgram(settings.folder, mirrorEnvironment(settings.programFolders, settings.url, credentials));
    const fetch = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', settings.url];
    // Servers may give out only what a ref names; then everything is fetched that may hold the commit.
    const direct = await signedIn.run([...fetch, sha]);
    if (direct.exitCode !== 0) {
      await must(signedIn, [...fetch, '+refs/heads/*:refs/heads/*', '+refs/pull/*/head:refs/pull/*/head'], stage);
    }
    if (!(await isThere(git, sha))) {
      throw new Fault('git-failed', stage, 'never', { detail: `the repository does not hold ${sha}` });
    }
  }
  await must(git, ['update-ref', ref, sha], stage);
}

/** How many commits that were read keep a ref. */
const mostRead = 300;

/** Without an end the refs of a busy repository would be more than its files. */
async function forgetOld(git: Git): Promise<void> {
  const listed = await textOf(git, [
    'for-each-ref',
    '--sort=-creatordate',
    '--format=%(refname)',
    'refs/fleetwright/read',
  ]);
  for (const ref of listed.split('\n').slice(mostRead)) await git.run(['update-ref', '-d', ref]);
}

async function textOf(git: Git, words: readonly string[]): Promise<string> {
  return (await bytesOf(git, words)).toString().trim();
}

async function bytesOf(git: Git, words: readonly string[]): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of git.stream(words, `git ${words[0] ?? ''}`)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function isThere(git: Git, sha: CommitSha): Promise<boolean> {
  return (await git.run(['cat-file', '-e', `${sha}^{commit}`])).exitCode === 0;
}

/** Whether there is something to send on top of `base`. A host that has a descendant and not the commit is broken. */
async function buildsOn(git: Git, sha: CommitSha, base: CommitSha): Promise<boolean> {
  if (!(await isThere(git, base))) return false;
  return (await git.run(['merge-base', '--is-ancestor', sha, base])).exitCode === 1;
}

async function must(git: Git, words: readonly string[], stage: string): Promise<void> {
  const { exitCode, stderr } = await git.run(words);
  if (exitCode !== 0) throw new Fault('git-failed', stage, 'later', { detail: stderr.trim().slice(-500) });
}
