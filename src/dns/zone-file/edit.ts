import { isRefusal, refuse, type Refusal } from '../../core/refusal.ts';
import type { RecordChange } from '../change.ts';
import { isWithin, nameProblem } from '../name.ts';
import { entriesOf } from './conflicts.ts';
import { create } from './create.ts';
import { remove } from './remove.ts';
import type { ZoneFileDocument } from './syntax.ts';
import { update } from './update.ts';

/** The document with the changes made, or the first reason why not. Nothing is half done. */
export function applyChanges(document: ZoneFileDocument, changes: readonly RecordChange[]): ZoneFileDocument | Refusal {
  let current = document;
  for (const change of changes) {
    const next = applyChange(current, change);
    if (isRefusal(next)) return next;
    current = next;
  }
  return current;
}

function applyChange(document: ZoneFileDocument, change: RecordChange): ZoneFileDocument | Refusal {
  if (!isWithin(change.owner, document.zone)) {
    return refuse('zone-not-found', {
      name: change.owner,
      zone: document.zone,
      file: document.path,
      reason: 'the name is outside the zone',
    });
  }
  const problem = nameProblem(change.owner);
  if (problem !== null) return refuse('bad-arguments', { name: change.owner, reason: problem });
  if (change.type === 'SOA')
    return refuse('bad-arguments', {
      name: change.owner,
      type: 'SOA',
      reason: 'the SOA record is not added, changed or removed as a record',
    });
  const own = entriesOf(document, change.owner, change.type);
  if (isRefusal(own)) return own;
  switch (change.action) {
    case 'create':
      return create(document, change, own);
    case 'update':
      return update(document, change, own);
    case 'delete':
      return remove(document, change, own);
  }
}
