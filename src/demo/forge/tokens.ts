import { randomBytes, verify } from 'node:crypto';
import { z } from 'zod';
import { Denied } from './denied.ts';
import type { App, Installation, Level, Permissions, Repository } from './state.ts';

/** An installation token and what it was narrowed to. */
export interface InstallationToken {
  readonly token: string;
  readonly installation: Installation;
  /** Null: every repository of the installation. */
  readonly repositories: ReadonlySet<number> | null;
  readonly permissions: Permissions;
  readonly expiresAt: Date;
}

const claims = z.object({ iss: z.union([z.string(), z.number()]), iat: z.number().optional(), exp: z.number() });

/** GitHub's own bound on how far ahead an App's token may reach. */
const longestSeconds = 10 * 60;

/** Checks an App's JWT as GitHub does: RS256, our key, our issuer, at most ten minutes. Throws `Denied`. */
export function checkAppToken(app: App, token: string, now: Date): void {
  const undecodable = new Denied(401, 'A JSON web token could not be decoded');
  const [header = '', payload = '', signature = '', ...more] = token.split('.');
  const head = z.object({ alg: z.literal('RS256') }).safeParse(decoded(header));
  const body = claims.safeParse(decoded(payload));
  if (!head.success || !body.success || more.length > 0) throw undecodable;
  const signed = Buffer.from(`${header}.${payload}`);
  if (!verify('RSA-SHA256', signed, app.publicKeyPem, Buffer.from(signature, 'base64url'))) throw undecodable;
  const { iss, iat, exp } = body.data;
  if (String(iss) !== String(app.id) && iss !== app.clientId) throw new Denied(404, 'Integration not found');
  const seconds = now.getTime() / 1000;
  if (exp <= seconds) {
    throw new Denied(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  }
  if (exp > seconds + longestSeconds + 1) {
    throw new Denied(401, "'Expiration time' claim ('exp') is too far in the future");
  }
  if (iat !== undefined && iat > seconds + 1) {
    throw new Denied(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  }
}

function decoded(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as unknown;
  } catch {
    return null;
  }
}

/** The installation tokens that were given out. */
export class TokenBook {
  readonly #tokens = new Map<string, InstallationToken>();

  issue(grant: Omit<InstallationToken, 'token' | 'expiresAt'>, now: Date): InstallationToken {
    const token: InstallationToken = {
      ...grant,
      token: `ghs_${randomBytes(27).toString('base64url').replaceAll(/[-_]/g, 'x')}`,
      expiresAt: new Date(now.getTime() + 60 * 60 * 1000),
    };
    this.#tokens.set(token.token, token);
    return token;
  }

  find(token: string, now: Date): InstallationToken | null {
    const found = this.#tokens.get(token);
    return found !== undefined && found.expiresAt > now ? found : null;
  }

  /** From now on every token that was given out is refused, as after a revocation. */
  revokeAll(): void {
    this.#tokens.clear();
  }
}

/** Whether the token reaches the repository at all; if not, GitHub answers 404. */
export function reaches(token: InstallationToken, repository: Repository): boolean {
  if (repository.installation?.id !== token.installation.id) return false;
  return token.repositories === null || token.repositories.has(repository.id);
}

/** Whether the token holds one of the permission sets. */
export function holds(permissions: Permissions, needs: readonly Permissions[]): boolean {
  return needs.some((set) => Object.entries(set).every(([name, level]) => covers(permissions[name], level)));
}

function covers(held: Level | undefined, wanted: Level): boolean {
  return held === 'write' || (held === 'read' && wanted === 'read');
}
