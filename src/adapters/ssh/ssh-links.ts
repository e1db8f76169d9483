import ssh2 from 'ssh2';
import type { Clock } from '../../core/clock.ts';
import { Fault } from '../../core/fault.ts';
import type { Link, Links, Target } from '../../host/link.ts';
import { type Attempt, attempt } from './connect.ts';
import { familiesFor, parsePin } from './host-key.ts';
import { mismatchFault, pauseAfterRefusalMs, stageOf } from './ssh-faults.ts';
import { openLink } from './ssh-link.ts';

export interface SshSettings {
  /** The private key of one repository, as text: no other repository's hosts can be reached with it. */
  readonly privateKey: string;
  readonly clock: Clock;
  /** How long one attempt to log in may take; ten seconds by default. */
  readonly loginMs?: number;
}

/** Connections by ssh2. Throws a `Fault` where the private key cannot be read. */
export function sshLinks(settings: SshSettings): Links {
  const key = ssh2.utils.parseKey(settings.privateKey);
  if (key instanceof Error) {
    throw new Fault('login-refused', 'reading the private key', 'never', { detail: key.message });
  }
  /** When an address may be asked again after it refused a login. */
  const notBefore = new Map<string, number>();
  return {
    async open(target, { deadlineMs, signal }): Promise<Link> {
      const address = `${target.address} ${target.port}`;
      const { clock } = settings;
      const end = clock.now() + deadlineMs;
      const wait = (notBefore.get(address) ?? 0) - clock.now();
      if (wait >= deadlineMs) {
        throw new Fault('login-refused', stageOf(target), 'later', {
          detail: 'the host refused a login a moment ago, and asking again at once would lock us out',
          retryAfterMs: wait,
        });
      }
      if (wait > 0) await clock.sleep(wait, signal);
      const link = await login(target, settings, end, signal);
      if (link instanceof Fault) {
        if (link.code === 'login-refused') notBefore.set(address, clock.now() + pauseAfterRefusalMs);
        throw link;
      }
      notBefore.delete(address);
      return link;
    },
  };
}

async function login(
  target: Target,
  { privateKey, clock, loginMs = 10_000 }: SshSettings,
  end: number,
  signal: AbortSignal | undefined,
): Promise<Link | Fault> {
  const pin = parsePin(target.hostKey);
  if (pin === null) {
    return new Fault('host-key-mismatch', stageOf(target), 'never', {
      detail: 'the configured host key is neither SHA256:… nor a public key line',
    });
  }
  const presented: string[] = [];
  for (const hostKeyAlgorithms of familiesFor(pin)) {
    signal?.throwIfAborted();
    const timeoutMs = Math.max(1, Math.min(loginMs, end - clock.now()));
    const tried: Attempt = await attempt(target, { privateKey, pin, hostKeyAlgorithms, timeoutMs, signal });
    signal?.throwIfAborted();
    switch (tried.kind) {
      case 'ready':
        return openLink(tried.client, target);
      case 'failed':
        return tried.fault;
      case 'other-key':
        presented.push(tried.presented);
        break;
      case 'no-such-key':
        break;
    }
  }
  return mismatchFault(target, presented.length === 0 ? ['of another kind'] : presented, pin.fingerprint);
}
