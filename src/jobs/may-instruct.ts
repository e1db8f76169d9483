import type { ForgeReader, Permission, RepositoryRef } from './forge.ts';
import type { Person } from './inbox-event.ts';

const writers: ReadonlySet<Permission> = new Set(['write', 'maintain', 'admin']);

/** Only people with write permission instruct. Bots never do, whatever their permission: any App can open an issue. */
export async function mayInstruct(forge: ForgeReader, repository: RepositoryRef, person: Person): Promise<boolean> {
  return !person.bot && writers.has(await forge.permission(repository, person.login));
}
