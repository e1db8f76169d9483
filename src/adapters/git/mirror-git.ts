import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Fault } from '../../core/fault.ts';

/** git as a program, always by argument arrays. */
export interface Git {
  run(words: readonly string[]): Promise<{ readonly exitCode: number | null; readonly stderr: string }>;
  /** Standard output as it comes; ends with a `Fault` unless git ended well. Nothing runs before the first read. */
  stream(words: readonly string[], stage: string): AsyncIterable<Uint8Array>;
}

/** Long enough for the first fetch of a large repository over a slow line. */
const longestMs = 15 * 60_000;

export function gitProgram(folder: string, environment: Readonly<Record<string, string>>): Git {
  const start = (words: readonly string[]) =>
    // The folder is named and not entered: it may not exist yet.
    spawn('git', ['--git-dir', folder, ...words], {
      env: { ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: longestMs,
    });
  return {
    async run(words) {
      const child = start(words);
      let stderr = '';
      child.stdout.resume();
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-10_000)));
      const exitCode = await codeOf(once(child, 'close'));
      return { exitCode, stderr };
    },
    async *stream(words, stage) {
      const child = start(words);
      let stderr = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-10_000)));
      const closed = codeOf(once(child, 'close'));
      try {
        yield* child.stdout as AsyncIterable<Uint8Array>;
        const exitCode = await closed;
        if (exitCode !== 0) throw new Fault('git-failed', stage, 'never', { detail: stderr.trim().slice(-500) });
      } finally {
        child.kill();
        await closed.catch(() => undefined);
      }
    },
  };
}

async function codeOf(closed: Promise<unknown[]>): Promise<number | null> {
  try {
    const [code] = await closed;
    return typeof code === 'number' ? code : null;
  } catch (cause) {
    throw new Fault('git-failed', 'starting git', 'never', { cause, detail: 'git cannot be started' });
  }
}

/**
 * The whole environment of a mirror's git. Credentials go through it and never through arguments, which every process
 * of the machine can read; they are bound to the address, so a redirect elsewhere does not carry them along.
 * The configuration of whoever runs the bot is left out: a mirror must behave the same everywhere.
 */
export function mirrorEnvironment(
  programFolders: readonly string[],
  url?: string,
  credentials?: { readonly user: string; readonly password: string } | null,
): Readonly<Record<string, string>> {
  const config: (readonly [string, string])[] = [
    ['protocol.allow', 'never'],
    ['protocol.https.allow', 'always'],
    ['protocol.http.allow', 'always'],
    ['protocol.file.allow', 'always'],
    ['credential.helper', ''],
  ];
  if (url !== undefined && credentials !== undefined && credentials !== null) {
    const basic = Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64');
    config.push([`http.${url}.extraHeader`, `Authorization: Basic ${basic}`]);
  }
  return {
    PATH: programFolders.join(':'),
    LC_ALL: 'C.UTF-8',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_COUNT: String(config.length),
    ...Object.fromEntries(
      config.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
}
