import { randomUUID } from 'node:crypto';
import { access, chmod, chown, lstat, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { z } from 'zod';
import type { Evaluated, Evaluation } from '../../fleet/evaluation.ts';
import type { KeyedTree } from '../../fleet/readings.ts';
import { SystemDigests } from '../../fleet/system-digest.ts';
import { confinedNix, evaluationUser, insideWorkspace, type NixLimits } from './confined-nix.ts';
import { exportTree } from './export-tree.ts';

export interface NixEvaluationSettings {
  /** A folder for sources and a store, in the state folder; made where it is missing. */
  readonly workspace: string;
  readonly programFolders: readonly string[];
  readonly limits: NixLimits;
  /** How many evaluations run at once: each may take all the memory that the limits give it. */
  readonly parallel: number;
  /** Systems that were evaluated before, by tree and name. */
  readonly kept: {
    load(question: readonly string[]): Promise<KeptSystem | null>;
    save(question: readonly string[], system: KeptSystem): Promise<void>;
  };
}

export const keptSystemShape = z.object({ drvPath: z.string(), digest: z.string() });
export type KeptSystem = Readonly<z.output<typeof keptSystemShape>>;

/** The longest text of the store that can be a derivation or name one; what is longer counts by its path. */
const longestText = 4_000_000;

/** Evaluates machines with the machine's own Nix, one process for each, confined. */
export function nixEvaluation(settings: NixEvaluationSettings): Evaluation {
  const free = turns(settings.parallel);
  let emptied: Promise<void> | null = null;
  return {
    async systems(tree, names) {
      const found = new Map<string, Evaluated>();
      for (const name of names) {
        const kept = await settings.kept.load(questionOf(tree, name));
        if (kept !== null) found.set(name, { kind: 'system', ...kept });
      }
      const missing = names.filter((name) => !found.has(name));
      if (missing.length === 0) return found;
      await (emptied ??= emptyLargeStore(settings.workspace));
      await withSource(settings, tree, async (source) => {
        await Promise.all(
          missing.map((name) =>
            free(async () => {
              const system = await source.system(name);
              found.set(name, system);
              // An error may be gone tomorrow (an input that was missing, a machine that was busy); a system stays.
              if (system.kind === 'system') {
                const { drvPath, digest } = system;
                await settings.kept.save(questionOf(tree, name), { drvPath, digest });
              }
            }),
          ),
        );
      });
      return found;
    },
    names: (tree) => withSource(settings, tree, (source) => source.names()),
  };
}

function questionOf({ treeId }: KeyedTree, name: string): readonly string[] {
  return ['system', treeId, name];
}

interface Source {
  system(name: string): Promise<Evaluated>;
  names(): Promise<readonly string[] | { readonly kind: 'failed'; readonly why: string }>;
}

/** A name that this machine's files cannot have, or a disk that is full. */
const notLaidOut = { kind: 'failed', why: 'its files could not be laid out on the worker' } as const;
const withoutFiles: Source = { system: async () => notLaidOut, names: async () => notLaidOut };

/** Lays the files out, lets them be evaluated, and takes them away again. The store keeps what was evaluated. */
async function withSource<Result>(
  settings: NixEvaluationSettings,
  { tree }: KeyedTree,
  use: (source: Source) => Promise<Result>,
): Promise<Result> {
  const { workspace, programFolders, limits } = settings;
  await makeWorkspace(workspace);
  const name = randomUUID();
  const folder = join(workspace, 'sources', name);
  const store = (await hasDaemon()) ? 'system' : 'own';
  const flake = `path:${insideWorkspace}/sources/${name}/source`;
  const nix = (words: readonly string[]) => confinedNix({ workspace, programFolders, limits, store }, words);
  try {
    const isLaidOut = await exportTree(tree, join(folder, 'source')).then(
      () => true,
      () => false,
    );
    if (!isLaidOut) return await use(withoutFiles);
    // What the repository is in the store is asked for once, by the first machine that needs it.
    let digests: Promise<SystemDigests | { readonly kind: 'failed'; readonly why: string }> | null = null;
    const storeRoot = store === 'own' ? join(workspace, 'store') : '';
    return await use({
      async system(host) {
        digests ??= digestsOf(nix, flake, tree, storeRoot);
        const found = await digests;
        if ('kind' in found) return found;
        const attribute = `nixosConfigurations.${JSON.stringify(host)}.config.system.build.toplevel.drvPath`;
        const run = await nix(['eval', '--raw', `${flake}#${attribute}`]);
        if (run.kind === 'failed') return run;
        return { kind: 'system', drvPath: run.output, digest: await found.of(run.output) };
      },
      async names() {
        const run = await nix(['eval', '--json', `${flake}#nixosConfigurations`, '--apply', 'builtins.attrNames']);
        if (run.kind === 'failed') return run;
        return z.array(z.string()).parse(JSON.parse(run.output));
      },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const metadataShape = z.object({ path: z.string(), locked: z.object({ narHash: z.string() }) });

async function digestsOf(
  nix: (words: readonly string[]) => ReturnType<typeof confinedNix>,
  flake: string,
  tree: KeyedTree['tree'],
  storeRoot: string,
): Promise<SystemDigests | { readonly kind: 'failed'; readonly why: string }> {
  const run = await nix(['flake', 'metadata', '--json', flake]);
  if (run.kind === 'failed') return run;
  const { path, locked } = metadataShape.parse(JSON.parse(run.output));
  const read = async (storePath: string): Promise<string | null> => {
    try {
      const file = join(storeRoot, storePath);
      const seen = await lstat(file);
      // A link of somebody else's making is not followed.
      return !seen.isFile() || seen.size > longestText ? null : await readFile(file, 'utf8');
    } catch {
      // A folder, or a path that was only named and never made.
      return null;
    }
  };
  return new SystemDigests({ self: path, narHash: locked.narHash, entries: await tree.list(), read });
}

/** Some twenty fleets of nixpkgs; everything in it can be evaluated again. */
const mostInStore = 400_000;

/** Nothing else ever takes anything out of it. Who evaluates in this moment gets an error, and the host stays named. */
async function emptyLargeStore(workspace: string): Promise<void> {
  const store = join(workspace, 'store');
  const held = await readdir(join(store, 'nix', 'store')).catch(() => []);
  if (held.length > mostInStore) await rm(store, { recursive: true, force: true }).catch(() => undefined);
}

/** The folders of a workspace. A worker that runs as root gives the evaluation's user the two that it writes to. */
async function makeWorkspace(workspace: string): Promise<void> {
  for (const name of ['sources', 'home', 'store']) {
    const folder = join(workspace, name);
    await mkdir(folder, { recursive: true });
    await chmod(folder, 0o755);
    if (process.getuid?.() === 0 && name !== 'sources') await chown(folder, evaluationUser, evaluationUser);
  }
  await chmod(workspace, 0o755);
}

/** With a daemon the machine's own store is used, which has the inputs that were fetched for it; else one of our own. */
function hasDaemon(): Promise<boolean> {
  return access('/nix/var/nix/daemon-socket/socket').then(
    () => true,
    () => false,
  );
}

/** At most so many at once, in the order in which they came. */
function turns(most: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
