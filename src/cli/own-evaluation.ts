import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keptFiles } from '../adapters/files/kept-files.ts';
import { programDigest } from '../adapters/files/program-digest.ts';
import { keptSystemShape, nixEvaluation } from '../adapters/nix-cli/nix-evaluation.ts';
import { settingsOfProcess } from '../config/settings.ts';
import type { Evaluation } from '../fleet/evaluation.ts';
import type { Io } from './io.ts';

/** Nix for the person at whose prompt it is asked, as confined as the bot's. Null, and said, where settings are wrong. */
export async function ownEvaluation(io: Io): Promise<Evaluation | null> {
  const parsed = settingsOfProcess();
  if (parsed.kind === 'invalid') {
    io.misused(parsed.mistakes.join('\n'));
    return null;
  }
  const { settings } = parsed;
  const folder = settings.cacheFolder ?? (await mkdtemp(join(tmpdir(), 'fleetwright-evaluate-')));
  return nixEvaluation({
    workspace: join(folder, 'evaluate'),
    programFolders: settings.programFolders,
    limits: {
      wallMs: settings.FLEETWRIGHT_EVALUATE_SECONDS * 1000,
      cpuSeconds: Math.ceil(settings.FLEETWRIGHT_EVALUATE_SECONDS),
      memoryBytes: settings.FLEETWRIGHT_EVALUATE_MEGABYTES * 1024 * 1024,
    },
    parallel: settings.FLEETWRIGHT_EVALUATE_PARALLEL,
    kept: keptFiles({
      folder: join(folder, 'systems'),
      maker: await programDigest(),
      parse: (content) => keptSystemShape.parse(content),
      most: 5000,
    }),
  });
}
