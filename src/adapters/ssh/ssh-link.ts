import type { Client, ClientChannel } from 'ssh2';
import { Fault } from '../../core/fault.ts';
import type { Ended, Link, RunOptions, Target } from '../../host/link.ts';
import { argvOf, type RemoteCommand } from '../../host/remote-command.ts';
import { shellLine } from '../../host/shell-words.ts';

/** A logged-in client as a link. sshd allows ten sessions on a connection, so commands wait for each other. */
export function openLink(client: Client, target: Target): Link {
  let alive = true;
  let failure: Error | null = null;
  let last: Promise<unknown> = Promise.resolve();
  const closed = new Promise<void>((resolve) => {
    client.on('close', () => {
      alive = false;
      resolve();
    });
  });
  // An 'error' without a listener would end the process; 'close' follows and says the same to whoever waits.
  client.on('error', (error) => (failure ??= error));
  return {
    get alive() {
      return alive;
    },
    run(command, options = {}) {
      const stage = `${command.kind} on ${target.host}`;
      const lost = (): Fault =>
        new Fault('connection-lost', stage, 'later', failure === null ? {} : { cause: failure });
      const before = last;
      const run = (async () => {
        await before;
        options.signal?.throwIfAborted();
        if (!alive) throw lost();
        return runOne({ client, command, options, stage, lost, isAlive: () => alive });
      })();
      last = run.catch(() => undefined);
      return run;
    },
    async close() {
      if (!alive) return;
      client.end();
      // A peer that is gone never answers the goodbye.
      const timer = setTimeout(() => client.destroy(), 1000);
      await closed;
      clearTimeout(timer);
    },
  };
}

interface OneRun {
  readonly client: Client;
  readonly command: RemoteCommand;
  readonly options: RunOptions;
  readonly stage: string;
  readonly lost: () => Fault;
  readonly isAlive: () => boolean;
}

/**
 * One command. Only the channel's `close` ends it: `exit` and `end` come in either order, and on a lost connection
 * there is neither. Giving up ends the whole connection, because the command still occupies it.
 */
function runOne({ client, command, options, stage, lost, isAlive }: OneRun): Promise<Ended> {
  const { deadlineMs = 60_000, maxOutput = 4 * 1024 * 1024, input, signal } = options;
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  let size = 0;
  let exit: { readonly code: number | null } | null = null;
  return new Promise<Ended>((resolve, reject) => {
    const finish = (end: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      client.removeListener('close', onLost);
      end();
    };
    const giveUp = (reason: unknown): void => {
      client.destroy();
      finish(() => reject(reason));
    };
    const onLost = (): void => finish(() => reject(lost()));
    const onAbort = (): void => giveUp(signal?.reason);
    const timer = setTimeout(() => {
      giveUp(new Fault('timed-out', stage, 'later', { detail: `no answer in ${Math.round(deadlineMs / 1000)} s` }));
    }, deadlineMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    client.once('close', onLost);
    const keep = (into: Buffer[]) => (chunk: Buffer) => {
      size += chunk.length;
      into.push(chunk);
      if (size > maxOutput) {
        giveUp(new Fault('unexpected-answer', stage, 'never', { detail: `more than ${maxOutput} bytes of output` }));
      }
    };
    const onChannel = (error: Error | undefined, channel: ClientChannel): void => {
      if (error !== undefined) return giveUp(new Fault('connection-lost', stage, 'later', { cause: error }));
      channel.on('data', keep(stdout));
      channel.stderr.on('data', keep(stderr));
      channel.on('exit', (code: number | null) => (exit = { code }));
      channel.on('close', () => {
        // A connection that breaks closes its channels first, also one whose exit code came before its last output.
        setImmediate(() => {
          const seen = exit;
          if (seen === null || !isAlive()) return onLost();
          const ended = { exitCode: seen.code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) };
          finish(() => resolve(ended));
        });
      });
      // A command that ends before it read everything closes its input; 'close' tells what came of it.
      channel.on('error', () => undefined);
      if (input === undefined) channel.end();
      else send(input, channel).catch(giveUp);
    };
    try {
      client.exec(shellLine(argvOf(command)), onChannel);
    } catch (error) {
      giveUp(new Fault('connection-lost', stage, 'later', { cause: error }));
    }
  });
}

/** As fast as the host takes it, so that a large bundle never piles up in memory. */
async function send(input: AsyncIterable<Uint8Array>, channel: ClientChannel): Promise<void> {
  let over = false;
  let wake = (): void => undefined;
  channel.on('drain', () => wake());
  channel.on('close', () => {
    over = true;
    wake();
  });
  for await (const chunk of input) {
    if (over) return;
    const flowing = channel.write(chunk);
    if (!flowing) await new Promise<void>((resolve) => (wake = resolve));
  }
  channel.end();
}
