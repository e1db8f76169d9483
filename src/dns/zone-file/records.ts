import type { DnsRecord, HeldRecord } from '../record.ts';
import { generationOf } from './generate.ts';
import { positionOf, type Entry, type ZoneFileDocument } from './syntax.ts';
import { dataOf } from './words.ts';

/** The records of the zone file that can be read, with their places; those of a `$GENERATE` stand at its line. */
export function* recordsOf(document: ZoneFileDocument): Generator<HeldRecord> {
  for (const entry of document.entries) {
    if (entry.kind === 'generate') {
      const generation = generationOf(document, entry);
      if (generation.kind === 'wrong') continue;
      for (const record of generation.records) {
        yield { ...record, holder: document.holder, file: document.path, line: entry.line, column: 1 };
      }
      continue;
    }
    const record = recordAt(document, entry);
    if (record === null) continue;
    const at = entry.ownerAt >= 0 ? entry.ownerAt : entry.typeAt;
    const lineStart = document.text.lastIndexOf('\n', at - 1) + 1;
    yield { ...record, holder: document.holder, file: document.path, line: entry.line, column: at - lineStart + 1 };
  }
}

/** The record of one entry; null for everything else, and where its data cannot be read. */
export function recordAt(document: ZoneFileDocument, entry: Entry): DnsRecord | null {
  if (entry.kind !== 'record' || entry.foreignClass) return null;
  const reading = dataOf(document, entry);
  if (reading.kind === 'wrong') return null;
  return { zone: document.zone, owner: entry.owner, type: entry.type, ttl: entry.ttl, data: reading.data };
}

/** A place in the file that cannot be read, in words. */
export interface Unreadable {
  readonly entry: Entry;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Why one entry cannot be read, or null where it can. */
export function unreadableAt(document: ZoneFileDocument, entry: Entry): Unreadable | null {
  let problem = entry.problem;
  if (problem === null && entry.kind === 'record' && !entry.foreignClass) {
    const reading = dataOf(document, entry);
    if (reading.kind === 'wrong') problem = { at: entry.dataAt, message: reading.problem };
  }
  if (problem === null && entry.kind === 'generate') {
    const generation = generationOf(document, entry);
    if (generation.kind === 'wrong') problem = { at: entry.ownerAt, message: generation.problem };
  }
  return problem === null ? null : { entry, ...positionOf(document.text, problem.at), message: problem.message };
}
