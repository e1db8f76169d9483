import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { longestSource } from '../nix/repository.ts';
import { type Verdict, verdictOn } from '../nix/verdict.ts';
import type { Io } from './io.ts';
import { editCommand } from './nix-edit.ts';
import { openRepository } from './open-repository.ts';

interface ParseOptions {
  readonly repo: string;
  readonly json: boolean;
}

/** One `{file, ok, errors: [{line, column, message}]}` a line. */
const parseCommand = (io: Io): Command =>
  new Command('parse')
    .description('say whether files are Nix, and where they are not; without files, every .nix file of the checkout')
    .argument('[files...]', 'the files')
    .option('--repo <path>', 'the checkout', '.')
    .option('--json', 'print one {file, ok, errors} a line', false)
    .action(async (files: string[], options: ParseOptions) => {
      let bad = false;
      const { repo } = options;
      const folder = files.find((file) => !statSync(path.resolve(repo, file)).isFile());
      if (folder !== undefined) return io.misused(`${folder} is not a file.`);
      for await (const { file, bytes } of files.length > 0 ? given(repo, files) : wholeCheckout(repo)) {
        const verdict = bytes === null ? tooLong(file) : verdictOn(file, bytes);
        bad ||= !verdict.ok;
        if (options.json) io.print(JSON.stringify(verdict));
        else for (const { line, column, message } of verdict.errors) io.print(`${file}:${line}:${column} ${message}`);
      }
      io.exitWith(bad ? 1 : 0);
    });

interface NamedBytes {
  readonly file: string;
  /** null where there is more than a configuration is. */
  readonly bytes: Uint8Array | null;
}

/** A file of tens of megabytes is named, and neither read nor parsed. */
function tooLong(file: string): Verdict {
  return { file, ok: false, errors: [{ line: 1, column: 1, message: 'longer than a configuration is: not read' }] };
}

async function* given(repo: string, files: readonly string[]): AsyncGenerator<NamedBytes> {
  for (const file of files) {
    const full = path.resolve(repo, file);
    yield { file, bytes: statSync(full).size > longestSource ? null : readFileSync(full) };
  }
}

async function* wholeCheckout(folder: string): AsyncGenerator<NamedBytes> {
  const tree = await openRepository(folder);
  for (const { path: file, blob, mode, size = 0 } of await tree.list()) {
    if (file.endsWith('.nix') && (mode === 'file' || mode === 'executable'))
      yield { file, bytes: size > longestSource ? null : await tree.read(blob) };
  }
  tree.close();
}

export const nixCommand = (io: Io): Command =>
  new Command('nix').description('read and change Nix files').addCommand(parseCommand(io)).addCommand(editCommand(io));
