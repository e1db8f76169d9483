import { assert } from '../../core/bug.ts';
import { isRefusal, type Refusal } from '../../core/refusal.ts';
import type { RecordChange } from '../change.ts';
import { relativeName } from '../name.ts';
import { askedData } from './asked-data.ts';
import { isGenerated, notFound, type OwnEntry } from './conflicts.ts';
import { entangled, firstProven, type Splice } from './splice.ts';
import { columnOf, endOfWord, padding } from './style.ts';
import type { Entry, ZoneFileDocument } from './syntax.ts';

export function remove(
  document: ZoneFileDocument,
  change: RecordChange & { readonly action: 'delete' },
  own: readonly OwnEntry[],
): ZoneFileDocument | Refusal {
  const asked = askedData(change);
  if (isRefusal(asked)) return asked;
  const going = own.filter(({ type, data }) => type === change.type && data === asked.canonical);
  if (going.length === 0) return notFound(document, own, { ...change, data: asked.canonical });
  const made = going.find((one) => one.generated);
  if (made !== undefined) return isGenerated(document, made, change.owner);
  let current = document;
  // From the last to the first, so that earlier offsets stay true.
  for (const { entry } of going.toReversed()) {
    const index = current.entries.findIndex((candidate) => candidate.start === entry.start);
    const removed = { owner: change.owner, type: change.type, data: asked.canonical, ttl: entry.ttl };
    const next = firstProven(current, removals(current, index), { removed: [removed], added: [] });
    if (next === undefined) return entangled(document, entry, change.owner);
    current = next;
  }
  return current;
}

/**
 * Takes the lines of an entry out, and hands its name to the line that looked up to it. The second way hands its TTL
 * on as well, for zones without `$TTL`, where a line may take it from the one before.
 */
function removals(document: ZoneFileDocument, index: number): readonly (readonly Splice[])[] {
  const entry = document.entries.at(index);
  assert(entry !== undefined, 'an entry to remove');
  const from = entry.start + (document.text.charCodeAt(entry.start) === 0xfeff ? 1 : 0);
  const splices: Splice[] = [{ at: from, end: entry.end, text: '' }];
  const heir = document.entries.find((next) => next.start >= entry.end && next.owner !== '');
  if (heir === undefined) return [splices];
  const before = document.entries.findLast((earlier) => earlier.owner !== '', index);
  if (entry.ownerAt >= 0 && heir.ownerAt < 0 && before?.owner !== entry.owner)
    splices.push(handOwner(document, entry, heir));
  const at = heir.classAt >= 0 ? Math.min(heir.classAt, heir.typeAt) : heir.typeAt;
  if (entry.ttlAt < 0 || heir.ttlAt >= 0 || at < 0) return [splices];
  const ttl = document.text.slice(entry.ttlAt, endOfWord(document.text, entry.ttlAt));
  return [splices, [...splices, { at, end: at, text: `${ttl} ` }]];
}

function handOwner(document: ZoneFileDocument, entry: Entry, heir: Entry): Splice {
  const written = document.text.slice(entry.ownerAt, entry.ownerEnd);
  const owner =
    entry.scope.origin === heir.scope.origin ? written : (relativeName(entry.owner, heir.scope.origin) ?? entry.owner);
  const lead = /^[ \t\f\v]*/.exec(document.text.slice(heir.start, heir.wordsEnd))?.[0] ?? '';
  const column = columnOf(document.text, heir, heir.start + lead.length);
  return { at: heir.start, end: heir.start + lead.length, text: owner + padding(owner.length, column, lead) };
}
