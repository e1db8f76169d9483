import type { TokenBook } from './tokens.ts';
import type { Installation, Repository, User, World } from './state.ts';
import type { Webhooks } from './webhooks.ts';

/** What every act and every route works on. */
export interface Ground {
  readonly world: World;
  readonly webhooks: Webhooks;
  readonly tokens: TokenBook;
}

/** Who acts: a person in the practice forge, or the App's bot by an installation token. */
export interface Actor {
  readonly user: User;
  readonly viaApp: boolean;
}

/** Tells the App of something that happened in a repository. */
export function tell(
  ground: Ground,
  repository: Repository,
  sender: User,
  event: string,
  what: { readonly action: string | null; readonly fields: Readonly<Record<string, unknown>> },
): void {
  const installation: Installation | null = repository.installation;
  ground.webhooks.emit({ event, action: what.action, installation, repository, sender, fields: what.fields });
}
