import type { RepositoryRef } from './forge.ts';
import type { InboxEvent } from './inbox-event.ts';

/** Where an event happened, as everything that reads or writes there names it. */
export function repositoryOf(event: InboxEvent): RepositoryRef {
  return { name: event.repository, installation: event.installation };
}
