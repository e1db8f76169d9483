import { Denied, notAccessible, notFound } from './denied.ts';
import type { Ground } from './ground.ts';
import type { Who } from './journal.ts';
import type { Answer, Call, Route } from './route.ts';
import { repositoryNamed } from './state.ts';
import { checkAppToken, holds, reaches, type InstallationToken } from './tokens.ts';

/** Who sent the request, as far as its Authorization header proves it. */
export type Caller =
  | { readonly kind: 'app' }
  | { readonly kind: 'installation'; readonly token: InstallationToken }
  | { readonly kind: 'nobody' };

/** Reads the Authorization header. A credential that is no good is refused even where none would be needed. */
export function callerOf(ground: Ground, header: string | undefined): Caller {
  if (header === undefined) return { kind: 'nobody' };
  const [scheme = '', credential = ''] = header.split(' ');
  if (!/^(bearer|token)$/i.test(scheme)) throw new Denied(401, 'Bad credentials');
  const now = ground.world.now();
  if (credential.split('.').length === 3) {
    checkAppToken(ground.world.app, credential, now);
    return { kind: 'app' };
  }
  const token = ground.tokens.find(credential, now);
  if (token === null) throw new Denied(401, 'Bad credentials');
  return { kind: 'installation', token };
}

export function whoIs(caller: Caller): Who {
  return caller.kind === 'installation'
    ? { kind: 'installation', id: caller.token.installation.id }
    : { kind: caller.kind };
}

/** Lets the request through to its route, if this caller may use it. Throws `Denied`. */
export async function admit(route: Route, call: Call, caller: Caller): Promise<Answer> {
  if (route.by === 'anyone') return route.handle(call);
  if (route.by === 'app') {
    if (caller.kind !== 'app') throw new Denied(401, 'A JSON web token could not be decoded');
    return route.handle(call);
  }
  if (caller.kind === 'app') throw notAccessible();
  const { world } = call.ground;
  const actor = { user: world.app.bot, viaApp: true };
  if (route.by === 'installation') {
    if (caller.kind === 'nobody') throw new Denied(401, 'Requires authentication');
    return route.handle({ ...call, token: caller.token, actor });
  }
  const repository = repositoryNamed(world, `${call.params['owner'] ?? ''}/${call.params['repo'] ?? ''}`);
  // A repository that the caller may not see does not exist for it: GitHub never says 403 here.
  if (repository === null || caller.kind === 'nobody' || !reaches(caller.token, repository)) throw notFound();
  if (!holds(caller.token.permissions, route.needs)) throw notAccessible();
  return route.handle({ ...call, token: caller.token, actor, repository });
}
