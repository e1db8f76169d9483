import type { FleetConfig } from '../config/fleet-config.ts';
import type { CommitSha } from '../core/names.ts';
import type { Bot } from './bot.ts';
import type { RepositoryRef } from './forge.ts';
import { zoneSources } from './zone-texts.ts';

/** The fleet on one page, read in the worker's own copy; empty where there is none, and the model looks for itself. */
export async function fleetMapOf(
  bot: Bot,
  repository: RepositoryRef,
  config: FleetConfig,
  sha: CommitSha,
): Promise<string> {
  try {
    const copied = await bot.copies.open(repository, sha);
    try {
      return await bot.readings.map(copied, zoneSources(config));
    } finally {
      copied.close();
    }
  } catch (error) {
    bot.log.warn('the model is shown no map of the fleet', { repository: repository.name, sha, error });
    return '';
  }
}
