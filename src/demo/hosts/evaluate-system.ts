import { parseNix } from '../../nix/parser.ts';
import { positionAt } from '../../nix/source.ts';
import type { CommitFiles } from './commit-files.ts';
import { importedFiles } from './imported-files.ts';
import { practiceStorePath } from './practice-store-path.ts';
import type { PracticeSystem } from './practice-system.ts';
import { systemServices } from './system-services.ts';

export type Evaluated =
  | { readonly kind: 'system'; readonly system: PracticeSystem }
  | { readonly kind: 'no-such-host' }
  | { readonly kind: 'evaluation-error'; readonly message: string };

/** What a commit makes of one host. Equal inputs give the same store path, whatever else the commit changed. */
export async function evaluateSystem(commit: CommitFiles, attribute: string): Promise<Evaluated> {
  const imported = importedFiles(commit.texts, attribute);
  if (imported.kind === 'no-such-host') return imported;
  if (imported.kind === 'missing-file') {
    return { kind: 'evaluation-error', message: `error: path '${source}/${imported.path}' does not exist` };
  }
  const files = new Map(imported.paths.map((path) => [path, commit.texts.get(path) ?? '']));
  for (const [path, text] of files) {
    const message = path.endsWith('.nix') ? syntaxError(path, text) : null;
    if (message !== null) return { kind: 'evaluation-error', message };
  }
  return {
    kind: 'system',
    system: { path: practiceStorePath(attribute, files), files, ...systemServices(files, commit.texts) },
  };
}

/** As Nix says it, with the place. */
function syntaxError(path: string, text: string): string | null {
  const tree = parseNix(text);
  const [error] = tree.errors;
  if (error === undefined) return null;
  const { line, column } = positionAt(tree, error.offset);
  return `error: ${error.message}\n       at ${source}/${path}:${line}:${column}:`;
}

const source = '/nix/store/r6lnb43cq8vz6kxqhrwcn7b0zpa1xq5m-source';
