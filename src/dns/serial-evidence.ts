import { isRefusal } from '../core/refusal.ts';
import { type KnownOfSerial, readSerial, serialOf } from './bump.ts';
import { type FormatEvidence, foundFormat, isAmbiguous, type PastSerial } from './serial-format.ts';
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

/** What is known of each zone's serial, put together. */
export function knownOf(
  zones: readonly OpenZone[],
  evidence: ReadonlyMap<string, FormatEvidence>,
  makers: (zone: string) => string | null,
): ReadonlyMap<string, KnownOfSerial> {
  return new Map(
    zones.map(({ name }) => {
      const [own, madeBy] = [evidence.get(name), makers(name)];
      return [name, { ...(own === undefined ? {} : { evidence: own }), ...(madeBy === null ? {} : { madeBy }) }];
    }),
  );
}

function pastSerial(zone: string, file: string, text: string, at: number): readonly PastSerial[] {
  const opened = openZone({ zone, file }, new Map([[file, text]]));
  const serial = isRefusal(opened) ? null : serialNumber(opened);
  return serial === null ? [] : [{ serial, at }];
}

function serialNumber(zone: OpenZone): number | null {
  const site = serialOf(zone);
  const reading = site === null ? null : readSerial(site.serial);
  return reading === null || isRefusal(reading) || reading.kind === 'not-ours' ? null : reading.value;
}
