import { decodeText, type Tree, type TreeEntry } from '../core/tree.ts';
import { parseNix, type NixTree } from './parser.ts';

/** Something that could not be read or understood. Never dropped: what is missing from an answer is said. */
export interface Unread {
  readonly file: string;
  readonly line: number;
  readonly why: string;
}

/** A repository whose Nix, JSON and TOML files are in memory, because an evaluation cannot wait in its middle. */
export interface Repository {
  readonly entries: ReadonlyMap<string, TreeEntry>;
  /** All paths in the order of their text. */
  readonly sorted: readonly string[];
  /** The names in each folder, `''` being the top. */
  readonly folders: ReadonlyMap<string, ReadonlyMap<string, 'file' | 'folder' | 'symlink'>>;
  /** Where each symbolic link leads, if that is within the repository. */
  readonly links: ReadonlyMap<string, string>;
  /** A file's text, where it was loaded. */
  readonly texts: ReadonlyMap<string, string>;
  /** The syntax tree of a loaded Nix file; parsed when asked for, once. */
  parsed(path: string): NixTree | null;
  /** The same for one look at it: a tree that was not parsed before is not kept, as most of a large repository's need not be. */
  glimpsed(path: string): NixTree | null;
  readonly unread: readonly Unread[];
}

/** A Nix file longer than this is generated and no part of a configuration. */
export const longestSource = 2_000_000;
const longestData = 512_000;

const parsedBlobs = new Map<string, NixTree>();
const mostParsed = 20_000;

/** Parsing is by blob id: what did not change between two commits is not read twice. */
function parsedOnce(blob: string, text: string): NixTree {
  const known = parsedBlobs.get(blob);
  if (known !== undefined && known.text === text) return known;
  const tree = parseNix(text);
  if (parsedBlobs.size >= mostParsed) parsedBlobs.clear();
  parsedBlobs.set(blob, tree);
  return tree;
}

export async function loadRepository(tree: Tree): Promise<Repository> {
  const entries = new Map<string, TreeEntry>();
  for (const entry of await tree.list()) entries.set(entry.path, entry);
  const texts = new Map<string, string>();
  const unread: Unread[] = [];
  const wanted = [...entries.values()].filter(isSource);
  await Promise.all(
    wanted.map(async (entry) => {
      const limit = entry.path.endsWith('.nix') ? longestSource : longestData;
      if (entry.size !== undefined && entry.size > limit) {
        if (limit === longestSource) unread.push({ file: entry.path, line: 1, why: 'longer than a configuration is' });
        return;
      }
      const bytes = await tree.read(entry.blob);
      // A short ciphertext may happen to be a text.
      const text = bytes.length > limit || isCiphertext(bytes) ? null : decodeText(bytes);
      if (text !== null) texts.set(entry.path, text);
      else if (limit === longestSource) unread.push({ file: entry.path, line: 1, why: whyUnreadable(bytes) });
    }),
  );
  const links = await readLinks(tree, entries.values(), unread);
  for (const entry of entries.values()) {
    if (entry.mode === 'submodule')
      unread.push({ file: entry.path, line: 1, why: 'a submodule, whose files are elsewhere' });
  }
  unread.sort((a, b) => (a.file < b.file ? -1 : 1));
  // Whoever watches nodes of a tree must meet the very same tree again, whatever the shared cache has let go.
  const trees = new Map<string, NixTree>();
  const parsed = (path: string): NixTree | null => {
    const known = trees.get(path);
    const text = texts.get(path);
    const entry = entries.get(path);
    if (known !== undefined || text === undefined || entry === undefined) return known ?? null;
    const tree = parsedOnce(entry.blob, text);
    trees.set(path, tree);
    return tree;
  };
  const glimpsed = (path: string): NixTree | null => {
    const text = texts.get(path);
    return trees.get(path) ?? (text === undefined ? null : parseNix(text));
  };
  const sorted = [...entries.keys()].sort();
  return { entries, sorted, folders: foldersOf(entries.values()), links, texts, parsed, glimpsed, unread };
}

async function readLinks(tree: Tree, entries: Iterable<TreeEntry>, unread: Unread[]): Promise<Map<string, string>> {
  const links = new Map<string, string>();
  for (const { path, mode, blob } of entries) {
    if (mode !== 'symlink') continue;
    const target = decodeText(await tree.read(blob)) ?? '/';
    const joined = target.startsWith('/') ? null : joinPath(folderOf(path), target);
    if (joined !== null) links.set(path, joined);
    else if (path.endsWith('.nix'))
      unread.push({ file: path, line: 1, why: 'a link that leads out of the repository' });
  }
  return breakLoops(links, unread);
}

/** Links that lead to each other lead nowhere. */
function breakLoops(links: Map<string, string>, unread: Unread[]): Map<string, string> {
  const loops = [...links.keys()].filter((start) => {
    const seen = new Set<string>([start]);
    for (let at = links.get(start); at !== undefined; at = links.get(at)) {
      if (seen.has(at)) return true;
      seen.add(at);
    }
    return false;
  });
  for (const path of loops) {
    links.delete(path);
    if (path.endsWith('.nix')) unread.push({ file: path, line: 1, why: 'a link that leads back to itself' });
  }
  return links;
}

function isSource(entry: TreeEntry): boolean {
  return (
    (entry.mode === 'file' || entry.mode === 'executable') && /\.(nix|json|toml)$|(?:^|\/)flake\.lock$/.test(entry.path)
  );
}

/** git-crypt's header (gitcrypt/fileformat): NUL, "GITCRYPT", NUL. */
function isCiphertext(bytes: Uint8Array): boolean {
  return bytes[0] === 0 && String.fromCharCode(...bytes.subarray(1, 9)) === 'GITCRYPT';
}

function whyUnreadable(bytes: Uint8Array): string {
  if (isCiphertext(bytes)) return 'encrypted by git-crypt';
  return bytes.length > longestSource ? 'longer than a configuration is' : 'not text in UTF-8';
}

function foldersOf(entries: Iterable<TreeEntry>): Repository['folders'] {
  const folders = new Map<string, Map<string, 'file' | 'folder' | 'symlink'>>([['', new Map()]]);
  for (const { path, mode } of entries) {
    let folder = '';
    for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      const inner = path.slice(0, slash);
      namesIn(folders, folder).set(inner.slice(folder === '' ? 0 : folder.length + 1), 'folder');
      folder = inner;
    }
    const kind = mode === 'symlink' ? 'symlink' : mode === 'submodule' ? 'folder' : 'file';
    namesIn(folders, folder).set(path.slice(folder === '' ? 0 : folder.length + 1), kind);
  }
  return folders;
}

function namesIn<Kind>(folders: Map<string, Map<string, Kind>>, folder: string): Map<string, Kind> {
  const known = folders.get(folder);
  if (known !== undefined) return known;
  const made = new Map<string, Kind>();
  folders.set(folder, made);
  return made;
}

/** Where a path leads when links on its way are followed. */
export function realPath({ links }: Repository, path: string): string {
  let real = path;
  for (let hops = 0; links.size > 0 && hops < 40; hops++) {
    const steps = real.split('/');
    const at = steps.findIndex((_, index) => links.has(steps.slice(0, index + 1).join('/')));
    if (at < 0) return real;
    const target = links.get(steps.slice(0, at + 1).join('/')) ?? '';
    real = joinPath(target, steps.slice(at + 1).join('/')) ?? real;
  }
  return real;
}

/** The files below a folder, found by its place in the sorted list. */
export function filesUnder({ sorted }: Repository, folder: string): string[] {
  if (folder === '') return [...sorted];
  const prefix = `${folder}/`;
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as string) < prefix) low = middle + 1;
    else high = middle;
  }
  const found: string[] = [];
  for (let i = low; i < sorted.length && (sorted[i] as string).startsWith(prefix); i++) found.push(sorted[i] as string);
  return found;
}

/** Joins and normalises; null where the result lies outside the repository. */
export function joinPath(folder: string, relative: string): string | null {
  const steps = relative.startsWith('/') || folder === '' ? [] : folder.split('/');
  for (const step of relative.split('/')) {
    if (step === '' || step === '.') continue;
    if (step !== '..') steps.push(step);
    else if (steps.pop() === undefined) return null;
  }
  return steps.join('/');
}

export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}
