import { isRefusal, type Refusal } from '../core/refusal.ts';
import type { SerialSite } from './holder.ts';
import type { HeldDocument } from './holders.ts';
import { largestSerial, tooLarge } from './serial.ts';
import type { OpenZone } from './zone.ts';

export type SerialReading =
  | { readonly kind: 'number'; readonly value: number }
  /** Somebody else makes it: a server, a build. The reason is for people. */
  | { readonly kind: 'not-ours'; readonly reason: string };

/** What the SOA says as its serial. */
export function readSerial(site: SerialSite): SerialReading | Refusal {
  if (!/^\d+$/.test(site.text)) {
    return { kind: 'not-ours', reason: `"${site.text}" is filled in by a build or a server` };
  }
  const value = Number(site.text);
  if (value > largestSerial) return tooLarge(value);
  if (value === 0) return { kind: 'not-ours', reason: '0 says that a server or a build makes the serial' };
  return { kind: 'number', value };
}

/** The document that holds the zone's SOA, and the serial in it. */
export function serialOf(zone: OpenZone): { readonly document: HeldDocument; readonly serial: SerialSite } | null {
  for (const document of zone.documents) {
    const serial = document.serial();
    if (serial !== null) return { document, serial };
  }
  return null;
}

/** The zone's serial, where the repository says one that can be counted on. */
export function serialNumber(zone: OpenZone | null): number | null {
  const site = zone === null ? null : serialOf(zone);
  return site === null ? null : numberAt(site.serial);
}

export function numberAt(site: SerialSite): number | null {
  const reading = readSerial(site);
  return isRefusal(reading) || reading.kind === 'not-ours' ? null : reading.value;
}
