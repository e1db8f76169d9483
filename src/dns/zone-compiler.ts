import type { ServerProgram } from './server-programs.ts';
import { includedPath, type OpenZone } from './zone.ts';

/** Name servers' own reading of zone files, where such programs are installed. */
export interface ZoneCompiler {
  /** `files` by plain names without folders; `main` is the one that takes in the others. Reads nothing else, asks nobody. */
  compile(zone: string, bundle: ZoneBundle): Promise<CompiledZone>;
  /** What the program of another server says of the zone; it prints no records. */
  check(program: ServerProgram, zone: string, bundle: ZoneBundle): Promise<CheckedByServer>;
}

export type CheckedByServer =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly reason: string }
  /** It is not installed here. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'not-known'; readonly reason: string };

export type CompiledZone =
  /** One record a line, everything absolute. */
  | { readonly kind: 'compiled'; readonly text: string }
  /** The program does not take the zone. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** There is no program, or it came to no end: nothing is known. */
  | { readonly kind: 'not-known'; readonly reason: string | null };

export interface ZoneBundle {
  readonly main: string;
  readonly files: ReadonlyMap<string, string>;
}

/**
 * A zone's files under names of ours, each `$INCLUDE` pointing to one of them. Null where that cannot be said for sure:
 * a server's program follows a path of the zone out of the repository, and would tell what it reads there.
 */
export function zoneBundle(zone: OpenZone): ZoneBundle | null {
  if (zone.missing.length > 0) return null;
  const paths = new Map(zone.documents.map(({ path }, at) => [path, `zone-${at}`]));
  const files = new Map<string, string>();
  for (const document of zone.documents) {
    const own = document.holder === 'zone-file' ? document.text : document.zoneText();
    const included = [...document.includes()];
    // Lines of a text inside of another file are counted in that file.
    if (own === null || (document.holder !== 'zone-file' && included.length > 0)) return null;
    const lines = own.split('\n');
    for (const { file, line } of included) {
      const target = paths.get(includedPath(document.path, file, paths) ?? '');
      const text = lines[line - 1];
      if (target === undefined || text === undefined) return null;
      lines[line - 1] = text.replace(/^(\ufeff?\$INCLUDE[ \t]+)("[^"]*"|[^ \t;"\r]+)/i, `$1${target}`);
    }
    const text = lines.join('\n');
    // Wherever it stands, also where we take it for something else.
    const followed = [...text.matchAll(/\$INCLUDE(?![ \t]+zone-\d+(?![^\s;]))/gi)];
    if (followed.length > 0) return null;
    files.set(paths.get(document.path) ?? '', text);
  }
  return { main: 'zone-0', files };
}
