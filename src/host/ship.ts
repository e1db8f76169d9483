import { parseCommitSha, type CommitSha } from '../core/names.ts';
import type { BundleSource } from './bundle-source.ts';
import type { Link } from './link.ts';
import type { Shipped } from './machine.ts';
import type { RepositorySlug } from './remote-names.ts';
import { strangeAnswer, wordOf } from './run-command.ts';

export interface Shipment {
  readonly token: number;
  readonly repository: RepositorySlug;
  readonly sha: CommitSha;
  readonly deadlineMs: number;
}

/**
 * Brings one commit to a host over one link. The host may lack what the bundle builds on, however sure we are of it
 * (somebody pruned its repository): everything is sent then. Doing it twice costs one question.
 */
export async function ship(link: Link, bundles: BundleSource, shipment: Shipment): Promise<Shipped> {
  const { repository, sha } = shipment;
  const { word, value } = await wordOf(link, { kind: 'find-commit', repository, sha });
  if (word === 'present') return { kind: 'shipped', how: 'present', bytes: 0 };
  const base = word === 'base' ? parseCommitSha(value) : null;
  if (word !== 'empty' && base === null) throw strangeAnswer('find-commit', `"${word}"`);
  const first = await send(link, bundles, shipment, base);
  if (first.kind === 'shipped' || base === null || first.how === 'full') return shippedOr(first);
  return shippedOr(await send(link, bundles, shipment, null));
}

type Sent =
  | { readonly kind: 'shipped'; readonly how: 'incremental' | 'full'; readonly bytes: number }
  | { readonly kind: 'refused'; readonly how: 'incremental' | 'full'; readonly log: string };

async function send(
  link: Link,
  bundles: BundleSource,
  { token, repository, sha, deadlineMs }: Shipment,
  base: CommitSha | null,
): Promise<Sent> {
  const bundle = await bundles.bundle(sha, base);
  const how = bundle.incremental ? 'incremental' : 'full';
  let bytes = 0;
  const input = (async function* () {
    for await (const chunk of bundle.bytes) {
      bytes += chunk.length;
      yield chunk;
    }
  })();
  const command = { kind: 'receive-bundle', token, repository, sha } as const;
  const { word, words } = await wordOf(link, command, { input, deadlineMs });
  if (word === 'received') return { kind: 'shipped', how, bytes };
  if (word === 'refused') return { kind: 'refused', how, log: words };
  throw strangeAnswer('receive-bundle', `"${word}"`);
}

function shippedOr(sent: Sent): Shipped {
  return sent.kind === 'shipped' ? sent : { kind: 'not-accepted', log: sent.log };
}
