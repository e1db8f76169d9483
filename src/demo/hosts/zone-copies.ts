import { isNewerSerial } from '../../dns/serial.ts';
import { canonicalName } from '../../dns/name.ts';
import { type LoadedZone, loadZone } from './loaded-zone.ts';
import type { PracticeSystem, ServedZone } from './practice-system.ts';

/**
 * Which zones each host answers for. A secondary copies from its primary when that has a newer serial, and keeps the
 * copy when the primary goes away or goes back: nobody can take a serial back from a secondary.
 */
export interface ZoneCopies {
  /** The host runs this system now. Null: it is down. */
  changed(host: string, system: PracticeSystem | null): void;
  zonesOf(host: string): readonly LoadedZone[];
}

export function createZoneCopies(hostAt: (address: string) => string | null): ZoneCopies {
  const served = new Map<string, readonly ServedZone[]>();
  const loaded = new Map<string, LoadedZone>();
  const copies = new Map<string, LoadedZone>();
  const load = (zone: Extract<ServedZone, { kind: 'primary' }>): LoadedZone | null => {
    const key = `${zone.zone}\0${zone.text}`;
    const known = loaded.get(key) ?? loadZone(zone.zone, zone.text);
    if (known !== null) loaded.set(key, known);
    return known;
  };
  const copyOf = (host: string, zone: Extract<ServedZone, { kind: 'secondary' }>): LoadedZone | null => {
    const from = hostAt(zone.from);
    const theirs = (from === null ? [] : (served.get(from) ?? [])).find((other) => other.zone === zone.zone);
    const offered = theirs?.kind === 'primary' ? load(theirs) : null;
    const key = `${host} ${canonicalName(zone.zone)}`;
    const mine = copies.get(key);
    if (offered !== null && (mine === undefined || isNewerSerial(offered.serial, mine.serial)))
      copies.set(key, offered);
    return copies.get(key) ?? null;
  };
  const zonesOf = (host: string): readonly LoadedZone[] =>
    (served.get(host) ?? [])
      .map((zone) => (zone.kind === 'primary' ? load(zone) : copyOf(host, zone)))
      .filter((zone) => zone !== null);
  return {
    changed(host, system) {
      served.set(host, system?.zones ?? []);
      // The primary tells its secondaries (NOTIFY), and they copy at once.
      for (const other of served.keys()) zonesOf(other);
    },
    zonesOf,
  };
}
