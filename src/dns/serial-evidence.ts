import { isRefusal } from '../core/refusal.ts';
import { type FormatEvidence, foundFormat, isAmbiguous, type PastSerial } from './serial-format.ts';
import type { KnownOfSerial } from './serial-decision.ts';
import { type SayingFile, serialSettings, serialWords } from './serial-makers.ts';
import { serialNumber, serialOf } from './serial-reading.ts';
import { programsInUse, type ServerProgram, serverWords } from './server-programs.ts';
import { type OpenZone, openZone } from './zone.ts';

/** A file as it was, and when it came to be so, in seconds since 1970. */
export interface PastText {
  readonly text: string;
  readonly at: number;
}

/** Where the evidence is: asked only for a serial that may be of two formats, and no further than it takes to tell. */
export interface SerialWitnesses {
  /** Oldest first; empty where nothing is known of the file. */
  pastTexts(file: string): Promise<readonly PastText[]>;
  /** The other zones of the repository. */
  neighbours(): Promise<readonly OpenZone[]>;
}

/** A repository as far as it tells of the servers of its zones. */
export interface ServerWitnesses extends SerialWitnesses {
  /** The text files that hold one of the words. */
  filesSaying(...words: readonly string[]): Promise<readonly SayingFile[]>;
}

/** What a repository tells of the servers of its zones, beside the zones themselves. */
export interface KnownServers {
  /** By canonical name. */
  readonly serials: ReadonlyMap<string, KnownOfSerial>;
  readonly programs: readonly ServerProgram[];
}

export const nothingKnown: KnownServers = { serials: new Map(), programs: [] };

/** What is known of these zones' serials, and which servers read them: the same for every way by which they change. */
export async function knownServersOf(
  zones: readonly OpenZone[],
  witnesses: ServerWitnesses,
  now: number,
): Promise<KnownServers> {
  if (zones.length === 0) return nothingKnown;
  const evidence = await serialEvidence(zones, witnesses, now);
  const files = await witnesses.filesSaying(...serialWords, ...serverWords);
  const settings = serialSettings(files);
  const serials = new Map(
    zones.map(({ name }): [string, KnownOfSerial] => {
      const [own, setting] = [evidence.get(name), settings(name)];
      return [name, { ...(own === undefined ? {} : { evidence: own }), ...(setting === null ? {} : { setting }) }];
    }),
  );
  return { serials, programs: programsInUse(files) };
}

/** No file's earlier states are looked at further back. */
export const mostPastTexts = 20;

/** What tells the formats of these zones' serials, by canonical name. Most need none, and are not in it. */
export async function serialEvidence(
  zones: readonly OpenZone[],
  witnesses: SerialWitnesses,
  now: number,
): Promise<ReadonlyMap<string, FormatEvidence>> {
  const found = new Map<string, FormatEvidence>();
  const unixTime = Math.floor(now / 1000);
  for (const zone of zones) {
    const value = serialNumber(zone);
    const file = serialOf(zone)?.document.path;
    if (value === null || file === undefined || !isAmbiguous(value, unixTime)) continue;
    const past = await witnesses.pastTexts(file);
    const history = past.flatMap(({ text, at }) => pastSerial(zone.name, file, text, at));
    const comment = serialOf(zone)?.serial.comment ?? '';
    if (foundFormat(value, { history, comment }, unixTime).by !== 'likelihood') {
      found.set(zone.name, { history });
      continue;
    }
    const others = (await witnesses.neighbours()).filter(({ name }) => name !== zone.name);
    found.set(zone.name, { history, neighbours: others.flatMap((other) => serialNumber(other) ?? []) });
  }
  return found;
}

function pastSerial(zone: string, file: string, text: string, at: number): readonly PastSerial[] {
  const opened = openZone({ zone, file }, new Map([[file, text]]));
  const serial = isRefusal(opened) ? null : serialNumber(opened);
  return serial === null ? [] : [{ serial, at }];
}
