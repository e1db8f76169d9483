import { isRefusal } from '../core/refusal.ts';
import { systemClock } from '../core/system-clock.ts';
import type { KnownOfSerial } from '../dns/bump.ts';
import { knownOf, serialEvidence } from '../dns/serial-evidence.ts';
import { serialMakerWord, serialMakers } from '../dns/serial-makers.ts';
import { type OpenZone, openZone, type ZoneSource } from '../dns/zone.ts';
import type { Places } from './dns-places.ts';

/** What the checkout tells of these zones' serials beside their own texts. */
export async function knownSerials(
  places: Places,
  zones: readonly OpenZone[],
): Promise<ReadonlyMap<string, KnownOfSerial>> {
  const evidence = await serialEvidence(
    zones,
    {
      pastTexts: (file) => places.pastTexts(file),
      neighbours: async () => opened(places.sources, await places.texts(places.sources)),
    },
    systemClock.now(),
  );
  return knownOf(zones, evidence, serialMakers(await places.filesSaying(serialMakerWord)));
}

/** Those of the zones that can be opened. */
export function opened(sources: readonly ZoneSource[], texts: ReadonlyMap<string, string>): readonly OpenZone[] {
  return sources.flatMap((source) => {
    const zone = openZone(source, texts);
    return isRefusal(zone) ? [] : [zone];
  });
}
