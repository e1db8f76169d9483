import { isRefusal } from '../core/refusal.ts';
import type { Tree } from '../core/tree.ts';
import { loadZoneTexts } from '../dns/load-zone-texts.ts';
import type { HeldRecord } from '../dns/record.ts';
import { openZone, zoneRecords, type ZoneSource } from '../dns/zone.ts';
import type { Unread } from '../nix/repository.ts';
import type { Fact } from './fact.ts';

export interface NameFacts {
  readonly facts: readonly Fact[];
  readonly unread: readonly Unread[];
}

/** The names of the zones: what has an address, and what is another name for it. */
export async function nameFacts(tree: Tree, zones: readonly ZoneSource[]): Promise<NameFacts> {
  const texts = await loadZoneTexts(tree, zones);
  const facts = new Map<string, Fact>();
  const unread: Unread[] = [];
  for (const source of zones) {
    const zone = openZone(source, texts);
    if (isRefusal(zone)) {
      unread.push({ file: source.file, line: 1, why: `the zone ${source.zone} could not be opened` });
      continue;
    }
    for (const record of zoneRecords(zone)) {
      const fact = factOf(record);
      if (fact !== null) facts.set([fact.file, fact.line, fact.name, fact.value].join('\n'), fact);
    }
    for (const document of zone.documents)
      for (const { line, message } of document.unreadable()) unread.push({ file: document.path, line, why: message });
  }
  return { facts: [...facts.values()], unread };
}

function factOf({ owner, type, data, file, line }: HeldRecord): Fact | null {
  if (type === 'PTR')
    return { kind: 'reverse-name', host: null, name: undotted(owner), value: undotted(data), file, line };
  if (!['A', 'AAAA', 'CNAME'].includes(type) || owner.endsWith('.arpa.')) return null;
  return { kind: 'dns-name', host: null, name: undotted(owner), value: undotted(data), file, line };
}

/** As people write names: without the dot that ends them. */
function undotted(name: string): string {
  return name.length > 1 && name.endsWith('.') ? name.slice(0, -1) : name;
}
