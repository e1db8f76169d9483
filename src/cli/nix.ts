import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { verdictOn } from '../nix/verdict.ts';
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
      for await (const { file, bytes } of files.length > 0 ? given(files) : wholeCheckout(options.repo)) {
        const verdict = verdictOn(file, bytes);
        bad ||= !verdict.ok;
        if (options.json) io.print(JSON.stringify(verdict));
        else for (const { line, column, message } of verdict.errors) io.print(`${file}:${line}:${column} ${message}`);
      }
      io.exitWith(bad ? 1 : 0);
    });

interface NamedBytes {
  readonly file: string;
  readonly bytes: Uint8Array;
}

async function* given(files: readonly string[]): AsyncGenerator<NamedBytes> {
  for (const file of files) yield { file, bytes: readFileSync(file) };
}

async function* wholeCheckout(folder: string): AsyncGenerator<NamedBytes> {
  const tree = await openRepository(folder);
  for (const { path, blob, mode } of await tree.list()) {
    if (path.endsWith('.nix') && (mode === 'file' || mode === 'executable'))
      yield { file: path, bytes: await tree.read(blob) };
  }
  tree.close();
}

export const nixCommand = (io: Io): Command =>
  new Command('nix').description('read and change Nix files').addCommand(parseCommand(io)).addCommand(editCommand(io));
