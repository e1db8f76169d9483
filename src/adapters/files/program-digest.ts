import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The digest of the code that reads repositories. An answer that was kept by other code may miss a host that this one
 * finds, and a version number is changed by people, later.
 */
export async function programDigest(): Promise<string> {
  const hash = createHash('sha256');
  for (const room of ['core', 'nix', 'fleet']) {
    const folder = fileURLToPath(new URL(`../../${room}/`, import.meta.url));
    const files = (await readdir(folder, { recursive: true })).filter((name) => /\.(js|ts)$/.test(name)).sort();
    for (const name of files) hash.update(`${name}\0`).update(await readFile(join(folder, name)));
  }
  return hash.digest('hex');
}
