import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programDigest } from '../adapters/files/program-digest.ts';
import { settingsOfProcess } from '../config/settings.ts';
import type { Evaluation } from '../fleet/evaluation.ts';
import { evaluationIn } from '../wiring.ts';
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
  const folders = { workspace: join(folder, 'evaluate'), kept: join(folder, 'systems') };
  return evaluationIn(folders, settings, await programDigest());
}
