import type { NixTree } from '../../nix/parser.ts';
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
  const { repository } = await commit.fleet();
  const flakeError = syntaxError('flake.nix', repository.parsed('flake.nix'));
  if (flakeError !== null) return { kind: 'evaluation-error', message: flakeError };
  const imported = await importedFiles(commit, attribute);
  if (imported.kind === 'no-such-host') return imported;
  if (imported.kind === 'missing-file') {
    return { kind: 'evaluation-error', message: `error: path '${source}/${imported.path}' does not exist` };
  }
  const files = new Map(imported.paths.map((path) => [path, commit.texts.get(path) ?? '']));
  for (const path of files.keys()) {
    // Data that a module reads is text to Nix, whatever is in it.
    if (!path.endsWith('.nix')) continue;
    const message = syntaxError(path, repository.parsed(path));
    if (message !== null) return { kind: 'evaluation-error', message };
  }
  const path = practiceStorePath(attribute, new Map([...files, ...imported.others]));
  return { kind: 'system', system: { path, files, ...systemServices(files, commit.texts) } };
}

/** As Nix says it, with the place. */
function syntaxError(path: string, tree: NixTree | null): string | null {
  const error = tree?.errors[0];
  if (tree === null || error === undefined) return null;
  const { line, column } = positionAt(tree, error.offset);
  return `error: ${error.message}\n       at ${source}/${path}:${line}:${column}:`;
}

const source = '/nix/store/r6lnb43cq8vz6kxqhrwcn7b0zpa1xq5m-source';
