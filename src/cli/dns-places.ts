import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { fleetConfigPath } from '../config/fleet-config.ts';
import { parseFleetConfig } from '../config/parse-fleet-config.ts';
import { type Edit } from '../core/edit.ts';
import { Fault } from '../core/fault.ts';
import { isRefusal, refuse, type Refusal } from '../core/refusal.ts';
import { decodeText, textAt, type Tree } from '../core/tree.ts';
import { findZones, zonesInFile } from '../dns/find-zones.ts';
import { holders } from '../dns/holders.ts';
import { loadZoneTexts, mayInclude } from '../dns/load-zone-texts.ts';
import { canonicalName } from '../dns/name.ts';
import { mostPastTexts, type PastText } from '../dns/serial-evidence.ts';
import type { SayingFile } from '../dns/serial-makers.ts';
import { openZone, type ZoneSource } from '../dns/zone.ts';
import { openRepository } from './open-repository.ts';
import { plainFolder } from './plain-folder.ts';

const run = promisify(execFile);

/** Where a subcommand of `dns` looks. */
export interface PlaceOptions {
  readonly repo?: string;
  readonly zone?: string;
  readonly file?: string;
  readonly format?: string;
}

/** The places that may hold the asked names, and their texts on demand. */
export interface Places {
  readonly sources: readonly ZoneSource[];
  /** The texts of these zones and of what they include. */
  texts(of: readonly ZoneSource[]): Promise<ReadonlyMap<string, string>>;
  /** The last states of a file that git knows, oldest first. */
  pastTexts(file: string): Promise<readonly PastText[]>;
  /** The files of the last commit that hold one of the words; none outside of a repository. */
  filesSaying(...words: readonly string[]): Promise<readonly SayingFile[]>;
  write(edits: readonly Edit[]): void;
  close(): void;
}

/** The zones of one file, of a configured repository, or of any repository or folder. A refusal where that is no question yet. */
export async function openPlaces(options: PlaceOptions): Promise<Places | Refusal> {
  const known = holders.map(({ id }) => id);
  if (options.format !== undefined && !known.includes(options.format))
    return refuse('bad-arguments', {
      reason: `does not know the format ${options.format}`,
      usage: `--format ${known.join('|')}`,
    });
  return options.file === undefined ? repositoryPlaces(options) : filePlaces(options, options.file);
}

async function filePlaces(options: PlaceOptions, file: string): Promise<Places | Refusal> {
  const inRepository = options.repo === undefined ? null : path.join(options.repo, file);
  const base =
    inRepository !== null && !path.isAbsolute(file) && existsSync(inRepository) ? (options.repo ?? '.') : '.';
  const full = path.isAbsolute(file) ? file : path.join(base, file);
  const bytes = readFileSync(full);
  // Old zone files are often ISO 8859-1. Every octet stays what it is, in the file and in the records.
  const utf8 = decodeText(bytes);
  const text = utf8 ?? bytes.toString('latin1');
  if (text.includes('\0')) return refuse('zone-unreadable', { file, line: 1, reason: 'it is not text' });
  const { format, zone } = options;
  const holder = format === undefined ? {} : { holder: format };
  const found = zone === undefined ? zonesInFile(file, text, format) : [{ zone: canonicalName(zone), file, ...holder }];
  if (found.length === 0)
    return refuse(
      'zone-not-found',
      { zone: file, file, line: 1, reason: 'the file does not tell which zone it holds' },
      `Name the zone with --zone${format === undefined ? ', and the kind of the file with --format' : ''}.`,
    );
  return {
    sources: found,
    texts: async () => (mayInclude(text) ? withIncluded(base, file, text, found) : new Map([[file, text]])),
    filesSaying: async () => [],
    pastTexts: () => pastTextsOf(path.dirname(full), path.basename(full)),
    write: (edits) => writeAll(base, edits, new Map(utf8 === null ? [[file, 'latin1' as const]] : [])),
    close: () => undefined,
  };
}

/** The file with those that it includes from beside it, for as long as they name others. */
function withIncluded(
  base: string,
  file: string,
  text: string,
  sources: readonly ZoneSource[],
): ReadonlyMap<string, string> {
  const texts = new Map([[file, text]]);
  const tried = new Set<string>();
  for (let before = 0; before !== texts.size; ) {
    before = texts.size;
    const zones = sources.map((source) => openZone(source, texts));
    for (const { file: from, included } of zones.flatMap((zone) => (isRefusal(zone) ? [] : zone.missing))) {
      const wanted = path.join(path.dirname(from), included);
      if (path.isAbsolute(included) || tried.has(wanted)) continue;
      tried.add(wanted);
      const full = path.isAbsolute(wanted) ? wanted : path.join(base, wanted);
      const own = existsSync(full) ? decodeText(readFileSync(full)) : null;
      if (own !== null) texts.set(wanted, own);
    }
  }
  return texts;
}

async function repositoryPlaces(options: PlaceOptions): Promise<Places | Refusal> {
  const folder = options.repo ?? '.';
  const tree = await openFolder(folder);
  const config = await textAt(tree, fleetConfigPath);
  const sources = config === null ? await findZones(tree) : configured(config);
  if ('kind' in sources) return sources;
  const wanted = options.format === undefined ? sources : sources.filter(({ holder }) => holder === options.format);
  return {
    sources: wanted,
    texts: (of) => loadZoneTexts(tree, of),
    filesSaying: async (...words) => {
      const { filesSaying } = await import('../adapters/git/files-saying.ts');
      return filesSaying(gitIn(folder), { commit: 'HEAD', words, prefix: './' });
    },
    pastTexts: (file) => pastTextsOf(folder, file),
    write: (edits) => writeAll(folder, edits, new Map()),
    close: () => tree.close?.(),
  };
}

function gitIn(folder: string): (words: readonly string[]) => Promise<Uint8Array> {
  return async (words) =>
    (await run('git', ['-C', folder, ...words], { encoding: 'buffer', maxBuffer: 64 * 1024 * 1024 })).stdout;
}

/** Nothing where the folder is no checkout, or git does not know the file. */
async function pastTextsOf(folder: string, file: string): Promise<readonly PastText[]> {
  const { pastTexts } = await import('../adapters/git/past-texts.ts');
  // `./`: from this folder, also where it lies inside a larger checkout.
  return pastTexts(gitIn(folder), { commit: 'HEAD', path: `./${file}`, most: mostPastTexts });
}

/** A git checkout as git lists it; any other folder as it lies there. */
export async function openFolder(folder: string): Promise<Tree & { close?: () => void }> {
  try {
    return await openRepository(folder);
  } catch (error) {
    if (!(error instanceof Fault) || !existsSync(folder)) throw error;
    return plainFolder(folder);
  }
}

function configured(text: string): readonly ZoneSource[] | Refusal {
  const parsed = parseFleetConfig(text);
  if (parsed.kind === 'config') return Object.entries(parsed.config.zones).map(([zone, { file }]) => ({ zone, file }));
  const [first] = parsed.findings;
  return refuse(
    'config-invalid',
    { count: parsed.findings.length, file: fleetConfigPath, line: first?.line ?? 1 },
    'fleetwright check-config tells each mistake.',
  );
}

function writeAll(base: string, edits: readonly Edit[], encodings: ReadonlyMap<string, 'latin1'>): void {
  for (const { path: file, after } of edits) {
    if (after === null) continue;
    const full = path.isAbsolute(file) ? file : path.join(base, file);
    writeFileSync(full, after, encodings.get(file) ?? 'utf8');
  }
}
