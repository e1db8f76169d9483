import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';
import ssh2 from 'ssh2';
import type { Door, Knock, ShownKey } from '../../host/doctor/knock.ts';
import { fingerprintOf, hostKeyFamilies, keyType } from './host-key.ts';

/** Knocks with ssh2: the name, the port, the handshake, each key that the host has. Nobody logs in. */
export const sshDoor: Door = {
  async knock({ address, port }, deadlineMs) {
    const end = Date.now() + deadlineMs;
    const left = (): number => Math.max(1, end - Date.now());
    try {
      await lookup(address);
    } catch (error) {
      return { kind: 'no-address', detail: codeOf(error) };
    }
    const answered = await connects(address, port, Math.max(1, left() / 2));
    if (answered !== null) return answered;
    const keys: ShownKey[] = [];
    let said = 'it says nothing';
    for (const algorithms of hostKeyFamilies) {
      const shown = await handshake(address, port, algorithms, left());
      if (shown.kind === 'key') keys.push(shown.key);
      else if (shown.kind === 'ended') {
        // Without a first answer the next question would wait just as long for nothing.
        said = shown.detail;
        break;
      }
    }
    return keys.length > 0 ? { kind: 'keys', keys } : { kind: 'no-ssh', detail: said };
  },
};

function connects(address: string, port: number, deadlineMs: number): Promise<Knock | null> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const settle = (knock: Knock | null): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(knock);
    };
    const timer = setTimeout(
      () => settle({ kind: 'no-answer', why: 'silent', detail: `no answer in ${Math.ceil(deadlineMs / 1000)} s` }),
      deadlineMs,
    );
    socket.on('connect', () => settle(null));
    socket.on('error', (error) => {
      const detail = codeOf(error);
      settle({ kind: 'no-answer', why: whyOf(detail), detail });
    });
  });
}

function whyOf(code: string): 'refused' | 'silent' | 'unreachable' {
  if (code === 'ECONNREFUSED') return 'refused';
  return code === 'ETIMEDOUT' ? 'silent' : 'unreachable';
}

type Shown =
  | { readonly kind: 'key'; readonly key: ShownKey }
  | { readonly kind: 'no-such-key' }
  | { readonly kind: 'ended'; readonly detail: string };

function handshake(address: string, port: number, algorithms: readonly string[], deadlineMs: number): Promise<Shown> {
  const client = new ssh2.Client();
  let key: ShownKey | null = null;
  let detail = 'it closes the connection';
  return new Promise((resolve) => {
    const settle = (): void => {
      clearTimeout(timer);
      if (key !== null) resolve({ kind: 'key', key });
      // ssh2 tells a failed negotiation by its words only.
      else if (detail.includes('no matching host key format')) resolve({ kind: 'no-such-key' });
      else resolve({ kind: 'ended', detail });
    };
    const timer = setTimeout(() => {
      detail = 'it says nothing';
      client.destroy();
      settle();
    }, deadlineMs);
    client.on('error', (error) => (detail = (error.message.split('\n')[0] ?? '').slice(0, 200)));
    client.on('close', settle);
    client.connect({
      host: address,
      port,
      username: 'fleetwright',
      readyTimeout: 0,
      algorithms: { serverHostKey: [...algorithms] as ssh2.ServerHostKeyAlgorithm[] },
      hostVerifier: (blob: Buffer) => {
        key = { type: keyType(blob), fingerprint: fingerprintOf(blob) };
        return false;
      },
    });
  });
}

function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : null;
  return typeof code === 'string' ? code : String(error);
}
