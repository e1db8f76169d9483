import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';

/** How the `git` program ended. Output is bytes, because paths and contents need not be text. */
export interface GitResult {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Nothing of the person who runs the demo may change what the practice forge does: no own config, no prompts. */
const inherited = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_COMMON_DIR',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_NAMESPACE',
  'GIT_CONFIG_PARAMETERS',
  'GIT_CONFIG_COUNT',
];

const quiet = [
  ...inherited.flatMap((name) => ['-u', name]),
  'GIT_CONFIG_GLOBAL=/dev/null',
  'GIT_CONFIG_SYSTEM=/dev/null',
  'GIT_CONFIG_NOSYSTEM=1',
  'GIT_TERMINAL_PROMPT=0',
  'LC_ALL=C',
];

/**
 * Starts git with an argument array. `env` in front sets the variables, so that the rest of the environment
 * (the search path above all) is the process's own without being read here.
 */
export function startGit(
  args: readonly string[],
  options: { readonly variables?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
): ChildProcessWithoutNullStreams {
  const variables = Object.entries(options.variables ?? {}).map(([name, value]) => `${name}=${value}`);
  return spawn('env', [...quiet, ...variables, 'git', ...args], { cwd: options.cwd, stdio: 'pipe' });
}

/** Runs git to its end and resolves however it ended; it rejects only where git cannot be started. */
export function runGit(
  args: readonly string[],
  options: {
    readonly variables?: Readonly<Record<string, string>>;
    readonly cwd?: string;
    readonly input?: string | Uint8Array;
  } = {},
): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = startGit(args, options);
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    // git may end before it has read its input; its exit status says what that meant.
    child.stdin.on('error', () => {});
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ status: code ?? 128, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString('utf8') }),
    );
    child.stdin.end(options.input ?? '');
  });
}
