import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top folder of this program, from `src/` and from the compiled `dist/src/` alike. */
export function programFolder(): string {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const top = path.resolve(here, '..', '..');
  return path.basename(top) === 'dist' ? path.dirname(top) : top;
}

/** Every file below a folder, by its path from there with `/`. */
export async function filesOfFolder(folder: string): Promise<Readonly<Record<string, Uint8Array>>> {
  const files: Record<string, Uint8Array> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    files[path.relative(folder, file).split(path.sep).join('/')] = await readFile(file);
  }
  return files;
}
