import { isRefusal } from '../core/refusal.ts';
import { decodeText, type Tree, type TreeEntry } from '../core/tree.ts';
import { openZone, type ZoneSource } from './zone.ts';

/** No zone takes in more files than this; what does is no zone, or means harm. */
const mostIncluded = 200;

/**
 * The texts of the zones' files and of what they include, transitively, from inside the repository only. Symlinks and
 * what is not text are left out. Every file that an `$INCLUDE` may mean is loaded, so that what is ambiguous in the
 * repository stays ambiguous here.
 */
export async function loadZoneTexts(tree: Tree, sources: readonly ZoneSource[]): Promise<ReadonlyMap<string, string>> {
  const entries = new Map(
    (await tree.list()).filter(({ mode }) => mode === 'file' || mode === 'executable').map((one) => [one.path, one]),
  );
  const texts = new Map<string, string>();
  const asked = new Set<string>();
  const load = async (wanted: readonly string[]): Promise<void> => {
    const fresh = [...new Set(wanted)].filter((path) => !asked.has(path));
    for (const path of fresh) asked.add(path);
    const read = await Promise.all(fresh.map(async (path) => [path, await textOf(tree, entries.get(path))] as const));
    for (const [path, text] of read) if (text !== null) texts.set(path, text);
  };
  await load(sources.map(({ file }) => file));
  const including = sources.filter(({ file }) => mayInclude(texts.get(file)));
  if (including.length === 0) return texts;
  const byName = namesOf(entries.keys());
  for (let before = -1; before !== texts.size && texts.size - sources.length < mostIncluded; ) {
    before = texts.size;
    await load(including.flatMap((source) => includedNames(source, texts)).flatMap((name) => byName.get(name) ?? []));
  }
  return texts;
}

/**
 * A quick look: most zones are one file, and need not be opened to be found so. In a Nix string the line may begin
 * anywhere, and a Nix file may import the SOA that its zone shares with others.
 */
export function mayInclude(text: string | undefined): boolean {
  return text !== undefined && (/\$INCLUDE\s/i.test(text) || (text.includes('SOA') && /\bimport\b/.test(text)));
}

async function textOf(tree: Tree, entry: TreeEntry | undefined): Promise<string | null> {
  return entry === undefined ? null : decodeText(await tree.read(entry.blob));
}

/** The last words of the paths that the zone's files name. */
function includedNames(source: ZoneSource, texts: ReadonlyMap<string, string>): readonly string[] {
  const zone = openZone(source, texts);
  if (isRefusal(zone)) return [];
  return zone.documents.flatMap((document) =>
    [...document.includes()].map(({ file }) => file.slice(file.lastIndexOf('/') + 1)),
  );
}

function namesOf(paths: Iterable<string>): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const path of paths) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const known = names.get(name);
    if (known === undefined) names.set(name, [path]);
    else known.push(path);
  }
  return names;
}
