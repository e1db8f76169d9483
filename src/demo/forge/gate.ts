import type { Caller } from './caller.ts';
import { Denied, notAccessible, notFound } from './denied.ts';
import type { Answer, Call, Route } from './route.ts';
import { repositoryNamed } from './state.ts';
import { holds, reaches } from './tokens.ts';

/** Lets the request through to its route, if this caller may use it. Throws `Denied`. */
export async function admit(route: Route, call: Call): Promise<Answer> {
  const caller: Caller = call.caller;
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
