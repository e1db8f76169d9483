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
  return {
    kind: 'system',
    system: { path: practiceStorePath(attribute, files), files, ...systemServices(files, commit.texts) },
  };
}

const source = '/nix/store/r6lnb43cq8vz6kxqhrwcn7b0zpa1xq5m-source';
