import { Fault } from '../../core/fault.ts';
import type { Target } from '../../host/link.ts';

/** What was seen of an attempt to connect that did not end in a login. */
export interface FailedAttempt {
  readonly error: Error | null;
  /** What the host said before it closed, for instance that it is going down. */
  readonly banner: string;
  /** The host had shown the right key: what followed was about the login. */
  readonly greeted: boolean;
  readonly timedOut: boolean;
}

/** Penalties of OpenSSH 9.8 and later grow with every refused login and last 15 seconds and more. */
export const pauseAfterRefusalMs = 15_000;

/** The one place where what ssh2 and the kernel say becomes a fault. */
export function connectFault(target: Target, seen: FailedAttempt): Fault {
  const stage = stageOf(target);
  const said = seen.banner.trim() === '' ? '' : `; it said: ${firstLine(seen.banner)}`;
  if (seen.timedOut) return new Fault('timed-out', stage, 'later', { detail: `no login in time${said}` });
  const level = seen.error === null ? null : textOf(seen.error, 'level');
  if (level === 'client-authentication') {
    return new Fault('login-refused', stage, 'never', { detail: `the host does not accept our key${said}` });
  }
  if (seen.greeted) {
    // An account that PAM turns away is shown a banner and the door, without any error (pam_nologin for one).
    return new Fault('login-refused', stage, 'later', {
      detail: `the host closed the connection instead of letting us in${said}`,
      retryAfterMs: pauseAfterRefusalMs,
    });
  }
  const code = seen.error === null ? null : textOf(seen.error, 'code');
  const more = seen.error === null ? {} : { cause: seen.error };
  if (code === 'ECONNREFUSED') {
    return new Fault('connection-refused', stage, 'later', { ...more, detail: 'nothing listens there' });
  }
  if (code === 'ENOTFOUND') {
    return new Fault('connection-refused', stage, 'later', { ...more, detail: `no address for ${target.address}` });
  }
  const detail = `${seen.error === null ? 'the host closed the connection' : firstLine(seen.error.message)}${said}`;
  return new Fault('connection-lost', stage, 'later', { ...more, detail });
}

export function mismatchFault(target: Target, presented: readonly string[], pinned: string): Fault {
  return new Fault('host-key-mismatch', stageOf(target), 'never', {
    detail: `the host key is ${presented.join(', ')}, and ${pinned} is expected`,
  });
}

export function stageOf(target: Target): string {
  return `opening a connection to ${target.host}`;
}

export function textOf(error: Error, property: string): string | null {
  const value: unknown = Reflect.get(error, property);
  return typeof value === 'string' ? value : null;
}

/** What a host says is a stranger's text: one line of it, and no control characters. */
function firstLine(text: string): string {
  const line = text.trim().split(/\r?\n/)[0] ?? '';
  return line.replaceAll(/\p{Cc}/gu, ' ').slice(0, 300);
}
