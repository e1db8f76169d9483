import process from 'node:process';

/** Where a subcommand prints, and how it says how it went (`exit-codes.ts`). */
export interface Io {
  readonly print: (line: string) => void;
  /** On stderr: what is not the answer itself. */
  readonly aside: (line: string) => void;
  readonly exitWith: (code: 0 | 1 | 2) => void;
  /** Called wrongly: one sentence on stderr, exit code 2. */
  readonly misused: (sentence: string) => void;
}

// `… | head` closes the pipe when it has seen enough: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

export const processIo: Io = {
  print: (line) => void process.stdout.write(`${line}\n`),
  aside: (line) => void process.stderr.write(`${line}\n`),
  exitWith(code) {
    process.exitCode = code;
  },
  misused(sentence) {
    process.stderr.write(`${sentence}\n`);
    process.exitCode = 2;
  },
};
