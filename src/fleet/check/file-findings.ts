import type { Finding } from '../../core/finding.ts';
import { decodeText, type Tree, type TreeEntry } from '../../core/tree.ts';
import { folderOf, joinPath } from '../../nix/repository.ts';

/** In bytes. A Nix file that is larger is generated and is not read; another one this large does not belong in git. */
const longestNix = 2_000_000;
const largestFile = 20_000_000;

/** What a repository holds that cannot be read, each with its path: the rest is read all the same. */
export async function fileFindings(tree: Tree): Promise<readonly Finding[]> {
  const entries = await tree.list();
  const links = await linkTargets(tree, entries);
  const found = await Promise.all(
    entries.map(async (entry): Promise<Finding | null> => {
      switch (entry.mode) {
        case 'submodule':
          return at(entry, 'note', 'a submodule: its files are not in this repository and were not read');
        case 'symlink':
          return linkFinding(entry, links);
        case 'file':
        case 'executable':
          return contentFinding(tree, entry);
      }
    }),
  );
  return found.filter((finding) => finding !== null);
}

function at({ path }: TreeEntry, level: Finding['level'], message: string): Finding {
  return { check: 'unreadable-file', level, file: path, line: 1, message };
}

async function contentFinding(tree: Tree, entry: TreeEntry): Promise<Finding | null> {
  const isNix = entry.path.endsWith('.nix');
  const size = entry.size ?? 0;
  if (size > (isNix ? longestNix : largestFile))
    return at(entry, isNix ? 'warning' : 'note', `${megabytes(size)} MB: too large for a configuration, and not read`);
  if (!isNix) return null;
  const bytes = await tree.read(entry.blob);
  const cipher = cipherOf(bytes);
  if (cipher !== null) return at(entry, 'note', `${cipher}: what it says is not known`);
  if (bytes.includes(0)) return at(entry, 'warning', 'not a text: it was not read');
  return decodeText(bytes) === null ? at(entry, 'warning', 'not text in UTF-8: it was not read') : null;
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0);
}

/** Headers of what people encrypt files with inside git. */
const ciphers: readonly (readonly [RegExp, string])[] = [
  [/^\0GITCRYPT/, 'encrypted by git-crypt'],
  [/^age-encryption\.org\/|^-----BEGIN AGE ENCRYPTED FILE/, 'encrypted by age'],
  [/^-----BEGIN PGP MESSAGE/, 'encrypted by PGP'],
  [/^\$ANSIBLE_VAULT;/, 'encrypted by ansible-vault'],
];

/** By whom a file was encrypted, or null where it was not, as far as its beginning tells. */
export function cipherOf(bytes: Uint8Array): string | null {
  const head = String.fromCharCode(...bytes.subarray(0, 64));
  return ciphers.find(([header]) => header.test(head))?.[1] ?? null;
}

/** Where each link leads within the repository; null where it leads out of it. */
async function linkTargets(tree: Tree, entries: readonly TreeEntry[]): Promise<ReadonlyMap<string, string | null>> {
  const links = entries.filter(({ mode }) => mode === 'symlink');
  const targets = await Promise.all(
    links.map(async ({ path, blob }) => {
      const target = decodeText(await tree.read(blob));
      const inside = target === null || target.startsWith('/') ? null : joinPath(folderOf(path), target);
      return [path, inside] as const;
    }),
  );
  return new Map(targets);
}

function linkFinding(entry: TreeEntry, links: ReadonlyMap<string, string | null>): Finding | null {
  const seen = new Set<string>();
  for (let path: string | null | undefined = entry.path; path !== undefined; path = next(path, links)) {
    if (path === null) return at(entry, 'warning', 'a symlink that leads out of the repository: it was not followed');
    if (seen.has(path)) return at(entry, 'warning', 'a symlink that leads back to itself: it was not followed');
    seen.add(path);
  }
  return null;
}

/** A link may go through a folder that is a link itself. */
function next(path: string, links: ReadonlyMap<string, string | null>): string | null | undefined {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    const target = links.get(path.slice(0, end));
    if (target === undefined) continue;
    return target === null ? null : joinPath(target, path.slice(end + 1));
  }
  return undefined;
}
