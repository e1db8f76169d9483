import { createHmac } from 'node:crypto';

/** Not a secret: it shows whether a conversation came back as it was sent, and keeps nobody from forging one. */
const key = 'scripted';

/** A message as it stands in a request, once its shape was checked. */
export interface SignedMessage {
  readonly role: string;
  readonly content: unknown;
}

/**
 * Signs an answer with everything before it, as the real model binds its thinking to the conversation: a changed
 * thought, a rewritten history and a change of model all show. How the answer stopped is kept in clear, because only an
 * answer that paused may be the last message of a request.
 */
export function signatureOf(model: string, before: readonly SignedMessage[], content: unknown, stop: string): string {
  const signed = JSON.stringify([model, bare(before), bare(content), stop]);
  const digest = createHmac('sha256', key).update(signed).digest('base64url');
  return Buffer.from(`${stop}:${digest}`).toString('base64');
}

/** How the answer with this signature stopped. */
export function stopOf(signature: string): string {
  return Buffer.from(signature, 'base64').toString().split(':')[0] ?? '';
}

/** Without signatures, which cannot sign themselves, and without cache marks, which may move. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'signature' && name !== 'cache_control')
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, bare(inner)]),
  );
}
