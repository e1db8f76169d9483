import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';

/** How far one evaluation may go. */
export interface NixLimits {
  readonly wallMs: number;
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
}

export interface ConfinedNixSettings {
  /** What an evaluation sees of the worker's files: its sources, its home and its store. */
  readonly workspace: string;
  readonly programFolders: readonly string[];
  /** `own`: a store in the workspace. `system`: the machine's, through its daemon. */
  readonly store: 'own' | 'system';
  readonly limits: NixLimits;
}

export type NixRun =
  | { readonly kind: 'ok'; readonly output: string }
  | { readonly kind: 'failed'; readonly why: string };

/** Nobody's number: systemd keeps the numbers around it for accounts that exist only while a service runs. */
export const evaluationUser = 64_211;

/** Where the workspace lies for the evaluation, whatever folders of the worker's are closed to it. */
export const insideWorkspace = '/mnt';

const mostOutput = 1_000_000;

/**
 * Runs `nix` on what somebody else wrote: no network, no other process, an empty environment, a user of its own where
 * the worker may give it one, bounds on time and memory. Where the kernel refuses any of it nothing runs at all.
 */
export async function confinedNix(settings: ConfinedNixSettings, words: readonly string[]): Promise<NixRun> {
  const { limits, programFolders } = settings;
  const child = spawn('unshare', confinement(settings, words), {
    env: { PATH: programFolders.join(':'), HOME: join(insideWorkspace, 'home'), USER: 'nobody', LC_ALL: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    cwd: '/',
  });
  let output = '';
  let problem = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(0, mostOutput)));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (problem = (problem + text).slice(-10_000)));
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    // The whole group: `unshare` takes its own children with it, and with the first of them go all.
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, limits.wallMs);
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    if (late) return { kind: 'failed', why: `it took longer than ${Math.round(limits.wallMs / 1000)} s` };
    return code === 0 ? { kind: 'ok', output } : { kind: 'failed', why: reasonIn(problem, code) };
  } catch {
    return { kind: 'failed', why: 'the programs that confine an evaluation (unshare, setpriv, prlimit) are not there' };
  } finally {
    clearTimeout(timer);
  }
}

function confinement({ workspace, limits, store }: ConfinedNixSettings, words: readonly string[]): string[] {
  const isRoot = process.getuid?.() === 0;
  const user = String(evaluationUser);
  const shellLine = 'mount --bind "$0" "$1" && shift && exec "$@"';
  const asUser = ['setpriv', '--reuid', user, '--regid', user, '--clear-groups', '--no-new-privs', '--inh-caps=-all'];
  const bounds = [`--as=${limits.memoryBytes}`, `--cpu=${limits.cpuSeconds}`, '--core=0'];
  return [
    // With `--kill-child` whoever kills the first process kills all of them.
    ...namespaces,
    ...(isRoot ? [] : ['--user', '--map-root-user']),
    'sh',
    '-c',
    shellLine,
    workspace,
    insideWorkspace,
    ...(isRoot ? asUser : []),
    'prlimit',
    ...bounds,
    'nix',
    '--extra-experimental-features',
    'nix-command flakes',
    ...words,
    ...(store === 'own' ? ['--store', join(insideWorkspace, 'store')] : []),
    '--offline',
    '--no-write-lock-file',
    ...Object.entries(closed).flatMap(([option, value]) => ['--option', option, value]),
  ];
}

const namespaces = ['--net', '--mount', '--pid', '--ipc', '--uts', '--fork', '--kill-child'];

/** What an evaluation may not do. Tried with Nix 2.8.0: see test/adapters/nix-cli/nix-evaluation.test.ts. */
const closed = {
  'pure-eval': 'true',
  'restrict-eval': 'true',
  'allow-import-from-derivation': 'false',
  // The flake's own `nixConfig` must not open any of this.
  'accept-flake-config': 'false',
  substitute: 'false',
  'eval-cache': 'false',
  'build-users-group': '',
  'max-jobs': '0',
} as const;

/** Nix says what went wrong in the line that begins with `error:`; what follows it is where. */
function reasonIn(problem: string, code: number | null): string {
  const lines = problem.split('\n').map((line) => line.trim());
  const error = lines.findLast((line) => line.startsWith('error:'));
  const last = lines.findLast((line) => line !== '' && !line.startsWith('('));
  return (error ?? last ?? `nix ended with ${code ?? 'a signal'}`).replace(/^error:\s*/, '').slice(0, 300);
}
