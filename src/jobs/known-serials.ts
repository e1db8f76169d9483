import type { CommitSha } from '../core/names.ts';
import type { KnownOfSerial } from '../dns/bump.ts';
import type { RecordChange } from '../dns/change.ts';
import { knownOf, serialEvidence } from '../dns/serial-evidence.ts';
import { serialMakerWord, serialMakers } from '../dns/serial-makers.ts';
import type { OpenZone } from '../dns/zone.ts';
import type { Bot } from './bot.ts';
import type { RepositoryRef } from './forge.ts';
import type { CopiedCommit } from './worker-copies.ts';

/**
 * What is known of the serials of the zones that change, and of the reverse zones that may follow: by the settings of
 * servers in the repository, and by its history for a serial that may be of two formats. Where the repository cannot
 * be copied the change is made all the same: a serial that is raised without need harms nobody.
 */
export async function knownSerials(
  bot: Bot,
  { repository, sha }: { readonly repository: RepositoryRef; readonly sha: CommitSha },
  zones: readonly OpenZone[],
  changes: readonly Pick<RecordChange, 'zone'>[],
): Promise<ReadonlyMap<string, KnownOfSerial>> {
  const asked = new Set(changes.map(({ zone }) => zone));
  const touched = zones.filter(({ name }) => asked.has(name) || name.endsWith('.arpa.'));
  let copied: Promise<CopiedCommit | null> | null = null;
  const copy = (): Promise<CopiedCommit | null> =>
    (copied ??= bot.copies.open(repository, sha).catch((error: unknown) => {
      bot.log.warn('the history of a serial is not read', { repository: repository.name, sha, error });
      return null;
    }));
  try {
    const evidence = await serialEvidence(
      touched,
      { pastTexts: async (file) => (await copy())?.pastTexts(file) ?? [], neighbours: async () => zones },
      bot.clock.now(),
    );
    const makers = serialMakers((await (await copy())?.filesSaying(serialMakerWord)) ?? []);
    return knownOf(touched, evidence, makers);
  } finally {
    if (copied !== null) (await copy())?.close();
  }
}
