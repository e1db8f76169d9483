import { assert } from '../core/bug.ts';
import { refuse, type Refusal } from '../core/refusal.ts';
import type { ParseContext } from './holder.ts';
import { holders, openHeld, type HeldDocument } from './holders.ts';
import { canonicalName } from './name.ts';
import type { HeldRecord } from './record.ts';

/** Where the configuration says that a zone is kept. */
export interface ZoneSource {
  readonly zone: string;
  readonly file: string;
  /** The id of the holder, where somebody knows it; else the file tells. */
  readonly holder?: string;
}

/** A zone with the documents that hold it: its own file first, then those that it includes. */
export interface OpenZone {
  /** Canonical. */
  readonly name: string;
  readonly documents: readonly HeldDocument[];
  /** Included files that the repository does not have: what they say is not known. */
  readonly missing: readonly { readonly file: string; readonly line: number; readonly included: string }[];
}

/** Opens a zone from the texts of a repository, with the files that it includes. */
export function openZone(source: ZoneSource, files: ReadonlyMap<string, string>): OpenZone | Refusal {
  const name = canonicalName(source.zone);
  const text = files.get(source.file);
  if (text === undefined) {
    return refuse(
      'zone-not-found',
      { zone: name, file: source.file, reason: 'the file is not in the repository, or it is not text' },
      `Name the zone's file under zones: "${source.zone}": in .github/fleetwright.yml.`,
    );
  }
  const documents: HeldDocument[] = [];
  const missing: { file: string; line: number; included: string }[] = [];
  const wanted: (ParseContext & { readonly serialBy?: string })[] = [{ path: source.file, zone: source.zone }];
  const seen = new Set<string>();
  for (let context = wanted.shift(); context !== undefined; context = wanted.shift()) {
    // A file that includes itself, by whatever way round, is read once.
    if (seen.has(context.path)) continue;
    seen.add(context.path);
    const text = files.get(context.path) ?? '';
    const { serialBy } = context;
    const document =
      serialBy === undefined
        ? openAsZone(text, context, documents.length > 0 ? 'zone-file' : source.holder)
        : onlySerial(openAsZone(text, context, serialBy));
    documents.push(document);
    for (const include of document.includes()) {
      const path = includedPath(document.path, include.file, files);
      if (path === null) missing.push({ file: document.path, line: include.line, included: include.file });
      else wanted.push({ ...include, path, zone: source.zone });
    }
  }
  return { name, documents, missing };
}

/** A file that the configuration or an `$INCLUDE` names is opened as a zone file, also where its own text does not tell. */
function openAsZone(text: string, context: ParseContext, holder: string | undefined): HeldDocument {
  const claimed = holder === undefined ? openHeld(text, context) : null;
  const chosen = holders.find(({ id }) => id === (holder ?? 'zone-file'));
  assert(chosen !== undefined, 'a holder of the list');
  return claimed ?? chosen.open(text, context);
}

/** A file of which a zone takes the serial, and nothing else. */
function onlySerial(held: HeldDocument): HeldDocument {
  const { holder, path, zone, text } = held;
  return {
    holder,
    path,
    zone,
    text,
    apply: () => refuse('zone-unreadable', { zone, file: path, line: 1, reason: 'the file only holds the serial' }),
    records: () => [],
    unreadable: () => [],
    includes: () => [],
    zoneText: () => null,
    serial: () => held.serial(),
    withSerial: (serial) => onlySerial(held.withSerial(serial)),
  };
}

/**
 * Name servers resolve an `$INCLUDE` from their own folder, which a repository does not tell: beside the including
 * file, from the top, or the only file whose path ends in the same words.
 */
export function includedPath(from: string, file: string, files: ReadonlyMap<string, string>): string | null {
  const folder = from.slice(0, from.lastIndexOf('/') + 1);
  const plain = normalPath(file);
  for (const path of [normalPath(folder + file), plain]) if (files.has(path)) return path;
  const parts = plain.split('/').filter((part) => part !== '' && part !== '..');
  for (let from = 0; from < parts.length; from += 1) {
    const end = parts.slice(from).join('/');
    const found = [...files.keys()].filter((path) => path === end || path.endsWith(`/${end}`));
    if (found.length === 1) return found[0] ?? null;
  }
  return null;
}

function normalPath(path: string): string {
  const out: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') out.pop();
    else if (part !== '.' && part !== '') out.push(part);
  }
  return (path.startsWith('/') ? '/' : '') + out.join('/');
}

export function* zoneRecords(zone: OpenZone): Generator<HeldRecord> {
  for (const document of zone.documents) yield* document.records();
}
