import ssh2 from 'ssh2';
import type { Fault } from '../../core/fault.ts';
import type { Target } from '../../host/link.ts';
import { fingerprintOf, type Pin } from './host-key.ts';
import { connectFault } from './ssh-faults.ts';

export type Attempt =
  | { readonly kind: 'ready'; readonly client: ssh2.Client }
  /** The host showed another key; nothing was said to it. */
  | { readonly kind: 'other-key'; readonly presented: string }
  /** The host has no key of the kinds that were asked for. */
  | { readonly kind: 'no-such-key' }
  | { readonly kind: 'failed'; readonly fault: Fault };

export interface AttemptOptions {
  readonly privateKey: string;
  readonly pin: Pin;
  readonly hostKeyAlgorithms: readonly string[];
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * One attempt to log in. It settles on `ready`, and on `close` in every other case: a login that PAM refuses ends with
 * a banner and a close, and no `error` is ever emitted. The timer is our own because `readyTimeout` stops counting
 * once the handshake is done.
 */
export function attempt(target: Target, options: AttemptOptions): Promise<Attempt> {
  const client = new ssh2.Client();
  let error: Error | null = null;
  let banner = '';
  let greeted = false;
  let timedOut = false;
  let presented: string | null = null;
  return new Promise((resolve) => {
    const giveUp = (): void => {
      client.destroy();
    };
    const timer = setTimeout(() => {
      timedOut = true;
      giveUp();
      // A socket that never connected closes without telling the client.
      settle();
    }, options.timeoutMs);
    const settle = (): void => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', giveUp);
      if (presented !== null) resolve({ kind: 'other-key', presented });
      else if (error?.message.includes('no matching host key format') === true) resolve({ kind: 'no-such-key' });
      else resolve({ kind: 'failed', fault: connectFault(target, { error, banner, greeted, timedOut }) });
    };
    client.on('banner', (text) => (banner += text));
    client.on('error', (seen) => (error ??= seen));
    client.on('close', settle);
    client.on('ready', () => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', giveUp);
      resolve({ kind: 'ready', client });
    });
    options.signal?.addEventListener('abort', giveUp, { once: true });
    client.connect({
      host: target.address,
      port: target.port,
      username: target.user,
      privateKey: options.privateKey,
      readyTimeout: 0,
      keepaliveInterval: 10_000,
      keepaliveCountMax: 3,
      algorithms: { serverHostKey: [...options.hostKeyAlgorithms] as ssh2.ServerHostKeyAlgorithm[] },
      hostVerifier: (key: Buffer) => {
        const fingerprint = fingerprintOf(key);
        greeted = fingerprint === options.pin.fingerprint;
        if (!greeted) presented = fingerprint;
        return greeted;
      },
    });
    // Commands are small and answers are awaited one by one: Nagle's algorithm would add 40 ms to each.
    client.setNoDelay(true);
  });
}
