import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { Socket } from 'node:net';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../core/fault.ts';

const stage = 'starting the private Redis';

/**
 * Runs the server and ends it when our end of descriptor 3 closes, which the kernel does for us also after kill -9.
 * The server leaves the terminal's process group (`detached`), because Ctrl-C must reach the workers before it does.
 */
const keeperScript = `
"$@" 3<&- </dev/null >&2 &
server=$!
trap '' HUP INT TERM
echo "$server"
( read -r _; kill -TERM "$server" ) <&3 >/dev/null &
watcher=$!
wait "$server"
code=$?
kill -KILL "$watcher"
exit "$code"
`;

export interface KeptChild {
  readonly shell: ChildProcess;
  readonly pid: number;
  readonly lifeline: Socket;
}

/** Starts a server whose life hangs on ours. `output` takes what it says before it opens its own log. */
export async function spawnKept(
  program: string,
  programArguments: readonly string[],
  output: string,
): Promise<KeptChild> {
  const file = await open(output, 'w', 0o600);
  try {
    const shell = spawn('/bin/sh', ['-c', keeperScript, 'sh', program, ...programArguments], {
      detached: true,
      stdio: ['ignore', 'pipe', file.fd, 'pipe'],
      // Redis reads its locale and nothing else from the environment; secrets of ours stay ours.
      env: {},
    });
    const pid = await pidFrom(shell);
    // Neither the child nor its pipe keeps this process alive; when it ends, so does the server.
    shell.unref();
    const lifeline = shell.stdio[3];
    if (!(lifeline instanceof Socket)) throw new Error('bug: descriptor 3 is expected to be a pipe');
    lifeline.unref();
    return { shell, pid, lifeline };
  } finally {
    await file.close();
  }
}

async function pidFrom(shell: ChildProcess): Promise<number> {
  try {
    const [bytes] = (await Promise.race([
      once(shell.stdout ?? shell, 'data'),
      once(shell, 'exit').then(() => ['']),
    ])) as [unknown];
    const pid = Number.parseInt(String(bytes), 10);
    if (Number.isInteger(pid)) return pid;
  } catch (error) {
    throw new Fault('store-unavailable', stage, 'never', { cause: error });
  } finally {
    shell.stdout?.destroy();
  }
  throw new Fault('store-unavailable', stage, 'never', { detail: 'its shell ended at once' });
}

/** Ends it in good order, and by force where it does not follow. */
export async function endKept(child: KeptChild): Promise<void> {
  if (child.shell.exitCode !== null || child.shell.signalCode !== null) return;
  const ended = once(child.shell, 'exit');
  child.lifeline.destroy();
  const ending = new AbortController();
  const late = sleep(10_000, 'late' as const, { signal: ending.signal }).catch(() => 'ended' as const);
  child.shell.ref();
  if ((await Promise.race([ended, late])) === 'late') process.kill(child.pid, 'SIGKILL');
  ending.abort();
  await ended;
}
