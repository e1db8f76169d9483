import { readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { decodeText } from '../core/tree.ts';
import { unifiedDiff } from '../core/unified-diff.ts';
import { applyEdits } from '../nix/edit/apply-edits.ts';
import { longestSource } from '../nix/repository.ts';
import type { Io } from './io.ts';
import { editFromWords, editsFromJson, operations, type ReadEdits } from './nix-edit-words.ts';

interface EditOptions {
  readonly repo: string;
  readonly edits?: string;
  readonly write: boolean;
  readonly json: boolean;
}

/** What `--json` prints. `line` and `column` are those of the first place in the way, `at` holds them all. */
interface EditReport {
  readonly file: string;
  readonly changed: boolean;
  /** As `git apply` takes it; empty where nothing changes. */
  readonly diff: string;
  readonly refused?: {
    readonly code: string;
    readonly message: string;
    readonly line?: number;
    readonly column?: number;
    readonly at: readonly { readonly line: number; readonly column: number }[];
    /** Which edit, from 0. */
    readonly edit: number;
  };
}

const help = `
Edits:
${operations.map(({ word, takes, does }) => `  ${`${word} ${takes.join(' ')}`.padEnd(24)}${does}`).join('\n')}

A PATH is written as Nix writes it: services.nginx.virtualHosts."a.example.org".root
Several edits at once, all or none: --edits FILE, or - for standard input, with JSON such as
  [{"kind": "set", "path": "services.consul.enable", "value": "true"},
   {"kind": "add-item", "path": ["networking", "firewall", "allowedTCPPorts"], "item": "8500"}]
Kinds: set, set-string (path, value), remove (path), add-item, remove-item (path, item), add-import (item),
add-argument (name).

Examples:
  fleetwright nix edit hosts/griffin/default.nix set services.consul.enable true
  fleetwright nix edit hosts/griffin/default.nix list-add networking.firewall.allowedTCPPorts 8500 --write
  fleetwright nix edit hosts/griffin/default.nix import ../../modules/consul.nix --write
  fleetwright nix edit hosts/griffin/default.nix string users.motd 'Mind the gap' | git apply

It prints the change as a diff and ends with 0, with 1 where the edit is refused (it says what is in the way, with
line and column, and nothing is written), and with 2 where it was called wrongly.`;

/** `{file, changed, diff, refused?: {code, message, line?, column?, at, edit}}` */
export const editCommand = (io: Io): Command =>
  new Command('edit')
    .description('change a Nix file by what should be true afterwards, in the lines that must change and no other')
    .argument('<file>', 'the file, from the top of --repo')
    .argument('[edit...]', 'what to do: see below')
    .option('--repo <path>', 'the checkout', '.')
    .option('--edits <file>', 'a JSON array of edits, - for standard input')
    .option('--write', 'change the file; without it, the diff is only printed', false)
    .option('--json', 'print {file, changed, diff, refused?}', false)
    .addHelpText('after', help)
    .action((file: string, words: string[], options: EditOptions) => {
      const full = path.resolve(options.repo, file);
      const text = sourceOf(full);
      if (text.kind === 'unreadable') return io.misused(`${file} ${text.why}.`);
      const read = editsOf(words, options.edits);
      if (read.kind === 'misused')
        return io.misused(`${read.sentence} \`fleetwright nix edit --help\` lists the edits.`);
      const report = reportOf(file, text.text, read.edits, options.write ? (after) => replaceFile(full, after) : null);
      if (options.json) io.print(JSON.stringify(report));
      else for (const line of sentences(report)) io.print(line);
      io.exitWith(report.refused === undefined ? 0 : 1);
    });

function editsOf(words: readonly string[], file: string | undefined): ReadEdits {
  if (file === undefined) return editFromWords(words);
  if (words.length > 0) return { kind: 'misused', sentence: 'Edits come as words or with --edits, not both.' };
  return editsFromJson(readFileSync(file === '-' ? 0 : file, 'utf8'));
}

function reportOf(
  file: string,
  before: string,
  edits: Parameters<typeof applyEdits>[1],
  write: ((after: string) => void) | null,
): EditReport {
  const made = applyEdits(before, edits);
  if (made.kind === 'refused') {
    const { problem: code, message, at, index: edit } = made;
    const [first] = at;
    const place = first === undefined ? {} : { line: first.line, column: first.column };
    const places = at.map(({ line, column }) => ({ line, column }));
    return { file, changed: false, diff: '', refused: { code, message, ...place, at: places, edit } };
  }
  if (made.changed) write?.(made.text);
  return { file, changed: made.changed, diff: unifiedDiff({ path: file, before, after: made.text }) };
}

function sentences({ file, changed, diff, refused }: EditReport): string[] {
  if (refused !== undefined) {
    const { message, line, column, at } = refused;
    const more = at.slice(1).map((place) => `${file}:${place.line}:${place.column}`);
    const where = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
    return [`${where} ${message}${more.length === 0 ? '' : ` (also at ${more.join(', ')})`}`];
  }
  return [changed ? diff.slice(0, -1) : `${file} says so already.`];
}

type Source = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'unreadable'; readonly why: string };

/** A regular file's text. What is no text in UTF-8 cannot be written back as it was, so it is not edited. */
function sourceOf(file: string): Source {
  const stat = statSync(file);
  if (!stat.isFile()) return { kind: 'unreadable', why: 'is not a file' };
  if (stat.size > longestSource) return { kind: 'unreadable', why: 'is longer than a configuration is' };
  const text = decodeText(readFileSync(file));
  return text === null ? { kind: 'unreadable', why: 'is not text in UTF-8' } : { kind: 'text', text };
}

/** The file is there whole, before or after, whenever somebody looks. A link stays a link, and its target changes. */
function replaceFile(file: string, text: string): void {
  const real = realpathSync(file);
  const part = `${real}.fleetwright-part`;
  writeFileSync(part, text, { mode: statSync(real).mode, flag: 'wx' });
  renameSync(part, real);
}
