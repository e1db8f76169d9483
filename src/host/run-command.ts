import { Fault } from '../core/fault.ts';
import type { Ended, Link, RunOptions } from './link.ts';
import type { RemoteCommand } from './remote-command.ts';

const decoder = new TextDecoder();

/** Standard output as text of a command that must end well; anything else is a fault with the host's own words. */
export async function textOf(link: Link, command: RemoteCommand, options?: RunOptions): Promise<string> {
  const ended = await link.run(command, options);
  if (ended.exitCode !== 0) throw failed(command, ended);
  return decoder.decode(ended.stdout);
}

/**
 * The one line that a program answers. A token that the host has seen surpassed means that somebody else owns the host
 * now, and that whoever asked must stop at once.
 */
export async function wordOf(link: Link, command: RemoteCommand, options?: RunOptions): Promise<Word> {
  const ended = await link.run(command, options);
  if (ended.exitCode !== 0) throw failed(command, ended);
  const line = decoder.decode(ended.stdout).trim();
  const [word = '', value = '', rest = ''] = line.split(' ');
  if (word === 'superseded') {
    throw new Fault('fenced-off', command.kind, 'never', {
      detail: `the host has been taken over with token ${value}`,
    });
  }
  return { word, value, rest, words: decoder.decode(ended.stderr) };
}

export interface Word {
  readonly word: string;
  readonly value: string;
  readonly rest: string;
  /** What came on standard error, for people. */
  readonly words: string;
}

export function strangeAnswer(command: RemoteCommand['kind'], detail: string): Fault {
  return new Fault('unexpected-answer', command, 'never', { detail });
}

/** `sysexits.h`: what the fixed programs end with when the host itself is at fault, and not what was asked. */
function failed(command: RemoteCommand, { exitCode, stderr }: Ended): Fault {
  const words = decoder.decode(stderr).trim().split('\n').slice(-3).join(' ').slice(0, 500);
  const detail = `exit code ${exitCode ?? 'none'}${words === '' ? '' : `: ${words}`}`;
  // 71: systemd does not answer just now, as while it re-executes itself. 73: the folder cannot be written.
  const passing = exitCode === null || exitCode === 71 || exitCode === 75;
  return new Fault('remote-command-failed', command.kind, passing ? 'later' : 'never', { detail });
}
