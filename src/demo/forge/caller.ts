import { Denied } from './denied.ts';
import type { Who } from './journal.ts';
import type { World } from './state.ts';
import { checkAppToken, type InstallationToken, type TokenBook } from './tokens.ts';

/** Who sent the request, as far as its Authorization header proves it. */
export type Caller =
  | { readonly kind: 'app' }
  | { readonly kind: 'installation'; readonly token: InstallationToken }
  | { readonly kind: 'nobody' };

/** Reads the Authorization header. A credential that is no good is refused even where none would be needed. */
export function callerOf(world: World, tokens: TokenBook, header: string | undefined): Caller {
  if (header === undefined) return { kind: 'nobody' };
  const [scheme = '', credential = ''] = header.split(' ');
  if (!/^(bearer|token)$/i.test(scheme)) throw new Denied(401, 'Bad credentials');
  const now = world.now();
  if (credential.split('.').length === 3) {
    checkAppToken(world.app, credential, now);
    return { kind: 'app' };
  }
  const token = tokens.find(credential, now);
  if (token === null) throw new Denied(401, 'Bad credentials');
  return { kind: 'installation', token };
}

export function whoIs(caller: Caller): Who {
  return caller.kind === 'installation'
    ? { kind: 'installation', id: caller.token.installation.id }
    : { kind: caller.kind };
}
