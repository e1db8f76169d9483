import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top folder of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Source {
  /** From the top folder, with `/`. */
  readonly file: string;
  readonly text: string;
  /** What it imports, as written. Type-only imports are marked: they vanish when compiled. */
  readonly imports: readonly { readonly from: string; readonly typeOnly: boolean }[];
}

/** Every TypeScript source under the folders, whether committed yet or not. */
export function sourcesUnder(...folders: string[]): readonly Source[] {
  const listed = execFileSync(
    'git',
    [
      'ls-files',
      '-z',
      '--cached',
      '--others',
      '--exclude-standard',
      '--',
      ...folders.map((folder) => `${folder}/*.ts`),
    ],
    { cwd: root, encoding: 'utf8' },
  );
  const files = [...new Set(listed.split('\0'))].filter((file) => file !== '');
  return files.flatMap((file) => {
    const text = readIfThere(path.join(root, file));
    return text === null ? [] : [{ file, text, imports: importsOf(text) }];
  });
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null; // listed by git, deleted in the working tree
  }
}

/** Static and dynamic imports and re-exports. Comments are taken out first, strings are not: none of ours holds an import. */
export function importsOf(text: string): Source['imports'] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
  const found: { from: string; typeOnly: boolean }[] = [];
  const statics = /^\s*(import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;
  for (const [, , typeOnly, from] of code.matchAll(statics))
    if (from) found.push({ from, typeOnly: typeOnly !== undefined });
  for (const [, from] of code.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g))
    if (from) found.push({ from, typeOnly: false });
  return found;
}

/** Where a relative import leads, from the top folder; null for a package. */
export function targetOf(file: string, from: string): string | null {
  return from.startsWith('.') ? path.posix.normalize(path.posix.join(path.posix.dirname(file), from)) : null;
}
