import { chmod, lutimes, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Tree } from '../../core/tree.ts';

/** Any moment that is the same for every commit: a flake's `lastModified` is that of its newest file. */
const moment = 1;

/**
 * Writes a tree into a new folder as Nix takes a flake from a path: without git, so that there is no revision, and with
 * one date on everything. Submodules are empty folders, as in a clone that does not fetch them.
 */
export async function exportTree(tree: Tree, folder: string): Promise<void> {
  const folders = new Set<string>([folder]);
  const links = new Set<string>();
  await mkdir(folder, { recursive: true });
  for (const { path, mode, blob } of await tree.list()) {
    const steps = path.split('/');
    // git itself refuses such names; a forge's answer is not git.
    if (steps.some((step) => step === '' || step === '.' || step === '..' || step.includes('\0'))) continue;
    const above = steps.slice(1).map((_, index) => steps.slice(0, index + 1).join('/'));
    // No git makes such a tree, but it could be made by hand, to write behind a link.
    if (above.some((inner) => links.has(inner))) continue;
    if (mode === 'symlink') links.add(path);
    for (const inner of above) folders.add(join(folder, inner));
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    if (mode === 'submodule') {
      await mkdir(file);
      folders.add(file);
      continue;
    }
    const bytes = await tree.read(blob);
    if (mode === 'symlink') await symlink(Buffer.from(bytes), file);
    // `wx`: what is there already is never written through, be it a link.
    else await writeFile(file, bytes, { flag: 'wx' });
    if (mode !== 'symlink') await chmod(file, mode === 'executable' ? 0o755 : 0o644);
    await lutimes(file, moment, moment);
  }
  // Innermost first: writing into a folder changes its own date.
  for (const made of [...folders].sort((a, b) => b.length - a.length)) {
    await chmod(made, 0o755);
    await lutimes(made, moment, moment);
  }
}
