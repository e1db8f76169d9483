import { isRefusal } from '../core/refusal.ts';
import { systemClock } from '../core/system-clock.ts';
import { type KnownServers, knownServersOf, type ServerWitnesses } from '../dns/serial-evidence.ts';
import { type OpenZone, openZone, type ZoneSource } from '../dns/zone.ts';
import type { Places } from './dns-places.ts';

/** What the checkout tells of these zones' serials and servers beside their own texts. */
export function knownServers(places: Places, zones: readonly OpenZone[]): Promise<KnownServers> {
  const neighbours = async () => opened(places.sources, await places.texts(places.sources));
  const witnesses: ServerWitnesses = {
    pastTexts: (file) => places.pastTexts(file),
    filesSaying: (...words) => places.filesSaying(...words),
    neighbours,
  };
  return knownServersOf(zones, witnesses, systemClock.now());
}

/** Those of the zones that can be opened. */
export function opened(sources: readonly ZoneSource[], texts: ReadonlyMap<string, string>): readonly OpenZone[] {
  return sources.flatMap((source) => {
    const zone = openZone(source, texts);
    return isRefusal(zone) ? [] : [zone];
  });
}
