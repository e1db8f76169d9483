import { isRefusal, type Refusal } from '../core/refusal.ts';
import type { RecordChange } from './change.ts';
import type { Holder, HolderDocument, IncludedFile, ParseContext, SerialSite, UnreadablePlace } from './holder.ts';
import { adguardhomeHolder } from './adguardhome/adguardhome-holder.ts';
import { blockyHolder } from './blocky/blocky-holder.ts';
import { corednsHostsHolder } from './coredns-hosts/coredns-hosts-holder.ts';
import { dnscontrolHolder } from './dnscontrol/dnscontrol-holder.ts';
import { dnsNixHolder } from './dns-nix/dns-nix-holder.ts';
import { dnsmasqHolder } from './dnsmasq/dnsmasq-holder.ts';
import { unboundHolder } from './unbound/unbound-holder.ts';
import { hostsHolder } from './hosts/hosts-holder.ts';
import { octodnsHolder } from './octodns/octodns-holder.ts';
import { nixTextHolder } from './nix-text/nix-text-holder.ts';
import type { HeldRecord } from './record.ts';
import { zoneFileHolder } from './zone-file/zone-file-holder.ts';

/** A document together with its holder, so that callers need not know which holder it is. */
export interface HeldDocument {
  readonly holder: string;
  readonly path: string;
  readonly zone: string;
  readonly text: string;
  apply(changes: readonly RecordChange[]): HeldDocument | Refusal;
  records(): Iterable<HeldRecord>;
  unreadable(): Iterable<UnreadablePlace>;
  includes(): Iterable<IncludedFile>;
  /** The zone as a zone file, where it is written as one; else null. */
  zoneText(): string | null;
  serial(): SerialSite | null;
  withSerial(serial: string): HeldDocument;
}

/** One line a holder. The order is the order in which they are asked. */
export const holders: readonly BoundHolder[] = [
  bind(zoneFileHolder),
  bind(nixTextHolder),
  bind(dnsNixHolder),
  bind(unboundHolder),
  bind(dnsmasqHolder),
  bind(adguardhomeHolder),
  bind(blockyHolder),
  bind(corednsHostsHolder),
  bind(hostsHolder),
  bind(octodnsHolder),
  bind(dnscontrolHolder),
];

/** The holder that claims the file, opened on it; null where none does. */
export function openHeld(text: string, context: ParseContext): HeldDocument | null {
  const claiming = holders.filter((holder) => holder.claims(context.path, text));
  // One Nix file may hold a zone, names of a resolver and a hosts file: the zone's own place comes before the others.
  for (const holder of claiming) {
    const held = holder.open(text, context);
    if (claiming.length === 1 || !held.records()[Symbol.iterator]().next().done) return held;
  }
  return claiming[0]?.open(text, context) ?? null;
}

/** A holder behind a face that does not show the type of its documents. */
export interface BoundHolder {
  readonly id: string;
  claims(path: string, text: string): boolean;
  zonesIn(path: string, text: string): readonly string[];
  open(text: string, context: ParseContext): HeldDocument;
}

function bind<Document extends HolderDocument>(holder: Holder<Document>): BoundHolder {
  const held = (document: Document): HeldDocument => ({
    holder: document.holder,
    path: document.path,
    zone: document.zone,
    get text() {
      return holder.print(document);
    },
    apply(changes) {
      const applied = holder.apply(document, changes);
      return isRefusal(applied) ? applied : held(applied);
    },
    records: () => holder.records(document),
    unreadable: () => holder.unreadable(document),
    includes: () => holder.includes(document),
    zoneText: () => holder.zoneText?.(document) ?? null,
    serial: () => holder.serial(document),
    withSerial: (serial) => held(holder.withSerial(document, serial)),
  });
  return {
    id: holder.id,
    claims: (path, text) => holder.claims(path, text),
    zonesIn: (path, text) => holder.zonesIn(path, text),
    open: (text, context) => held(holder.parse(text, context)),
  };
}
